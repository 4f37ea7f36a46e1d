import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { quietPort } from "./port";
import type { Programs } from "./postgres-server";

const run = promisify(execFile);

/** A real PostgreSQL server. It goes with this process, and its folder too, however that ends. */
export interface Postgres {
  /** Of an empty database, as the Pulumi CLI takes it. */
  readonly url: string;
  /** What a statement answers, as text. The server is away meanwhile. */
  select(statement: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Ends the server in order (`INT`), whoever is still connected, when its input says so, or is closed: by the test, or by
 * the system when the test was killed. Then the folder goes too.
 */
const GUARD = `folder=$1; shift; "$@" </dev/null & read -r word; kill -INT $!; wait $!
[ "$word" = keep ] || rm -rf "$folder"`;

export async function startPostgres({ bin, portable }: Programs): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  // Where it is, perhaps only root can read; and it does not run as root.
  if (portable !== undefined) cpSync(portable, join(folder, "server"), { recursive: true, verbatimSymlinks: true });
  const programs = portable === undefined ? bin : join(folder, "server/bin");
  const user = process.getuid?.() === 0 ? nobody() : {};
  if (user.uid !== undefined) await run("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
  const options = { cwd: folder, ...user };

  const data = join(folder, "data");
  const setup = ["--username", "pulumi", "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"];
  await run(join(programs, "initdb"), ["--pgdata", data, ...setup], options);
  const port = await quietPort();
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: folder, fsync: "off" };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [join(programs, "postgres"), "-D", data, ...flags];

  const start = () => {
    // A session of its own: Ctrl-C reaches the test alone, whose end the guard sees.
    const how: SpawnOptions = { ...options, detached: true, stdio: ["pipe", "ignore", "pipe"] };
    return ready(spawn("sh", ["-c", GUARD, "guard", folder, ...command], how));
  };
  let server = await start();
  const stop = async (word: string) => {
    const ended = new Promise((done) => server.once("close", done));
    server.stdin?.end(word);
    await ended;
  };
  return {
    url: `postgres://pulumi@127.0.0.1:${port}/postgres?sslmode=disable`,
    async select(statement) {
      await stop("keep\n");
      const single = run(join(programs, "postgres"), ["--single", "-D", data, "postgres"], options);
      single.child.stdin?.end(`${statement}\n`);
      const { stdout, stderr } = await single;
      server = await start();
      if (stderr.includes("ERROR")) throw new Error(`${statement}: ${stderr}`);
      return stdout;
    },
    close: () => stop(""),
  };
}

/** Resolves when it takes connections. */
function ready(server: ChildProcess): Promise<ChildProcess> {
  return new Promise((done, failed) => {
    let log = "";
    server.once("error", failed);
    server.stderr?.on("data", (chunk: Buffer) => {
      log += chunk;
      if (log.includes("ready to accept connections")) done(server);
      if (!log.includes("FATAL")) return;
      server.stdin?.end();
      failed(new Error(`PostgreSQL did not start:\n${log}`));
    });
  });
}

/** The user who owns nothing. */
function nobody(): { readonly uid?: number; readonly gid?: number } {
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  if (line === null)
    throw new Error("PostgreSQL does not run as root, and here is no user nobody: run as another user");
  return { uid: Number(line[1]), gid: Number(line[2]) };
}
