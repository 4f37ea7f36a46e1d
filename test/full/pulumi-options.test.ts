import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changes as allChanges, type Ran } from "../support/engine";
import { recordings } from "../support/recorded";
import { at, idOf, idsOf, LOGIN, liveOf, look, namesOf, objectsIn, type Seen, TRIO_HEAD, trio } from "../support/trio";
import { startWorld, type World } from "../support/world";

// The first table of docs/pulumi-options.md: the effect of resource options on each kind of resource. Aliases and
// parents are in renames.test.ts, providers in tenants.test.ts.

const BOUNCED = "TransactionalSendEvents.EmailBounced";
const OPENED = "EngagementEvents.EmailOpen";
const CLICKED = "EngagementEvents.EmailClick";

/** The changes in ENS. The read of an existing object is not a change. */
const changes = (ran: Ran) => allChanges(ran).filter((step) => !step.startsWith("read "));

describe("one stack with all options, in which each test continues with the result of the test before it", () => {
  let world: World;
  /** Ids of objects that were created in Setup. */
  let theirs: Record<"scheme" | "callback" | "subscription", string>;
  beforeAll(async () => {
    world = await startWorld();
    const { admin } = world.simulator;
    const callback = await admin.add("callbacks", { callbackName: "Theirs", url: at("theirs"), status: "verified" });
    const selection = { eventCategoryTypes: [OPENED, CLICKED], filters: ["definitionKey=theirs"] };
    theirs = {
      callback,
      scheme: await admin.add("authentications", { authType: "oauth2", ...LOGIN, scope: "theirs" }),
      subscription: await admin.add("subscriptions", {
        subscriptionName: "Theirs",
        callbackId: callback,
        ...selection,
      }),
    };
  });
  afterAll(() => world?.close());

  /** Ignored properties have values of version `v`, and the properties beside them values of version `w`. */
  function ignoring(v: number, w: number): string {
    const one = v === 1;
    const filters = { definitionKey: `ignored-${v}`, bounceCode: String(w) };
    const texts = Object.entries(filters).map(([key, value]) => `${key}=${value}`);
    const types = [one ? OPENED : BOUNCED, CLICKED];
    const subscription = (name: string, args: object, paths: string[], callback = "fixed") => `
    new ens.Subscription(
      "${name}",
      { eventCategoryTypes: ["${BOUNCED}"], ...${JSON.stringify(args)}, callback: ${callback} },
      { ignoreChanges: ${JSON.stringify(paths)} });`;
    const secret = one ? {} : { clientSecret: "another-secret-marker" };
    const callback = {
      ...{ url: at(one ? "fixed" : "another"), maxBatchSize: 100 * v, verification: { timeout: `${v}m` } },
      ...(one ? {} : { callbackName: "Typed" }),
    };
    const all = { eventCategoryTypes: types, filters: [`definitionKey=${v}`], status: one ? "active" : "paused" };
    return `
    const fixedIdp = new ens.AuthScheme(
      "fixed-idp", { ...login, scope: "fixed ${v}", ...${JSON.stringify(secret)} }, { ignoreChanges: ["scope", "clientSecret"] });
    const other = new ens.AuthScheme("other", { ...login, scope: "other" });
    const fixed = new ens.Callback(
      "fixed",
      { ...${JSON.stringify(callback)}, authScheme: ${one ? "fixedIdp" : "other"} },
      { ignoreChanges: ["url", "maxBatchSize", "callbackName", "verification.timeout", "authId"] });
    const elsewhere = new ens.Callback("elsewhere", { url: at("elsewhere") });
    ${subscription("whole", all, ["eventCategoryTypes", "filters", "status", "callbackId"], one ? "fixed" : "elsewhere")}
    ${subscription("everything", all, ["*"], one ? "fixed" : "elsewhere")}
    ${subscription("key", { filters }, ["filters.definitionKey"])}
    ${subscription("item", { filters: texts }, ["filters[0]"])}
    ${subscription("type", { eventCategoryTypes: types }, ["eventCategoryTypes[0]"])}`;
  }
  const IGNORING = ["fixed-idp", "fixed", "whole", "everything", "key", "item", "type"];

  /** Resources with the other options: one of each kind, or only the kind for which the option has an effect. */
  function others(v: number): string {
    const transform = `[({ type, props, opts }) => {
    const more = { AuthScheme: { scope: "moulded" }, Callback: { maxBatchSize: 999 }, Subscription: { filters: ["definitionKey=moulded"] } };
    return { props: { ...props, ...more[type.split(":").at(-1)] }, opts };
  }]`;
    return `
    ${trio(
      "quiet",
      v,
      `replaceOnChanges: ["scope", "maxBatchSize", "filters"], customTimeouts: { create: "1s", update: "1s" },
      additionalSecretOutputs: ["accountId"], hideDiffs: ["scope", "maxBatchSize", "filters"]`,
    )}
    ${trio("again", 1, `replacementTrigger: ${v}`, { options: "deleteBeforeReplace: true" })}
    ${trio("along", 1, "replaceWith: [againIdp]", { options: "deleteBeforeReplace: true" })}
    ${trio("moulded", 1, `transforms: ${transform}`)}
    ${trio("shaped", 1, `transformations: ${transform}`)}
    const read = {
      idp: new ens.AuthScheme("read-idp", login, { id: "${theirs.scheme}" }),
      callback: new ens.Callback("read", { url: at("theirs") }, { id: "${theirs.callback}" }),
    };
    new ens.Subscription(
      "read-sub", { callback: read.callback, eventCategoryTypes: ["${OPENED}"] }, { id: "${theirs.subscription}" });
    const first = new ens.Subscription("first", { callback: read.callback, eventCategoryTypes: ["${OPENED}"] });
    const second = new ens.Callback("second", { url: at("second"), authScheme: read.idp }, { dependsOn: first });
    new ens.AuthScheme("third", { ...login, scope: "third" }, { dependsOn: [second] });
    new ens.Callback("unknown", { url: quietIdp.createdAt.apply(() => at("unknown")) });
    const found = elsewhere.urn.apply((urn) => new ens.Callback("by-urn", { url: at("elsewhere") }, { urn }));
    new ens.Subscription("found-sub", { callback: found, eventCategoryTypes: ["${OPENED}"] });
    try {
      new ens.AuthScheme("migrated", login, { stateMigrations: [() => undefined] });
    } catch ({ message }) {
      pulumi.log.info(message);
    }`;
  }

  const KEPT = `
  ${trio("kept", 1, "retainOnDelete: true")}
  const boss = new pulumi.ComponentResource("shop:index:Boss", "boss");
  const team = new pulumi.ComponentResource("shop:index:Team", "team", {}, { deletedWith: boss });
  ${trio("child", 1, "parent: team")}
  ${trio("hidden", 1, "transforms: [({ props, opts }) => ({ props, opts: { ...opts, deletedWith: boss } })]")}`;
  const safe = (protect: boolean) => trio("safe", 1, `protect: ${protect}`);

  /** The operations on one resource. */
  const opsOf = (ran: Ran, name: string) =>
    changes(ran)
      .filter((step) => step.endsWith(` ${name}`))
      .map((step) => step.slice(0, -name.length - 1));
  const readWrites = async () =>
    (await world.simulator.admin.journal({ client: "rest" })).filter(({ method }) => method !== "GET");

  let before: Seen;

  test("a first run creates all resources as their options require", async () => {
    world.stack.program(TRIO_HEAD + ignoring(1, 1) + others(1) + KEPT + safe(true));
    const ran = await world.stack.ok("up");
    before = await look(world);
    expect(ran.output).toContain("The Pulumi CLI does not support state migrations");

    // additionalSecretOutputs adds to the secret outputs of the package.
    for (const name of namesOf("quiet")) expect(before[name]?.outputs.accountId).toHaveProperty("ciphertext");
    expect(before.quiet?.outputs.signatureKey).toHaveProperty("ciphertext");
    expect(before["quiet-idp"]?.outputs.clientSecret).toHaveProperty("ciphertext");

    for (const name of ["moulded", "shaped"]) {
      expect(before[`${name}-idp`]?.live).toMatchObject({ scope: "moulded" });
      expect(before[name]?.live).toMatchObject({ maxBatchSize: 999 });
      expect(before[`${name}-sub`]?.live).toMatchObject({ filters: ["definitionKey=moulded"] });
    }

    for (const name of namesOf("read")) expect(before[name]).toMatchObject({ external: true });
    expect(before["read-idp"]?.outputs).toMatchObject({ authId: theirs.scheme });
    expect(before.read?.outputs).toMatchObject({ callbackName: "Theirs", status: "verified" });
    expect(before["read-sub"]?.outputs).toMatchObject({
      ...{ subscriptionName: "Theirs", eventCategoryTypes: expect.arrayContaining([OPENED, CLICKED]) },
      filters: ["definitionKey=theirs"],
    });
    expect(before.first?.live).toMatchObject({ callbackId: theirs.callback });
    expect(before.second?.live).toMatchObject({ authId: theirs.scheme });

    expect(before["found-sub"]?.live).toMatchObject({ callbackId: before.elsewhere?.id });

    const order = ["create first", "create second", "create third"];
    expect(changes(ran).filter((step) => order.includes(step))).toEqual(order);
  });

  test("a second run of the same program changes nothing", async () => {
    await world.simulator.admin.clearJournal();
    await world.stack.ok("up", "--expect-no-changes");
    expect(await readWrites()).toEqual([]);
  });

  test("a preview hides the properties in hideDiffs, and reports a possible replacement for an unknown URL", async () => {
    world.stack.program(TRIO_HEAD + ignoring(2, 1) + others(2) + KEPT + safe(true));
    const { output, steps } = await world.stack.ok("preview", "--diff");
    for (const property of ["scope", "maxBatchSize", "filters"]) expect(output).toContain(`~ ${property} (hidden)`);
    expect(output).toMatch(
      /\(unknown-[0-9a-f]{7} at [^)]*\): the new url is not known yet. If it changes, the callback will be replaced/,
    );
    expect(steps.map(({ op, name }) => `${op} ${name}`)).toContain("replace unknown");
  });

  test("a change is ignored, updates in place or replaces, as the options require", async () => {
    const ran = await world.stack.ok("up");
    const after = await look(world);
    expect(IGNORING.flatMap((name) => opsOf(ran, name))).toEqual([]);
    expect(liveOf(after, IGNORING)).toEqual(liveOf(before, IGNORING));
    expect(after.fixed?.inputs).toMatchObject({ verification: { timeout: "1m" } });
    expect(opsOf(ran, "unknown")).toEqual([]);

    // replaceOnChanges and customTimeouts have no effect, and hideDiffs only hides.
    for (const name of namesOf("quiet")) expect([name, opsOf(ran, name)]).toEqual([name, ["update"]]);
    expect(ran.output).toContain('Callback "quiet": the resource option replaceOnChanges has no effect');
    expect(liveOf(after, namesOf("quiet"))).toMatchObject([
      ...[{ scope: "quiet 2" }, { maxBatchSize: 200 }, { filters: ["definitionKey=quiet-2"] }],
    ]);

    // A new scheme is created before the old one is deleted. An old callback and its subscriptions are deleted first.
    for (const name of ["again", "along"]) {
      expect([name, opsOf(ran, `${name}-idp`)]).toEqual([name, ["create-replacement", "replace", "delete-replaced"]]);
      for (const first of [name, `${name}-sub`]) {
        expect([first, opsOf(ran, first)]).toEqual([first, ["delete-replaced", "replace", "create-replacement"]]);
      }
    }
    const anew = namesOf("again", "along");
    expect(liveOf(after, anew)).not.toContain(undefined);
    expect(idsOf(after, anew).filter((id) => idsOf(before, anew).includes(id))).toEqual([]);
    const same = Object.keys(before).filter((name) => !anew.includes(name));
    expect(idsOf(after, same)).toEqual(idsOf(before, same));
    before = after;
  });

  test("a change in Setup to an ignored property stays, also after a refresh", async () => {
    const { admin } = world.simulator;
    const drift = (name: string, collection: "callbacks" | "subscriptions", change: object) =>
      admin.patch(collection, before[name]?.id ?? "", change);
    const filters = ["bounceCode=1", "definitionKey=drifted"];
    const types = { eventCategoryTypes: [CLICKED, "EngagementEvents.EmailUnsubscribe"] };
    await drift("fixed", "callbacks", { callbackName: "Drifted", maxBatchSize: 321 });
    await drift("whole", "subscriptions", { ...types, filters: ["definitionKey=drifted"], status: "paused" });
    await drift("everything", "subscriptions", { ...types, filters: ["definitionKey=drifted"] });
    await drift("key", "subscriptions", { filters });
    await drift("item", "subscriptions", { filters });
    await drift("type", "subscriptions", types);
    const drifted = await look(world);

    world.stack.program(TRIO_HEAD + ignoring(2, 2) + others(2) + KEPT + safe(true));
    const ran = await world.stack.ok("up", "--refresh");
    before = await look(world);
    // The program still manages the values beside the ignored value.
    const beside = ["bounceCode=2", "definitionKey=drifted"];
    expect(changes(ran).sort()).toEqual(["update item", "update key"]);
    for (const name of ["item", "key"]) {
      const live = before[name]?.live as { filters: string[] };
      expect([name, [...live.filters].sort()]).toEqual([name, beside]);
    }
    const still = IGNORING.filter((name) => name !== "item" && name !== "key");
    expect(liveOf(before, still)).toEqual(liveOf(drifted, still));
  });

  test("retainOnDelete and a deletedWith that the constructor cannot see keep objects, and so does protect", async () => {
    await world.simulator.admin.clearJournal();
    world.stack.program(TRIO_HEAD + ignoring(2, 2) + others(2));
    const ran = await world.stack.pulumi("up", "--continue-on-error");
    expect([ran.code === 0, ran.output]).toEqual([false, expect.stringContaining("because it is protected")]);
    expect(await readWrites()).toEqual([]);
    const after = await look(world);
    expect(liveOf(after, namesOf("safe"))).toEqual(liveOf(before, namesOf("safe")));
    const gone = namesOf("kept", "child", "hidden");
    expect(gone.filter((name) => name in after)).toEqual([]);
    expect(await objectsIn(world)).toEqual(expect.arrayContaining(liveOf(before, gone)));
  });

  test("objects that were only read stay in ENS, and resources are deleted before what they depend on", async () => {
    world.stack.program(TRIO_HEAD + safe(false));
    const gone = changes(await world.stack.ok("up"));
    const order = ["delete third", "delete second", "delete first"];
    expect(gone.filter((step) => order.includes(step))).toEqual(order);
    const stays = idsOf(before, namesOf("kept", "child", "hidden", "safe"));
    const left = (await objectsIn(world)).map(idOf);
    expect(left.sort()).toEqual([...Object.values(theirs), ...stays].sort());
  });
});

