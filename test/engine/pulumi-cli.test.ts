import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changes, type Ran } from "../support/engine";
import { idsOf, liveOf, look, namesOf, objectsIn, type Seen, TRIO_HEAD, trio } from "../support/trio";
import { startWorld, type World } from "../support/world";

// The second table of docs/pulumi-options.md: the effect of the CLI's options and commands on each kind of resource.
// Each test continues with the result of the test before it. `state rename` is in renames.test.ts.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const KIND_OF: Record<string, string> = { idp: "AuthScheme", sub: "Subscription" };
const urn = (name: string) => {
  const kind = KIND_OF[name.split("-")[1] ?? ""] ?? "Callback";
  return `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/ens:${kind}::${name}`;
};
const urns = (...names: string[]) => names.map(urn);
const flags = (flag: string, names: string[]) => urns(...names).flatMap((each) => [flag, each]);
const program = (...parts: string[]) => world.stack.program([TRIO_HEAD, ...parts].join("\n"));
const state = (command: string, ...args: string[]) =>
  world.stack.ok("state", command, ...args, "--yes", "--stack", "dev");
const failed = (ran: Ran, text: string) =>
  expect([ran.code === 0, ran.output]).toEqual([false, expect.stringContaining(text)]);

const A = namesOf("a");
const B = namesOf("b");
let before: Seen;
/** Reads the current state. `before` does not change. */
const readState = () => look(world);
/** Lists each resource with its id and its object. */
const held = (each: Seen) => Object.entries(each).map(([name, { id, live }]) => [name, id, live]);

test("--parallel 1 creates all resources one after the other", async () => {
  program(trio("a", 1), trio("b", 1));
  await world.stack.ok("up", "--parallel", "1");
  before = await readState();
  expect(liveOf(before, [...A, ...B])).not.toContain(undefined);
});

test("--target, --target-dependents and --exclude update the resources that they select", async () => {
  program(trio("a", 2), trio("b", 2));
  // The update includes the dependents of the targets, and no resource that the targets depend on.
  const targeted = await world.stack.ok("up", ...flags("--target", ["a-idp", "b-sub"]), "--target-dependents");
  expect(changes(targeted).sort()).toEqual(["update a", "update a-idp", "update a-sub", "update b-sub"]);
  expect(liveOf(await readState(), ["b-idp", "b"])).toEqual(liveOf(before, ["b-idp", "b"]));
  expect(changes(await world.stack.ok("up", ...flags("--exclude", ["b"])))).toEqual(["update b-idp"]);
  const after = await readState();
  expect(liveOf(after, ["b"])).toEqual(liveOf(before, ["b"]));
  expect(idsOf(after, [...A, ...B])).toEqual(idsOf(before, [...A, ...B]));
});

test("--continue-on-error updates what does not depend on a failed resource, and every import fails", async () => {
  const imported = `[({ props, opts }) => ({ props, opts: { ...opts, import: "00000000-0000-4000-8000-000000000000" } })]`;
  program(
    `new ens.Callback("half", { url: at("half"), verification: { strategy: "manual" } }, { replaceOnChanges: ["*"] });`,
    `new ens.AuthScheme("imported-idp", login, { transforms: ${imported} });`,
    ...[trio("a", 3), trio("b", 3)],
  );
  world.receiver.verifies = false;
  const ran = await world.stack.pulumi("up", "--continue-on-error");
  world.receiver.verifies = true;
  failed(ran, "code must be a string, not undefined");
  before = await readState();
  for (const trio of [A, B]) {
    expect(liveOf(before, trio)).toMatchObject([
      {},
      { maxBatchSize: 300 },
      { filters: [expect.stringMatching(/-3$/)] },
    ]);
  }
  expect(before.half).toMatchObject({ initErrors: [expect.stringContaining("is not verified")] });
  expect(before["imported-idp"]).toBeUndefined();
});

test("--replace and taint create a new scheme first, delete a callback first, and keep a subscription", async () => {
  await state("taint", ...urns("a-idp", "a-sub"));
  program(
    `new ens.Callback("half", { url: at("half"), verification: { strategy: "none" } }, { replaceOnChanges: ["*"] });`,
    ...[trio("a", 3), trio("b", 3, "", { options: "deleteBeforeReplace: true" })],
  );
  const ran = await world.stack.ok("up", ...flags("--replace", B));
  const after = await readState();
  const anew = ["a-idp", ...B, "half"];
  expect(liveOf(after, [...A, ...anew])).not.toContain(undefined);
  expect(idsOf(after, anew).filter((id) => idsOf(before, anew).includes(id))).toEqual([]);
  // ENS accepts a name only once, so the run updates the subscription in place.
  expect(idsOf(after, ["a", "a-sub"])).toEqual(idsOf(before, ["a", "a-sub"]));
  expect(ran.output).toMatch(
    /subscription \S+ \(a-sub-[0-9a-f]{7}\) of this resource already exists and is taken over/,
  );
  // With replaceOnChanges "*", the run replaces a callback whose creation failed and does not continue with it.
  expect(ran.steps).toContainEqual({ op: "create-replacement", name: "half" });
  expect(await objectsIn(world)).toHaveLength(7);
  before = after;
});

