import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { quietPort } from "./port";
import type { Programs } from "./postgres-server";

const run = promisify(execFile);

/** A real PostgreSQL server. When this process ends, in any way, the server stops and its folder is deleted. */
export interface Postgres {
  /** URL of an empty database, in the format of the Pulumi CLI. */
  readonly url: string;
  /** Returns the result of a statement as text. The server is stopped during the statement. */
  select(statement: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Stops the server with `INT`, which closes all connections, when its standard input has a line or is closed. The test
 * closes the input, or the system does when the test was killed. Then the script deletes the
 * folder, unless the line is `keep`.
 */
const GUARD = `folder=$1; shift; "$@" </dev/null & read -r word; kill -INT $!; wait $!
[ "$word" = keep ] || rm -rf "$folder"`;

export async function startPostgres({ bin, portable }: Programs): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  // Perhaps only root can read the original folder, and the server does not run as root.
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
    // The server has its own session, so that Ctrl-C reaches only the test. The guard sees the end of the test.
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

/** Resolves when the server accepts connections. */
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

/** Returns the user `nobody`, who owns no files. */
function nobody(): { readonly uid?: number; readonly gid?: number } {
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  if (line === null)
    throw new Error("PostgreSQL does not run as root, and here is no user nobody: run as another user");
  return { uid: Number(line[1]), gid: Number(line[2]) };
}
