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

/** Creates objects through ENS's API, as a person does with curl. */
async function createThroughApi(
  services: Services,
  route: string,
  objects: object[],
): Promise<Record<string, string>[]> {
  const made = await postAgain(services.simulator, `/platform/v1/${route}`, JSON.stringify(objects));
  const answer: unknown = await made.json();
  if (!made.ok) throw new Error(JSON.stringify(answer));
  return answer as Record<string, string>[];
}

/** Prepares a folder as the installation on the page does, and links the program as npm does. */
function prepareInstalled(folder: string): void {
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

describe("a business unit with three callbacks and their 120 subscriptions, created by hand", () => {
  let services: Services;
  let folder: string;
  let keys: string[];
  const readEns = () => services.simulator.admin.state();
  const read = (name: string) => readFileSync(join(folder, name), "utf8");

  /** Runs a command as a person types it. */
  function runLines(text: string): Promise<string> {
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

  /** Lists the requests to ENS that may change something. */
  async function readWrites(): Promise<string[]> {
    const journal = await services.simulator.admin.journal();
    const calls = journal.filter(({ path, method }) => path.startsWith("/platform/") && method !== "GET");
    return calls.map(({ method, path }) => `${method} ${path}`);
  }

  beforeAll(async () => {
    // Two expired tokens in a row fail a request, and among hundreds of requests this happens. So no token expires
    // early.
    services = await startServices({ faults: { seed: 1, rate: 0.1, kinds: ["extra-fields", "shuffled", "slow"] } });
    folder = mkdtempSync(join(tmpdir(), "import-"));
    prepareInstalled(folder);
    const names = [...new Set(AWKWARD.filter((name) => !/\p{Surrogate}/u.test(name)))];
    const called = (at: number) => names[at % names.length] as string;
    for (const [at, callbackName] of ["Orders (EU)", "orders-eu", "default 🚀"].entries()) {
      const fields = { callbackName, url: `https://hooks.example.org/${at}`, maxBatchSize: at === 1 ? 300 : 1000 };
      const [{ callbackId } = {}] = await createThroughApi(services, "ens-callbacks", [fields]);
      await services.receiver.verifyNow();
      await services.simulator.admin.patch("callbacks", String(callbackId), { status: "verified" });
      const subscriptions = Array.from({ length: 40 }, (_, each) => ({
        subscriptionName: called(at * 40 + each) + (at * 40 + each < names.length ? "" : ` ${at} ${each}`),
        callbackId,
        eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"],
        filters: [`definitionKey=key ${each} "'\`\\`],
      }));
      await createThroughApi(services, "ens-subscriptions", subscriptions);
    }
    const { callbacks, subscriptions } = await readEns();
    expect([callbacks.length, subscriptions.length]).toEqual([3, 120]);
    keys = callbacks.map(({ signatureKey }) => signatureKey);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await services?.close();
  });

  test("is adopted by the commands of the page, and ENS gets no request that changes anything", async () => {
    expect(install).toMatch(/^npm install pulumi-ens /);
    const before = await readEns();
    await services.simulator.admin.clearJournal();
    const output = await runLines(commands);
    expect(output).toContain(
      "Wrote 3 callbacks and 120 subscriptions to index.ts, ens-import.json, Pulumi.yaml, tsconfig.json",
    );
    expect(output.match(/124 unchanged/g)).toHaveLength(3); // preview, and both halves of up
    await runLines(
      "pulumi preview --refresh --expect-no-changes && pulumi refresh --skip-preview --yes && pulumi preview --expect-no-changes",
    );
    expect(await readWrites()).toEqual([]);
    expect(await readEns()).toEqual(before);
    const stored = await runLines("pulumi stack export --show-secrets");
    expect(keys.filter((key) => `${stored}${read("index.ts")}${read("ens-import.json")}`.includes(key))).toEqual([]);
  });

  test("gets one update for a change in the program, and no new key", async () => {
    writeFileSync(join(folder, "index.ts"), read("index.ts").replace("maxBatchSize: 300", "maxBatchSize: 700"));
    expect(await runLines("pulumi up")).toMatch(/~ 1 updated\s+123 unchanged/);
    expect(await readWrites()).toEqual(["PUT /platform/v1/ens-callbacks"]);
    const { callbacks } = await readEns();
    expect(callbacks.map(({ signatureKey, maxBatchSize }) => [signatureKey, maxBatchSize])).toEqual(
      keys.map((key, at) => [key, at === 1 ? 700 : 1000]),
    );
  });

  test("does not change in a second import", async () => {
    const program = read("index.ts");
    await expect(runLines("npx ens import")).rejects.toThrow("would be overwritten. Add --force");
    await runLines("npx ens import --force --stack dev && pulumi preview --refresh --expect-no-changes");
    expect(read("index.ts")).toBe(program);
  });

  test("can be destroyed in order", async () => {
    expect(await runLines("pulumi destroy")).toContain("124 deleted");
    expect(await readEns()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  });
});

test("the program of the page adopts a few objects, which keep their key and ids", async () => {
  const world = await startWorld();
  try {
    const fields = { callbackName: "Old name", url: "https://hooks.example.org/orders", maxBatchSize: 200 };
    const [{ callbackId } = {}] = await createThroughApi(world, "ens-callbacks", [fields]);
    await world.receiver.verifyNow();
    await world.simulator.admin.patch("callbacks", String(callbackId), { status: "verified" });
    await createThroughApi(world, "ens-subscriptions", [
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