/**
 * An inline program. The language host that is built for these tests supports no hooks and no stack-wide transforms.
 */
const INLINE = `
  const pulumi = require("@pulumi/pulumi");
  const { LocalWorkspace } = require("@pulumi/pulumi/automation");
  const ens = require("pulumi-ens");
  const login = ${JSON.stringify(LOGIN)};
  const MOULDED = {
    AuthScheme: { scope: "moulded" }, Callback: { maxBatchSize: 999 }, Subscription: { filters: ["definitionKey=moulded"] },
  };
  const WHEN = ["beforeCreate", "afterCreate", "beforeUpdate", "afterUpdate", "beforeDelete", "afterDelete"];
  let calls = [];
  let keyIsPlain = false;
  let v = 1;
  const hooks = () => ({
    ...Object.fromEntries(WHEN.map((when) => [when, [new pulumi.ResourceHook(when, ({ name, newOutputs }) => {
      calls.push(when + " " + name);
      keyIsPlain ||= typeof newOutputs?.signatureKey === "string";
    })]])),
    onError: [new pulumi.ErrorHook("onError", ({ name, failedOperation }) => {
      calls.push("onError " + failedOperation + " " + name);
      return true;
    })],
  });
  const program = async () => {
    if (v === 3) {
      pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
        ({ props: { ...props, ...MOULDED[type.split(":").at(-1)] }, opts }));
    }
    const all = hooks();
    const authScheme = new ens.AuthScheme("idp", { ...login, scope: "v" + v }, { hooks: all });
    const orders = new ens.Callback("orders", { url: "${at("orders")}", authScheme, maxBatchSize: 100 * v }, { hooks: all });
    const selection = { eventCategoryTypes: ["${BOUNCED}"], filters: { definitionKey: "v" + v } };
    new ens.Subscription("sent", { callback: orders, ...selection }, { hooks: all });
  };
  async function main() {
    const stack = await LocalWorkspace.selectStack({ stackName: "dev", projectName: "shop", program }, { workDir: __dirname });
    const run = async (name, work) => {
      const failure = await work().then(() => "", (error) => error.message);
      console.log(JSON.stringify({ name, failure, calls, keyIsPlain }));
      calls = [];
      keyIsPlain = false;
    };
    await run("create", () => stack.up());
    v = 2;
    await run("update", () => stack.up());
    v = 3;
    await run("transform", () => stack.up());
    await run("destroy", () => stack.destroy());
    await run("destroy --run-program", () => stack.destroy({ runProgram: true }));
  }
  main();`;

