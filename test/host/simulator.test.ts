import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { AdminClient, VERSION } from "pulumi-ens-simulator";
import { firstLine } from "../support/program";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

const PROGRAM = resolve(__dirname, "../simulator/dist/main.js");
const CALLBACKS = "/platform/v1/ens-callbacks";
let folder: string;
let running: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simulator-test-"));
});
afterEach(async () => {
  for (const child of running) await ended(child, "SIGKILL");
  running = [];
  rmSync(folder, { recursive: true });
});

interface Ready {
  readonly child: ChildProcess;
  readonly restUrl: string;
  readonly authUrl: string;
  readonly adminUrl: string;
  readonly seed: number;
  readonly caFile?: string;
}

async function start(...args: string[]): Promise<Ready> {
  const child = spawn(process.execPath, [PROGRAM, "--port", "0", "--json", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  return { child, ...JSON.parse(await firstLine(child)) };
}

/** The code or the signal that it ended with. */
function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? child.signalCode);
  return new Promise((done) => {
    child.once("exit", (code, by) => done(code ?? by));
    child.kill(signal);
  });
}

describe("a state file", () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    receiver.verifies = false;
  });
  afterEach(() => receiver.close());

  test("keeps objects and tokens when the process is killed after any answer", async () => {
    const args = ["--state", join(folder, "state.json"), "--connect-to", `hooks.example.org=${receiver.address}`];
    const first = await start(...args);
    const token = await tokenOf(first.authUrl);
    const wanted = JSON.stringify([{ callbackName: "a", url: "https://hooks.example.org/a" }]);
    const [made] = (await (await post(first.restUrl + CALLBACKS, wanted, token)).json()) as object[];
    expect(await ended(first.child, "SIGKILL")).toBe("SIGKILL");

    const second = await start(...args);
    expect((await new AdminClient(second.adminUrl).state()).callbacks).toMatchObject([{ ...made }]);
    const listed = await fetch(second.restUrl + CALLBACKS, { headers: { authorization: `Bearer ${token}` } });
    expect(await listed.json()).toMatchObject([{ callbackName: "a", status: "unverified" }]);
  });
});

test("the certificate is in the file that the start line names, and a program with this file trusts it", async () => {
  const { restUrl, caFile = "" } = await start("--tls");
  const program = `fetch("${restUrl}/platform/v1/tokenContext").then((answer) => console.log(answer.status))`;
  const call = (env: NodeJS.ProcessEnv) =>
    promisify(execFile)(process.execPath, ["-e", program], { env: { ...process.env, ...env } });
  expect((await call({ NODE_EXTRA_CA_CERTS: caFile })).stdout).toBe("401\n");
  await expect(call({})).rejects.toThrow("SELF_SIGNED_CERT_IN_CHAIN");
});

test("the printed seed repeats the faults", async () => {
  const statuses = async ({ restUrl }: Ready) => {
    const met: number[] = [];
    for (let at = 0; at < 20; at += 1) {
      met.push((await fetch(restUrl + CALLBACKS).catch(() => ({ status: 0 }))).status);
    }
    return met;
  };
  const first = await start("--fault-rate", "0.5", "--fault-kind", "status");
  const met = await statuses(first);
  expect(met).toContain(401);
  expect(new Set(met).size).toBeGreaterThan(1);
  const args = ["--fault-rate", "0.5", "--fault-kind", "status", "--fault-seed", String(first.seed)];
  expect(await statuses(await start(...args))).toEqual(met);
});

test("a failed verification request is one line on stderr", async () => {
  const args = [PROGRAM, "--port", "0", "--json", "--connect-to", "hooks.example.org=127.0.0.1:9"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  let printed = "";
  child.stderr.on("data", (chunk) => {
    printed += chunk;
  });
  const { restUrl, authUrl } = JSON.parse(await firstLine(child)) as Ready;
  const wanted = JSON.stringify([{ callbackName: "a", url: "https://hooks.example.org/a" }]);
  expect((await post(restUrl + CALLBACKS, wanted, await tokenOf(authUrl))).status).toBe(400);
  await ended(child, "SIGTERM");
  expect(printed).toMatch(/^simulator: The verification request for callback "a" \(POST [^\n]*\) failed: [^\n]*\.\n$/);
});

test("SIGTERM ends the simulator with exit code 0", async () => {
  const { child } = await start();
  expect(await ended(child, "SIGTERM")).toBe(0);
});

const run = (...args: string[]) => promisify(execFile)(process.execPath, [PROGRAM, ...args]);

test("a failed start prints one line on stderr, with exit code 2 for wrong usage and 1 otherwise", async () => {
  await expect(run("--prot", "1")).rejects.toMatchObject({
    code: 2,
    stdout: "",
    stderr: "simulator: There is no option --prot. Run it with --help to see all options.\n",
  });
  await expect(run("--switch", "nothing=1")).rejects.toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^simulator: --switch: there is no switch nothing\. The switches are [^\n]*\n$/),
  });
  await expect(run("--state", join(folder, "gone/state.json"))).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^simulator: The state file [^\n]* does not exist\. [^\n]*\n$/),
  });
});

test("it tells its version, and explains itself", async () => {
  expect(await run("--version")).toEqual({ stdout: `${VERSION}\n`, stderr: "" });
  const { stdout } = await run("-h");
  expect(stdout).toContain("Usage: pulumi-ens-simulator [option]...");
  expect((await run("--help")).stdout).toBe(stdout);
});
