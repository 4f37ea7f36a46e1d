import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Answers, type Simulator, startSimulator } from "pulumi-ens-simulator";
import { run } from "../../scripts/run.cjs";
import { quietPort } from "../support/port";

const PROGRAM = resolve(__dirname, "../../scripts/parity.ts");
let folder: string;
let simulator: Simulator;
let port: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "parity-test-"));
  port = String(await quietPort());
});
afterEach(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

interface Report {
  readonly code: number | null;
  readonly output: string;
  readonly entries: readonly { readonly id: string; readonly verdict: string; readonly why?: string }[];
  readonly markdown: string;
}

/** Runs the check against a simulator with these switches. */
async function runParity(switches: Answers, ...args: string[]): Promise<Report> {
  simulator = await startSimulator({
    connectTo: { "parity.example.org": `127.0.0.1:${port}` },
    switches,
    clientSecret: "secret-marker",
  });
  const { restUrl, authUrl } = simulator;
  const all = [PROGRAM, "--rest", restUrl, "--auth", authUrl, "--report", folder, ...args];
  const env = { ...process.env, ENS_CLIENT_ID: "sim-client", ENS_CLIENT_SECRET: "secret-marker" };
  const { code, output } = await run(process.execPath, all, { env });
  const { entries } = JSON.parse(readFileSync(join(folder, "parity.json"), "utf8")) as Report;
  const markdown = readFileSync(join(folder, "parity.md"), "utf8");
  expect(output + markdown + JSON.stringify(entries)).not.toContain("secret-marker");
  return { code, output, entries, markdown };
}

const verdictsOf = ({ entries }: Report, verdict: string) =>
  entries.filter((entry) => entry.verdict === verdict).map(({ id }) => id);

test("the check confirms everything that can run against the simulator, and deletes its objects", async () => {
  const report = await runParity({}, "--receiver", "https://parity.example.org/ens", "--listen", port);
  expect(verdictsOf(report, "refuted")).toEqual([]);
  expect(report.code).toBe(0);
  expect(verdictsOf(report, "confirmed").length).toBeGreaterThan(90);
  expect(report.markdown).toContain("| assumed |");
  expect(await simulator.admin.state()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
});

test("different behavior of a service is refuted, and the report says why", async () => {
  const receiver = ["--receiver", "https://parity.example.org/ens", "--listen", port];
  const report = await runParity({ filtersOmitted: "clear" }, ...receiver, "--only", "subscription.update");
  expect(report.code).toBe(1);
  const refuted = verdictsOf(report, "refuted");
  expect(refuted.length).toBeGreaterThan(0);
  expect(report.entries.find(({ id }) => id === refuted[0])?.why).toMatch(/expect/);
  expect(report.output).toContain(`refuted: ${refuted[0]}`);
});

test("without a receiver, statements about callbacks are not testable, and the others are confirmed", async () => {
  const report = await runParity({}, "--only", "token.", "--only", "callback.create");
  expect(verdictsOf(report, "refuted")).toEqual([]);
  expect(verdictsOf(report, "confirmed")).toContain("token.request.ok");
  const made = report.entries.find(({ id }) => id === "callback.create.status-201");
  expect(made).toMatchObject({ verdict: "not testable", why: "it needs a receiver" });
});