test("hooks run around each step, and a stack-wide transform applies", async () => {
  const world = await startWorld();
  try {
    // ENS rejects one request for each kind, and onError asks for a retry.
    const paths = ["authentications", "callbacks", "subscriptions"].map((name) => `/platform/v1/ens-${name}`);
    await world.simulator.admin.faults(paths.map((path) => ({ kind: "status", status: 403, method: "POST", path })));
    writeFileSync(join(world.stack.folder, "inline.js"), INLINE);
    const { code, output, errors } = await world.stack.shell("node inline.js");
    expect([code, errors]).toEqual([0, ""]);
    const runs = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { failure: string; calls: string[]; keyIsPlain: boolean });
    const around = (what: string, names: string[]) =>
      names.flatMap((name) => [`before${what} ${name}`, `after${what} ${name}`]);
    const names = ["idp", "orders", "sent"];
    const [create, update, transform, plain, withProgram] = runs;
    expect(create).toMatchObject({ failure: "", keyIsPlain: true });
    expect(create?.calls).toEqual(
      names.flatMap((name) => [`beforeCreate ${name}`, `onError create ${name}`, `afterCreate ${name}`]),
    );
    expect(update).toMatchObject({ failure: "", calls: around("Update", names), keyIsPlain: true });
    expect(transform).toMatchObject({ failure: "", calls: around("Update", names) });
    expect(plain).toMatchObject({ failure: expect.stringContaining("--run-program"), calls: [] });
    expect(withProgram).toMatchObject({ failure: "", calls: around("Delete", names.reverse()) });
    const journal = await world.simulator.admin.journal({ client: "rest" });
    const last = (path = "") => journal.findLast((call) => call.method === "PUT" && call.path.startsWith(path));
    const moulded = [/"scope":"moulded"/, /"maxBatchSize":999/, /"filters":\["definitionKey=moulded"\]/];
    for (const [at, path] of paths.entries()) expect(last(path)?.request.body).toMatch(moulded[at] as RegExp);
    expect(await world.simulator.admin.state()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  } finally {
    await world.close();
  }
});

