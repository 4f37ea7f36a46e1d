import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changes } from "../support/engine";
import { type Recording, recordings } from "../support/recorded";
import { startWorld, type World } from "../support/world";

// Today's code manages a stack that an earlier version created. Each test continues with the result of the test before
// it.

describe.each(recordings())("a stack of $version", ({ program, simulator, stackFor, resources }: Recording) => {
  const before = resources();
  const folder = mkdtempSync(join(tmpdir(), "states-test-"));
  let world: World;
  beforeAll(async () => {
    const state = join(folder, "simulator.json");
    copyFileSync(simulator, state);
    // Nothing listens there. A verified callback needs no verification request.
    world = await startWorld({ state }, { RECEIVER_URL: "http://127.0.0.1:9" });
    await world.stack.edit(() => stackFor(world.simulator.restUrl));
    world.stack.program(program);
  });
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true });
  });

  /** Lists the writes to ENS since the last call. */
  async function readWrites(): Promise<string[]> {
    const calls = await world.simulator.admin.journal({ client: "rest" });
    await world.simulator.admin.clearJournal();
    return calls.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  }

  test("shows a preview with no change except what its last run did not finish", async () => {
    expect(changes(await world.stack.ok("preview"))).toEqual(["update late"]);
    expect(await readWrites()).toEqual([]);
  });

  test("finishes its last run and changes nothing else", async () => {
    const late = (await world.simulator.admin.state()).callbacks.find(({ url }) => url.endsWith("/late"));
    await world.simulator.admin.patch("callbacks", late?.callbackId ?? "", { status: "verified" });
    // Since 0.3, a callback gets its final name after its verification.
    const isPending = before.some(({ outputs }) => "pendingName" in outputs);
    expect(changes(await world.stack.ok("preview", "--refresh"))).toEqual(isPending ? ["update late"] : []);
    expect(changes(await world.stack.ok("up"))).toEqual(["update late"]);
    expect(await readWrites()).toEqual(isPending ? ["PUT /platform/v1/ens-callbacks"] : []);
  });

  test("refreshes without a change, and keeps each output and the text that identifies the provider", async () => {
    const refreshed = await world.stack.ok("refresh", "--expect-no-changes");
    expect(changes(refreshed)).toEqual([]);
    const after = (await world.stack.stored()).resources;
    for (const { urn, id, inputs, outputs } of before) {
      const { pendingName: _, ...kept } = outputs;
      const now = after.find((each) => each.urn === urn);
      expect(now?.id).toBe(id);
      expect(now?.inputs.__provider).toBe(inputs.__provider);
      expect(now?.outputs.__provider).toBe(inputs.__provider);
      expect(Object.keys(now?.outputs ?? {})).toEqual(expect.arrayContaining(Object.keys(kept)));
    }
  });

  test("updates the same objects in place, and keeps their keys", async () => {
    const old = await world.simulator.admin.state();
    world.stack.program(program.replace("EDITED = false", "EDITED = true"));
    const did = changes(await world.stack.ok("up"));
    const names = before.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2));
    expect(did.sort()).toEqual(names.map((name) => `update ${name}`).sort());
    const { callbacks, subscriptions, authentications } = await world.simulator.admin.state();
    const keys = (all: typeof callbacks) =>
      all.map(({ callbackId, signatureKey }) => [callbackId, signatureKey]).sort();
    expect(keys(callbacks)).toEqual(keys(old.callbacks));
    expect(subscriptions.map(({ subscriptionId }) => subscriptionId).sort()).toEqual(
      old.subscriptions.map(({ subscriptionId }) => subscriptionId).sort(),
    );
    expect(authentications).toHaveLength(old.authentications.length);
    await world.stack.ok("preview", "--expect-no-changes");
  });

  test("is destroyed from its state alone, and ENS is empty", async () => {
    world.stack.program("");
    await world.stack.ok("destroy");
    expect(await world.simulator.admin.state()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  });
});
