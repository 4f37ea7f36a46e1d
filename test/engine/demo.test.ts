import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Running, start, succeed } from "../../scripts/run.cjs";

const ROOT = resolve(__dirname, "../..");
const SETTINGS = readdirSync(ROOT).filter((name) => /^Pulumi\..*yaml$/.test(name));
const tracked = () => SETTINGS.map((name) => readFileSync(join(ROOT, name), "utf8"));

let folder: string;
const started: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-test-"));
});
afterEach(async () => {
  for (const { stop } of started.splice(0)) await stop("SIGINT");
  rmSync(folder, { recursive: true, force: true });
});

/** The demo creates its temporary files in a folder of this test, so that the test finds any that are left over. */
function demo(...args: string[]): Running {
  const program = start("node", ["scripts/demo.ts", ...args], { cwd: ROOT, env: { ...process.env, TMPDIR: folder } });
  started.push(program);
  return program;
}

const leftovers = () => readdirSync(folder).filter((name) => name.startsWith("pulumi-ens-demo-"));

function expectClosed(url: string): Promise<void> {
  return expect(fetch(url)).rejects.toThrow("fetch failed");
}

test("the demo runs to its end, keeps its processes running on request, and deletes its files", async () => {
  const before = tracked();
  const { child, ended, printed, until } = demo("--keep");
  await until(/^curl /m);
  expect(printed()).toContain("✓ ENS is empty");

  const pasted = printed()
    .split("\n")
    .filter((line) => /^(cd|export|pulumi|curl) /.test(line))
    .map((line) => line.replace(/^pulumi up /, "pulumi up --yes --skip-preview "));
  const stdout = await succeed("bash", ["-euc", pasted.join("\n")], { env: { PATH: process.env.PATH } });
  expect(stdout).toContain("7 created");
  expect(JSON.parse(stdout.slice(stdout.lastIndexOf("\n"))).subscriptions).toHaveLength(3);
  for (const secret of ["idp-client-secret", "ens-client-secret", "passphrase"]) {
    expect(printed()).not.toContain(readFileSync(join(folder, leftovers()[0] ?? "", secret), "utf8"));
  }

  child.kill("SIGINT");
  expect((await ended).code).toBe(0);
  expect(leftovers()).toEqual([]);
  await expectClosed(/^curl (.*)$/m.exec(printed())?.[1] ?? "");
  expect(tracked()).toEqual(before);
});

test("Ctrl-C ends all processes that the demo started", async () => {
  const { child, ended, printed, until } = demo();
  await until(/Callback orders creating/);
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
  expect(printed()).toContain("The demo stopped: received SIGINT");
  expect(leftovers()).toEqual([]);
  await expectClosed(`http://${/listening on (\S+)/.exec(printed())?.[1]}/`);
});