test("a path into filters or types in a stack of 0.2.0 is rejected until one run without the path", async () => {
  const recorded = recordings().find(({ version }) => version === "0.2.0");
  if (recorded === undefined) throw new Error("there is no recorded state of 0.2.0");
  const folder = mkdtempSync(join(tmpdir(), "options-test-"));
  copyFileSync(recorded.simulator, join(folder, "simulator.json"));
  const world = await startWorld({ state: join(folder, "simulator.json") }, { RECEIVER_URL: "http://127.0.0.1:9" });
  try {
    const { admin } = world.simulator;
    const filtersOf = async (name: RegExp) =>
      (await admin.state()).subscriptions.find(({ subscriptionName }) => name.test(subscriptionName))?.filters;
    await world.stack.edit(() => recorded.stackFor(world.simulator.restUrl));
    const done = recorded.program.replace("if (RUN > 2)", "if (false)");
    const ignoring = done.replace(
      /(statusReason: "maintenance",\n\})\);/,
      '$1, { ignoreChanges: ["filters.definitionKey"] });',
    );
    expect(ignoring).not.toBe(done);
    const before = await admin.state();
    world.stack.program(ignoring);
    const refused = await world.stack.pulumi("up");
    expect([refused.code === 0, refused.output]).toEqual([
      false,
      expect.stringContaining("'paused' has a problem: filters.definitionKey cannot be ignored in this run"),
    ]);
    expect(await admin.state()).toEqual(before);
    world.stack.program(done);
    await world.stack.ok("up");
    world.stack.program(ignoring.replace("EDITED = false", "EDITED = true"));
    await world.stack.ok("up");
    // By now, the program contains `definitionKey: "other"`.
    expect(await filtersOf(/^Bounces$/)).toEqual(["definitionKey=order-confirm", "statusCode=1.*"]);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true });
  }
});