test("a run follows a saved plan that contains unknown values", async () => {
  const pulumi = (line: string) =>
    world.stack.shell(`pulumi ${line} --stack dev --color never --non-interactive`, { PULUMI_EXPERIMENTAL: "true" });
  program(trio("a", 4), trio("b", 4), trio("p", 4));
  expect(await pulumi("preview --save-plan plan.json")).toMatchObject({ code: 0 });
  expect(await pulumi("up --plan plan.json --yes --skip-preview")).toMatchObject({ code: 0, errors: "" });
  before = await readState();
  for (const trio of [A, B, namesOf("p")]) {
    expect(liveOf(before, trio)).toMatchObject([
      {},
      { maxBatchSize: 400 },
      { filters: [expect.stringMatching(/-4$/)] },
    ]);
  }
});

test("state move moves resources to another stack and keeps their objects, and only generated names change", async () => {
  await world.stack.ok("stack", "init", "live");
  await world.stack.ok("state", "move", "--source", "dev", "--dest", "live", "--yes", ...urns(...A));
  program(trio("a", 4));
  const there = await world.stack.shell("pulumi up --stack live --yes --skip-preview --color never --non-interactive");
  expect([there.code, there.errors]).toEqual([0, ""]);
  expect(there.output).toMatch(/Resources:\s+~ 2 updated\s+2 unchanged/);
  const byId = new Map(
    (await objectsIn(world)).map((each) => [each.subscriptionId ?? each.callbackId ?? each.authId, each]),
  );
  const name = { callbackName: expect.stringMatching(/^a-[0-9a-f]{7}$/) };
  const { signatureKey } = before.a?.live ?? {};
  expect(idsOf(before, A).map((id) => byId.get(id))).toMatchObject([
    ...[before["a-idp"]?.live ?? {}, { ...name, signatureKey }, { callbackId: before.a?.id, status: "active" }],
  ]);
});

test("state delete keeps objects, adopt and a generated name find them again, and nothing finds a scheme", async () => {
  await state("delete", ...urns("b-sub", "b", "b-idp"));
  program(trio("b", 4, "", { args: 'adopt: "always"' }), trio("p", 4));
  const ran = await world.stack.ok("up");
  expect(changes(ran)).toEqual(["create b-idp", "create b", "create b-sub"]);
  const after = await readState();
  expect(idsOf(after, ["b", "b-sub"])).toEqual(idsOf(before, ["b", "b-sub"]));
  expect(liveOf(after, ["b"])).toMatchObject([
    { signatureKey: before.b?.live?.signatureKey, authId: after["b-idp"]?.id },
  ]);
  const schemes = (await objectsIn(world)).filter(({ grantType }) => grantType !== undefined);
  expect(schemes.map(({ authId }) => authId)).toEqual(expect.arrayContaining(idsOf(before, ["b-idp"])));
  expect(after["b-idp"]?.id).not.toBe(before["b-idp"]?.id);
  before = after;
});

test("pulumi import and --import-pending-creates import nothing", async () => {
  const objects = await objectsIn(world);
  const wanted = namesOf("b").map((name) => ({
    type: urn(name).split("::")[2],
    name: `x-${name}`,
    id: before[name]?.id,
  }));
  writeFileSync(join(world.stack.folder, "import.json"), JSON.stringify({ resources: wanted }));
  const args = ["--file", "import.json", "--generate-code=false", "--yes", "--skip-preview", "--stack", "dev"];
  failed(await world.stack.pulumi("import", ...args), "code must be a string, not undefined");
  expect(held(await readState())).toEqual(held(before));

  // This is the state after a killed run. The CLI deletes pending operations when it imports a state.
  const path = join(world.stack.folder, "state/.pulumi/stacks/shop/dev.json");
  const stored = JSON.parse(readFileSync(path, "utf8"));
  const { latest } = stored.checkpoint as { latest: { resources: { urn: string }[]; pending_operations?: object[] } };
  latest.pending_operations = namesOf("b").map((name) => {
    const {
      outputs: _,
      id: __,
      ...resource
    } = latest.resources.find((each) => each.urn === urn(name)) as Record<string, unknown>;
    return { type: "creating", resource: { ...resource, urn: `${resource.urn}-pending` } };
  });
  writeFileSync(path, JSON.stringify(stored));
  const pending = async () => JSON.parse((await world.stack.stored()).text).deployment.pending_operations?.length ?? 0;
  const importing = ["--import-pending-creates", `${urn("b")}-pending`, "--import-pending-creates", before.b?.id ?? ""];
  await world.stack.ok("refresh", ...importing);
  expect([await pending(), held(await readState())]).toEqual([2, held(before)]);
  await world.stack.ok("refresh", "--clear-pending-creates");
  expect([await pending(), held(await readState())]).toEqual([0, held(before)]);
  expect(await objectsIn(world)).toEqual(objects);
});

test("state protect and --exclude-protected keep resources, and --target and --parallel 1 delete in order", async () => {
  await state("protect", ...urns(...namesOf("p")));
  const excluded = await world.stack.ok("destroy", "--exclude-protected");
  expect(changes(excluded)).toEqual(["delete b-sub", "delete b", "delete b-idp"]);
  expect(liveOf(await readState(), namesOf("p"))).toEqual(liveOf(before, namesOf("p")));
  await state("unprotect", "--all");
  const targets = [...flags("--target", ["p-idp"]), "--target-dependents"];
  const destroyed = await world.stack.ok("destroy", ...targets, "--parallel", "1");
  expect(changes(destroyed)).toEqual(["delete p-sub", "delete p", "delete p-idp"]);
});
