import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(__dirname, "../..");
const SETTINGS = readdirSync(ROOT).filter((name) => /^Pulumi\..*yaml$/.test(name));
const tracked = () => SETTINGS.map((name) => readFileSync(join(ROOT, name), "utf8"));

let folder: string;
const started: Demo[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-test-"));
});
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill("SIGINT");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Demo {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
  /** Resolves when the demo has printed this, or has ended. */
  until(text: RegExp): Promise<void>;
}

/** Temporary files go into a folder of the test's, where what is left over can be seen. */
function demo(...args: string[]): Demo {
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn("node", ["scripts/demo.mjs", ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const ended = new Promise<number | null>((done) => child.once("close", done));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk;
      child.emit("printed");
    });
  }
  const until = (text: RegExp) =>
    new Promise<void>((done) => {
      const look = () => text.test(output) && done();
      child.on("printed", look);
      child.once("close", done);
      look();
    });
  const made = { child, ended, output: () => output, until };
  started.push(made);
  return made;
}

const leftovers = () => readdirSync(folder).filter((name) => name.startsWith("pulumi-ens-demo-"));

function expectClosed(url: string): Promise<void> {
  return expect(fetch(url)).rejects.toThrow("fetch failed");
}

test("the demo plays its story to the end, keeps everything running if asked, and cleans up", async () => {
  const before = tracked();
  const { child, ended, output, until } = demo("--keep");
  await until(/^curl /m);
  expect(output()).toContain("✓ ENS is empty");

  const pasted = output()
    .split("\n")
    .filter((line) => /^(cd|export|pulumi|curl) /.test(line))
    .map((line) => line.replace(/^pulumi up /, "pulumi up --yes --skip-preview "));
  const { stdout } = await promisify(execFile)("bash", ["-euc", pasted.join("\n")], {
    env: { PATH: process.env.PATH },
  });
  expect(stdout).toContain("7 created");
  expect(JSON.parse(stdout.slice(stdout.lastIndexOf("\n"))).subscriptions).toHaveLength(3);
  for (const secret of ["idp-client-secret", "ens-client-secret", "passphrase"]) {
    expect(output()).not.toContain(readFileSync(join(folder, leftovers()[0] ?? "", secret), "utf8"));
  }

  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(leftovers()).toEqual([]);
  await expectClosed(/^curl (.*)$/m.exec(output())?.[1] ?? "");
  expect(tracked()).toEqual(before);
});

test("Ctrl-C ends everything that the demo started", async () => {
  const { child, ended, output, until } = demo();
  await until(/Callback orders creating/);
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(output()).toContain("The demo stopped: ended by SIGINT");
  expect(leftovers()).toEqual([]);
  await expectClosed(`http://${/listening on (\S+)/.exec(output())?.[1]}/`);
});
