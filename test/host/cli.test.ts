import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { run, start } from "../../scripts/run.cjs";
import { CLIENT_SECRET, environmentOf, fillUnit, secretsOf } from "../support/cli";

const ROOT = resolve(__dirname, "../..");
const ENS = join(ROOT, "provider/bin/ens.mjs");
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ clientSecret: CLIENT_SECRET });
  await fillUnit(simulator);
});
afterAll(() => simulator.close());

interface Ended {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

/** Runs the built command as a shell would, with only these variables in its environment. */
async function ens(args: string[], more: NodeJS.ProcessEnv = {}, input = ""): Promise<Ended> {
  const env = { PATH: process.env.PATH, ...environmentOf(simulator), ...more };
  const { code, stdout, stderr } = await run("node", [ENS, ...args], { env, input });
  return { code: code ?? -1, printed: stdout, complained: stderr };
}

test("ens prints its version, its commands and the help of a command, and wrong usage exits with code 2", async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "provider/package.json"), "utf8")) as { version: string };
  expect(await ens(["--version"])).toEqual({ code: 0, printed: `${version}\n`, complained: "" });
  const [short, long, word] = await Promise.all([ens(["-h"]), ens(["--help"]), ens(["help"])]);
  expect(short).toMatchObject({
    code: 0,
    printed: expect.stringContaining("  rotate-key      Create a new signature key"),
  });
  expect([long, word]).toEqual([short, short]);
  expect(await ens(["help", "sweep"])).toEqual(await ens(["sweep", "-h"]));
  expect((await ens(["help", "check-receiver"])).printed).toBe((await ens(["check-receiver", "-h"])).printed);
  for (const [args, message] of [
    [[], "Usage: ens <command>"],
    [["lst"], 'ens: there is no command "lst". Did you mean list? See `ens --help`.\n'],
    [["lsit"], 'ens: there is no command "lsit". Did you mean list? See `ens --help`.\n'],
    [["help", "docter"], 'ens: there is no command "docter". Did you mean doctor? See `ens --help`.\n'],
    [["help", "list", "get"], "ens: `ens help` accepts one command. See `ens --help`.\n"],
    [["--verion"], 'ens: there is no option "--verion". See `ens --help`.\n'],
    [["constructor"], 'ens: there is no command "constructor". See `ens --help`.\n'],
  ] as const) {
    const { code, printed, complained } = await ens([...args]);
    expect({ code, printed }).toEqual({ code: 2, printed: "" });
    expect(complained.startsWith("Usage") ? complained.slice(0, message.length) : complained).toBe(message);
  }
});

test("for thirty callbacks, ens prints one document on stdout, nothing on stderr, and no secret", async () => {
  const { code, printed, complained } = await ens(["doctor", "--json", "--skip", "receivers"]);
  expect(code).toBe(1);
  expect(JSON.parse(printed)).toMatchObject({ exitCode: 1, counts: { failed: 6 } });
  expect(complained).toBe("");
  const listed = await ens(["list", "--json"]);
  expect(JSON.parse(listed.printed)).toMatchObject({ callbacks: { length: 30 }, subscriptions: { length: 54 } });
  const svg = await ens(["graph", "--format", "svg"]);
  for (const secret of await secretsOf(simulator)) expect(printed + listed.printed + svg.printed).not.toContain(secret);
});

test("colors need a terminal, and NO_COLOR and FORCE_COLOR apply", async () => {
  const colored = (text: string) => text.includes("\u001b[");
  const list = ["list", "callbacks"];
  expect(colored((await ens(list)).printed)).toBe(false);
  expect(colored((await ens(list, { FORCE_COLOR: "1" })).printed)).toBe(true);
  expect(colored((await ens(list, { FORCE_COLOR: "1", NO_COLOR: "1" })).printed)).toBe(true); // as in Node.js itself
  expect(colored((await ens(list, { FORCE_COLOR: "0" })).printed)).toBe(false);
  expect(colored((await ens([...list, "--json"], { FORCE_COLOR: "1" })).printed)).toBe(false);
});

test("a pipe can provide a key but no confirmation, and an error is one line", async () => {
  const { callbacks } = await simulator.admin.state();
  const [open] = callbacks.filter(({ status }) => status === "unverified");
  await simulator.admin.patch("callbacks", open?.callbackId ?? "", { keyState: "live" });
  const probe = JSON.stringify({ callbackId: open?.callbackId, verificationKey: open?.verificationKey });
  expect(await ens(["verify", open?.callbackId ?? ""], {}, probe)).toMatchObject({ code: 0, complained: "" });
  expect(await ens(["sweep", "--prefix", "shop-"])).toMatchObject({
    code: 2,
    complained: expect.stringContaining("Add --yes"),
  });
  const refused = await ens(["list"], { ENS_CLIENT_SECRET: "another-secret" });
  expect(refused).toMatchObject({ code: 1, printed: "" });
  expect(refused.complained).toMatch(/^ens: could not get an access token: [^\n]* Run `ens doctor` for details\.\n$/);
});

test("a closed pipe on stdout causes no error message", async () => {
  const env = { PATH: process.env.PATH, ...environmentOf(simulator) };
  const { child, ended } = start("node", [ENS, "events", "--json"], { env });
  child.stdout?.destroy();
  expect((await ended).stderr).toBe("");
});
