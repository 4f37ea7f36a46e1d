import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AdminClient, VERSION } from "pulumi-ens-simulator";
import { type Running, run, start as startProgram } from "../../scripts/run.cjs";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

const PROGRAM = resolve(__dirname, "../simulator/dist/main.js");
const CALLBACKS = "/platform/v1/ens-callbacks";
let folder: string;
let running: Running[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simulator-test-"));
});
afterEach(async () => {
  for (const program of running) await program.stop("SIGKILL");
  running = [];
  rmSync(folder, { recursive: true });
});

interface Ready extends Running {
  readonly restUrl: string;
  readonly authUrl: string;
  readonly adminUrl: string;
  readonly seed: number;
  readonly caFile?: string;
}

async function start(...args: string[]): Promise<Ready> {
  const program = startProgram(process.execPath, [PROGRAM, "--port", "0", "--json", ...args]);
  running.push(program);
  return { ...program, ...JSON.parse(await program.firstLine()) };
}

describe("a state file", () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    receiver.verifies = false;
  });
  afterEach(() => receiver.close());

  test("keeps objects and tokens when the process is killed after any response", async () => {
    const args = ["--state", join(folder, "state.json"), "--connect-to", `hooks.example.org=${receiver.address}`];
    const first = await start(...args);
    const token = await tokenOf(first.authUrl);
    const wanted = JSON.stringify([{ callbackName: "a", url: "https://hooks.example.org/a" }]);
    const [made] = (await (await post(first.restUrl + CALLBACKS, wanted, token)).json()) as object[];
    expect((await first.stop("SIGKILL")).why).toMatch(/was stopped by SIGKILL$/);

    const second = await start(...args);
    expect((await new AdminClient(second.adminUrl).state()).callbacks).toMatchObject([{ ...made }]);
    const listed = await fetch(second.restUrl + CALLBACKS, { headers: { authorization: `Bearer ${token}` } });
    expect(await listed.json()).toMatchObject([{ callbackName: "a", status: "unverified" }]);
  });
});

test("the certificate is in the file that the start line names, and a program with this file trusts it", async () => {
  const { restUrl, caFile = "" } = await start("--tls");
  const program = `fetch("${restUrl}/platform/v1/tokenContext").then((answer) => console.log(answer.status))`;
  const call = (env: NodeJS.ProcessEnv) => run(process.execPath, ["-e", program], { env: { ...process.env, ...env } });
  expect((await call({ NODE_EXTRA_CA_CERTS: caFile })).stdout).toBe("401\n");
  expect((await call({})).stderr).toContain("SELF_SIGNED_CERT_IN_CHAIN");
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
  const { restUrl, authUrl, stop } = await start("--connect-to", "hooks.example.org=127.0.0.1:9");
  const wanted = JSON.stringify([{ callbackName: "a", url: "https://hooks.example.org/a" }]);
  expect((await post(restUrl + CALLBACKS, wanted, await tokenOf(authUrl))).status).toBe(400);
  expect((await stop()).stderr).toMatch(
    /^simulator: The verification request for callback "a" \(POST [^\n]*\) failed: nothing listens on 127\.0\.0\.1:9 [^\n]*\.\n$/,
  );
});

test("the text after the line that says ready lists the mappings of --connect-to", async () => {
  const hosts = ["--connect-to", "a.example.org=127.0.0.1:9", "--connect-to", "b.example.org=[::1]:9"];
  const program = startProgram(process.execPath, [PROGRAM, "--port", "0", ...hosts]);
  running.push(program);
  expect(await program.firstLine()).toBe(`ENS simulator ${VERSION} is ready`);
  expect((await program.stop()).stdout).toMatch(
    /\n {2}seed {3}\d+\n {2}maps {3}a\.example\.org → 127\.0\.0\.1:9\n {2}maps {3}b\.example\.org → \[::1\]:9\n$/,
  );
});

test("SIGTERM ends the simulator with exit code 0", async () => {
  expect((await (await start()).stop()).code).toBe(0);
});

const simulator = (...args: string[]) => run(process.execPath, [PROGRAM, ...args]);

test("a failed start prints one line on stderr, with exit code 2 for wrong usage and 1 otherwise", async () => {
  expect(await simulator("--prot", "1")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "simulator: There is no option --prot. Run it with --help to see all options.\n",
  });
  expect(await simulator("--switch", "nothing=1")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^simulator: --switch: there is no switch nothing\. The switches are [^\n]*\n$/),
  });
  expect(await simulator("--connect-to", "hooks.example.org=9000")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^simulator: --connect-to: ADDRESS must be host:port [^\n]*, not "9000"\.\n$/),
  });
  expect(await simulator("--state", join(folder, "gone/state.json"))).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^simulator: The state file [^\n]* does not exist\. [^\n]*\n$/),
  });
});

test("the simulator prints its version and its help", async () => {
  expect(await simulator("--version")).toMatchObject({ stdout: `${VERSION}\n`, stderr: "" });
  const { stdout } = await simulator("-h");
  expect(stdout).toContain("Usage: pulumi-ens-simulator [option]...");
  expect((await simulator("--help")).stdout).toBe(stdout);
});
