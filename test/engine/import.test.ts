import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isolated } from "../../scripts/pulumi.ts";
import { blocksOf } from "../support/document";
import { changes } from "../support/engine";
import { AWKWARD } from "../support/found";
import { postAgain } from "../support/receiver";
import { succeed } from "../support/shell";
import { type Services, startServices, startWorld } from "../support/world";

const ROOT = resolve(__dirname, "../..");
const DOC = readFileSync(join(ROOT, "docs/import.md"), "utf8");
const blocks = (wanted: string) => blocksOf(DOC).flatMap(({ language, text }) => (language === wanted ? [text] : []));
const [install, commands = ""] = blocks("sh");

/** Makes objects through ENS's API, as somebody with curl does. */
async function somebodyMakes(services: Services, route: string, objects: object[]): Promise<Record<string, string>[]> {
  const made = await postAgain(services.simulator, `/platform/v1/${route}`, JSON.stringify(objects));
  const answer: unknown = await made.json();
  if (!made.ok) throw new Error(JSON.stringify(answer));
  return answer as Record<string, string>[];
}

/** What a user's folder has after the installation that the document asks for, with the program where npm links it. */
function installed(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules")).filter((entry) => !entry.startsWith("."))) {
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  const { bin } = JSON.parse(readFileSync(join(modules, "pulumi-ens/package.json"), "utf8")) as {
    bin: { ens: string };
  };
  symlinkSync(join("../pulumi-ens", bin.ens), join(modules, ".bin/ens"));
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
}

describe("a business unit with three callbacks and their 120 subscriptions, made by hand", () => {
  let services: Services;
  let folder: string;
  let keys: string[];
  const live = () => services.simulator.admin.state();
  const read = (name: string) => readFileSync(join(folder, name), "utf8");

  /** Runs what a person types. */
  function typed(text: string): Promise<string> {
    const env = {
      ...isolated(join(folder, "node_modules")),
      ENS_REST_URL: services.simulator.restUrl,
      ENS_AUTH_URL: services.simulator.authUrl,
      ENS_CLIENT_ID: "sim-client",
      ENS_CLIENT_SECRET: "sim-secret",
      PULUMI_SKIP_CONFIRMATIONS: "true",
    };
    return succeed(text, { cwd: folder, env });
  }

  /** What was asked of ENS that may change something. */
  async function writes(): Promise<string[]> {
    const journal = await services.simulator.admin.journal();
    const calls = journal.filter(({ path, method }) => path.startsWith("/platform/") && method !== "GET");
    return calls.map(({ method, path }) => `${method} ${path}`);
  }

  beforeAll(async () => {
    // Two tokens in a row that end early fail a call, and among hundreds of calls there are some.
    services = await startServices({ faults: { seed: 1, rate: 0.1, kinds: ["extra-fields", "shuffled", "slow"] } });
    folder = mkdtempSync(join(tmpdir(), "import-"));
    installed(folder);
    const names = [...new Set(AWKWARD.filter((name) => !/\p{Surrogate}/u.test(name)))];
    const called = (at: number) => names[at % names.length] as string;
    for (const [at, callbackName] of ["Orders (EU)", "orders-eu", "default 🚀"].entries()) {
      const fields = { callbackName, url: `https://hooks.example.org/${at}`, maxBatchSize: at === 1 ? 300 : 1000 };
      const [{ callbackId } = {}] = await somebodyMakes(services, "ens-callbacks", [fields]);
      await services.receiver.verifyNow();
      await services.simulator.admin.patch("callbacks", String(callbackId), { status: "verified" });
      const subscriptions = Array.from({ length: 40 }, (_, each) => ({
        subscriptionName: called(at * 40 + each) + (at * 40 + each < names.length ? "" : ` ${at} ${each}`),
        callbackId,
        eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"],
        filters: [`definitionKey=key ${each} "'\`\\`],
      }));
      await somebodyMakes(services, "ens-subscriptions", subscriptions);
    }
    const { callbacks, subscriptions } = await live();
    expect([callbacks.length, subscriptions.length]).toEqual([3, 120]);
    keys = callbacks.map(({ signatureKey }) => signatureKey);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await services?.close();
  });

  test("is taken over by the commands of the document, and ENS is asked to change nothing", async () => {
    expect(install).toMatch(/^npm install pulumi-ens /);
    const before = await live();
    await services.simulator.admin.clearJournal();
    const output = await typed(commands);
    expect(output).toContain(
      "Wrote 3 callbacks and 120 subscriptions to index.ts, ens-import.json, Pulumi.yaml, tsconfig.json",
    );
    expect(output.match(/124 unchanged/g)).toHaveLength(3); // preview, and both halves of up
    await typed(
      "pulumi preview --refresh --expect-no-changes && pulumi refresh --skip-preview --yes && pulumi preview --expect-no-changes",
    );
    expect(await writes()).toEqual([]);
    expect(await live()).toEqual(before);
    const stored = await typed("pulumi stack export --show-secrets");
    expect(keys.filter((key) => `${stored}${read("index.ts")}${read("ens-import.json")}`.includes(key))).toEqual([]);
  });

  test("then a change in the program is one update, which makes no key anew", async () => {
    writeFileSync(join(folder, "index.ts"), read("index.ts").replace("maxBatchSize: 300", "maxBatchSize: 700"));
    expect(await typed("pulumi up")).toMatch(/~ 1 updated\s+123 unchanged/);
    expect(await writes()).toEqual(["PUT /platform/v1/ens-callbacks"]);
    const { callbacks } = await live();
    expect(callbacks.map(({ signatureKey, maxBatchSize }) => [signatureKey, maxBatchSize])).toEqual(
      keys.map((key, at) => [key, at === 1 ? 700 : 1000]),
    );
  });

  test("an import once more does no harm", async () => {
    const program = read("index.ts");
    await expect(typed("npx ens import")).rejects.toThrow("would be overwritten. Add --force");
    await typed("npx ens import --force --stack dev && pulumi preview --refresh --expect-no-changes");
    expect(read("index.ts")).toBe(program);
  });

  test("and all of it can be destroyed, in order", async () => {
    expect(await typed("pulumi destroy")).toContain("124 deleted");
    expect(await live()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  });
});

test("the document's program takes a few objects over, and keeps their key and ids", async () => {
  const world = await startWorld();
  try {
    const fields = { callbackName: "Old name", url: "https://hooks.example.org/orders", maxBatchSize: 200 };
    const [{ callbackId } = {}] = await somebodyMakes(world, "ens-callbacks", [fields]);
    await world.receiver.verifyNow();
    await world.simulator.admin.patch("callbacks", String(callbackId), { status: "verified" });
    await somebodyMakes(world, "ens-subscriptions", [
      { subscriptionName: "Orders sent", callbackId, eventCategoryTypes: ["EngagementEvents.EmailOpen"] },
    ]);
    const before = await world.simulator.admin.state();
    const [program = ""] = blocks("ts");
    world.stack.program(program);
    expect(changes(await world.stack.ok("up"))).toEqual(["create orders", "create orders-sent"]);
    const { callbacks, subscriptions } = await world.simulator.admin.state();
    const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
    expect(callbacks).toEqual([{ ...before.callbacks[0], callbackName: "Orders", maxBatchSize: 1000 }]);
    expect(subscriptions).toEqual([{ ...before.subscriptions[0], eventCategoryTypes }]);
    world.stack.program(program.replaceAll('  adopt: "always",\n', ""));
    expect(changes(await world.stack.ok("up"))).toEqual([]);
    await world.stack.ok("preview", "--refresh", "--expect-no-changes");
  } finally {
    await world.close();
  }
});
