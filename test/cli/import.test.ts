import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { importCommand } from "../../provider/src/cli/import/index";
import { findObjects } from "../../provider/src/cli/import/unit";
import { callback } from "../../provider/src/kinds/callback";
import type { Kind, Values } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import * as operations from "../../provider/src/lifecycle/operations";
import { runCommand } from "../support/cli";
import { checked, differenceOf, runOf } from "../support/lifecycle";

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

let simulator: Simulator;
let folder: string;
let printed: string[];
const environment = { ...process.env };
beforeEach(async () => {
  simulator = await startSimulator();
  folder = mkdtempSync(join(tmpdir(), "import-"));
  printed = [];
  jest.spyOn(console, "log").mockImplementation((line) => printed.push(String(line)));
  const { restUrl: ENS_REST_URL, authUrl: ENS_AUTH_URL } = simulator;
  Object.assign(process.env, {
    ENS_REST_URL,
    ENS_AUTH_URL,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  rmSync(folder, { recursive: true, force: true });
  await simulator.close();
});

const url = (path: string) => `https://hooks.example.org/${path}`;
const EVENTS = { eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "EngagementEvents.EmailOpen"] };
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const entries = () => (JSON.parse(read("ens-import.json")) as { resources: Entry[] }).resources;
const run = (...args: string[]) => importCommand.run(["--out", folder, ...args]);
const all = () => printed.join("\n");
/** Adds a callback with subscriptions, as if it had been created in Setup. */
async function made(callbackName: string, fields: object = {}, subscriptions: object[] = []): Promise<string> {
  const callbackId = await simulator.admin.add("callbacks", { callbackName, url: url(callbackName), ...fields });
  for (const each of subscriptions) await simulator.admin.add("subscriptions", { callbackId, ...EVENTS, ...each });
  return callbackId;
}
const KINDS: Record<string, unknown> = { Callback: callback, Subscription: subscription };

test.each([
  {},
  { listShape: "items", emptyList: "404", shuffle: "on" },
  { exposeAuthId: "off", statusReasonOnActive: "reset" },
] as const)(
  "the state equals that of resources which the program created, also after a refresh (ENS: %j)",
  async (switches) => {
    await simulator.admin.switches(switches);
    await made("orders", { authId: "scheme-1", maxBatchSize: 300 }, [
      { subscriptionName: "sent", filters: ["definitionKey=b", "definitionKey=a", "statusCode=1"] },
      { subscriptionName: "paused", status: "paused", statusReason: "holiday" },
    ]);
    await made("empty");
    await made("fresh", { status: "unverified" });
    await made("pending", { status: "pending" });
    await made("suspended", { status: "suspended" }, [{ subscriptionName: "late", statusReason: "by hand" }]);
    expect(await run()).toBe(0);
    expect(entries().map(({ name }) => name)).toEqual([
      "empty",
      "fresh",
      "orders",
      "paused",
      "sent",
      "pending",
      "suspended",
      "late",
    ]);
    const ens = runOf(simulator);
    for (const { type, name, id, inputs, outputs } of entries()) {
      const noun = type.replace("pulumi-nodejs:dynamic/ens:", "");
      const kind = KINDS[noun] as Kind;
      const text = `exports.handler=()=>require("pulumi-ens/runtime").provider("${noun}")`;
      expect([inputs.__provider, outputs.__provider]).toEqual([text, text]);
      const [{ __provider: _, ...asked }, { __provider: __, ...state }] = [inputs, outputs];
      expect(checked(kind, asked)).toMatchObject({ inputs: asked, failures: [] });
      expect({ name, ...differenceOf(kind, state, asked) }).toMatchObject({ name, changes: false, replaces: [] });
      const live = await operations.read(kind, ens, id, state);
      expect(live?.props).toEqual(state);
      expect(differenceOf(kind, live?.props ?? {}, asked).changes).toBe(false);
    }
    await ens.close();
    const ofCallbacks = entries().filter(({ type }) => type.endsWith("Callback"));
    expect(ofCallbacks.every(({ outputs }) => outputs.adopted === true)).toBe(true);
    const reasons = entries().filter(({ name }) => ["late", "paused"].includes(name));
    expect(reasons.map(({ inputs }) => inputs.statusReason)).toEqual(["holiday", "set by pulumi-ens"]);
    const strategies = ofCallbacks.map(({ name, inputs }) => [
      name,
      Reflect.get(inputs.verification ?? {}, "strategy"),
    ]);
    expect(Object.fromEntries(strategies)).toEqual({
      ...{ empty: "receiver", orders: "receiver", suspended: "receiver" },
      ...{ fresh: "none", pending: "none" },
    });
  },
);

test("white space around a name in ENS is not a change", async () => {
  await made(" orders\t", { url: url("orders") }, [{ subscriptionName: " sent " }]);
  await made("  ", { url: url("blank") });
  await run();
  expect(entries().map(({ inputs }) => inputs.subscriptionName ?? inputs.callbackName)).toEqual([
    "  ",
    " orders\t",
    " sent ",
  ]);
  for (const { type, id, inputs, outputs } of entries()) {
    const kind = KINDS[type.replace("pulumi-nodejs:dynamic/ens:", "")] as Kind;
    const [{ __provider: _, ...asked }, { __provider: __, ...state }] = [inputs, outputs];
    expect({ id, ...differenceOf(kind, state, asked) }).toMatchObject({ id, changes: false });
  }
});

test("the import changes nothing in ENS, and reads each list once", async () => {
  await made("a", {}, [{ subscriptionName: "one" }, { subscriptionName: "two" }]);
  await made("b");
  const before = await simulator.admin.state();
  await simulator.admin.clearJournal();
  await run();
  const calls = (await simulator.admin.journal()).filter(({ path }) => path.startsWith("/platform/"));
  expect(calls.map(({ method }) => method)).toEqual(["GET", "GET", "GET"]);
  expect(await simulator.admin.state()).toEqual(before);
});

test("the state contains no signature key, even if ENS returned one", async () => {
  await made("orders");
  const ens = runOf(simulator);
  const get = ens.ens.get.bind(ens.ens);
  jest.spyOn(ens.ens, "get").mockImplementation(async (path, schema) => {
    const answer: unknown = await get(path, schema);
    return (Array.isArray(answer) ? answer.map((each) => ({ ...each, signatureKey: "key" })) : answer) as never;
  });
  const [found] = await findObjects(ens, () => true);
  await ens.close();
  expect(found?.described?.state).toMatchObject({ status: "verified" });
  expect(found?.described?.state).not.toHaveProperty("signatureKey");
});

test("an object that no resource can describe is named and not imported, but its subscriptions are imported", async () => {
  const id = await made("legacy", { url: "https://hooks.example.org:8443/x" }, [
    { subscriptionName: "kept" },
    { subscriptionName: "odd", status: "suspended" },
    { subscriptionName: "padded", filters: ["definitionKey=a "] },
  ]);
  await run();
  expect(entries().map(({ name, inputs }) => [name, inputs.callbackId])).toEqual([["kept", id]]);
  expect(read("index.ts")).toContain(`  callbackId: "${id}",`);
  expect(read("index.ts")).toContain(`// Not imported: callback "legacy" (${id}), because its url has a port`);
  expect(all()).toMatch(/\n {2}"padded" .*: its filters\.0 begins or ends with white space/);
  expect(all()).toMatch(
    /Not imported.*\n(?: {2}".*\n)? {2}"legacy" .*: its url has a port.*\n {2}"odd" .*its status "suspended" is not one of active, paused/,
  );
});

test("the summary has the counts and the objects that need attention", async () => {
  const subscriptions = Array.from({ length: 12 }, (_, at) => ({
    subscriptionName: `s${at}`,
    eventCategoryTypes: [`New.Type${at}`],
  }));
  await made("orders", { authId: "scheme-1" }, subscriptions);
  await made("orders", { url: url("other"), status: "unverified" });
  await made("shop-0123abc");
  await run();
  expect(printed[0]).toBe(
    "Wrote 3 callbacks, 12 subscriptions and 1 auth scheme id to index.ts, ens-import.json, Pulumi.yaml, package.json, tsconfig.json",
  );
  expect(all()).toMatch(/^ {2}orders(-2)?: status "unverified"$/m);
  expect(all()).toMatch(/^ {2}orders(-2)?: authSchemeId$/m);
  expect(all()).toMatch(/^These names were generated by pulumi-ens\. .*\n {2}"shop-0123abc"\n(?! )/m);
  expect(all()).toMatch(/Duplicate names in ENS\..*\n {2}"orders"\n/);
  expect(all()).toMatch(
    /Event types that this version of pulumi-ens does not know:\n( {2}"New.*\n){10} {2}… and 2 more/,
  );
  expect(all()).toContain("  pulumi import --file ens-import.json --generate-code=false --protect=false --yes\n");
});

test("files are not overwritten without --force, and no drafts remain", async () => {
  await made("orders");
  await run();
  const before = readdirSync(folder);
  expect(before.sort()).toEqual(["Pulumi.yaml", "ens-import.json", "index.ts", "package.json", "tsconfig.json"]);
  writeFileSync(join(folder, "index.ts"), `${read("index.ts")}// mine`);
  await expect(run()).rejects.toThrow("index.ts and ens-import.json in");
  expect(read("index.ts")).toMatch(/\/\/ mine$/);
  writeFileSync(join(folder, "package.json"), "{}");
  await run("--force");
  expect(read("index.ts")).not.toMatch(/\/\/ mine$/);
  expect(read("package.json")).toBe("{}");
  rmSync(join(folder, "ens-import.json"));
  mkdirSync(join(folder, "ens-import.json"));
  await expect(run("--force")).rejects.toThrow("cannot write into");
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("an existing project keeps its files and gets a module, which its program must import first", async () => {
  await made("orders");
  writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "index.ts"), "// Mine.\n");
  expect(await run("--stack", "dev")).toBe(1);
  expect(readdirSync(folder).sort()).toEqual([
    "Pulumi.yaml",
    "ens-import.json",
    "imported.ts",
    "index.ts",
    "package.json",
  ]);
  expect(all()).toContain(
    '# Add this line to your program first, or the next update deletes all imported objects: import "./imported.js";',
  );
  writeFileSync(join(folder, "index.ts"), 'import "./imported.js";\n');
  printed = [];
  await run("--force");
  expect(all()).not.toContain("deletes all imported");
});

test("--only selects callbacks by name, and without a match nothing is written", async () => {
  for (const name of ["orders.eu", "orders-us", "orders", "returns"]) await made(name);
  await run("--only", "orders*s", "--only", "orders.*");
  expect(entries().map(({ inputs }) => inputs.callbackName)).toEqual(["orders-us", "orders.eu"]);
  const other = join(folder, "other");
  await expect(importCommand.run(["--out", other, "--only", "nothing"])).rejects.toThrow(
    "no callback in this business unit matches --only. Nothing was written.",
  );
  expect(readdirSync(folder)).not.toContain("other");
});

test("with --json, stdout has one document with the summary", async () => {
  await made("orders", { status: "unverified" });
  const ran = await runCommand(importCommand, ["--out", folder, "--json"], process.env);
  expect({ code: ran.code, ...ran.document() }).toEqual({
    code: 0,
    exitCode: 0,
    folder,
    files: ["index.ts", "ens-import.json", "Pulumi.yaml", "package.json", "tsconfig.json"],
    counts: "1 callback and 0 subscriptions",
    remarks: expect.arrayContaining(['  orders: status "unverified"']),
    next: expect.arrayContaining(["pulumi preview --expect-no-changes"]),
  });
});

test("a missing setting and an unknown option are named", async () => {
  expect(await runCommand(importCommand, ["--onyl", "x"], {})).toMatchObject({
    code: 2,
    noted: "ens: there is no option --onyl. Did you mean --only? See `ens import --help`.\n",
  });
  delete process.env.ENS_CLIENT_ID;
  await expect(run()).rejects.toThrow("ens:clientId is not set: export ENS_CLIENT_ID (or ENS_CLIENT_ID_FILE)");
  expect(await run("--help")).toBe(0);
});
