import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "pulumi-ens-simulator";
import { changes } from "../support/engine";
import { CREDENTIALS, startWorld, type World } from "../support/world";

/** Business units: two of one tenant, one of another. */
const HERE = 7000002;
const SISTER = 7000003;
const FOREIGN = 8000002;
const ABROAD = { clientId: "abroad", clientSecret: "abroad-secret-marker", tenant: 8000001, owner: FOREIGN };
const ROTATED = "rotated-secret-marker";
/** An installed package that belongs to the sister unit of the same tenant. */
const SISTERS = { clientId: "sisters", clientSecret: "sim-secret", owner: SISTER };

let folder: string;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenants-"));
  setEnvironment({});
  const env = {
    ENS_CLIENT_ID: undefined,
    ENS_CLIENT_ID_FILE: join(folder, "client"),
    ENS_ACCOUNT_ID_FILE: join(folder, "account"),
    ENS_EXPECT_ACCOUNT_ID_FILE: join(folder, "expected"),
  };
  world = await startWorld({ packages: [ABROAD, SISTERS], faults: { rate: 0 } }, env);
  setReceiverSecret(ABROAD.clientSecret);
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

function setReceiverSecret(secret: string): void {
  const abroad = { client_id: ABROAD.clientId, client_secret: secret };
  world.receiver.verifyAt(world.simulator, [{}, { account_id: SISTER }, abroad]);
}

/** Sets the environment for the next commands. */
function setEnvironment({ client = "sim-client", account = "", expected = "" }): void {
  for (const [name, text] of Object.entries({ client, account, expected })) writeFileSync(join(folder, name), text);
}

interface Written {
  readonly secret?: string;
  /** Arguments of the provider `sister` that differ from the usual ones. */
  readonly sister?: object;
  /** The provider of an additional scheme and callback. */
  readonly moving?: "sister" | "abroad";
}

/** Writes a program with a callback and a subscription in each business unit, with the same URL and the same names. */
function program({ secret = ABROAD.clientSecret, sister, moving }: Written = {}): void {
  const { restUrl, authUrl } = world.simulator;
  const mine = { restUrl, authUrl, clientId: "sim-client", clientSecret: "sim-secret" };
  const sisters = { ...mine, accountId: SISTER, expectAccountId: SISTER, ...sister };
  const others = { ...mine, clientId: "abroad", clientSecret: secret, accountId: FOREIGN };
  const more = `
    const login = { grantType: "client_credentials", authUrl: "https://login.example.org/token" };
    const authScheme = new ens.AuthScheme("idp", { ...login, ...${JSON.stringify(CREDENTIALS)} }, { provider: ${moving} });
    new ens.Callback("moving", { url: "https://hooks.example.org/moving", authScheme }, { provider: ${moving} });`;
  world.stack.program(`
    const sister = new ens.Provider("sister", ${JSON.stringify(sisters)});
    const abroad = new ens.Provider("abroad", ${JSON.stringify(others)});
    for (const [name, options] of [["here", {}], ["sister", { provider: sister }], ["abroad", { provider: abroad }]]) {
      const url = "https://hooks.example.org/orders";
      const callback = new ens.Callback(name, { url, callbackName: "orders" }, options);
      const subscriptionName = "opens";
      const eventCategoryTypes = ["EngagementEvents.EmailOpen"];
      new ens.Subscription(name + "-opens", { callback, subscriptionName, eventCategoryTypes }, options);
    }
    ${moving === undefined ? "" : more}`);
}

/** The requests to ENS since the last call, by the client of their token, and the tokens that were issued. */
async function readRequests(): Promise<{ readonly calls: string[]; readonly tokens: string[] }> {
  const all = await world.simulator.admin.journal();
  await world.simulator.admin.clearJournal();
  const given = all.filter(({ client }) => client === "auth");
  const who = ({ request }: Entry) => {
    const { client_id: client, account_id: account = "its own" } = JSON.parse(request.body);
    return `${client} in ${account}`;
  };
  const owners = new Map(given.map((entry) => [JSON.parse(entry.answer.body).access_token as string, who(entry)]));
  const calls = all
    .filter(({ client }) => client === "rest")
    .map(({ method, path, request }) => {
      const token = request.headers.authorization?.slice("Bearer ".length) ?? "";
      return `${owners.get(token)}: ${method} ${path}`;
    });
  return { calls, tokens: given.map(who).sort() };
}

/** URLs of callbacks, names of subscriptions and the number of schemes, by business unit. */
async function readUnits(): Promise<Record<number, string[]>> {
  const { callbacks, subscriptions, authentications } = await world.simulator.admin.state();
  const inUnit = (unit: number) => [
    ...callbacks.filter(({ mid }) => mid === unit).map(({ url, status }) => `${url} ${status}`),
    ...subscriptions.filter(({ mid }) => mid === unit).map(({ subscriptionName }) => subscriptionName),
    ...authentications.filter(({ mid }) => mid === unit).map(({ authUrl }) => authUrl),
  ];
  return Object.fromEntries([HERE, SISTER, FOREIGN].map((unit) => [unit, inUnit(unit).sort()]));
}

const ORDERS = ["https://hooks.example.org/orders verified", "opens"];
/** The objects in a unit to which a scheme and a callback have moved. */
const MORE = [...ORDERS, "https://hooks.example.org/moving verified", "https://login.example.org/token"].sort();
const RIGHT = { expected: String(HERE) };
const WRONG = { client: "sisters", expected: String(HERE) };
const REFUSAL = `the current settings use business unit ${SISTER}, but ens:expectAccountId is ${HERE}. Nothing was read or changed`;

test("nothing is written in a business unit other than the expected one", async () => {
  program();
  setEnvironment(WRONG);
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain(`could not create callback orders at https://hooks.example.org: ${REFUSAL}`);
  expect(output).toContain(
    `To use ${HERE}, set ens:accountId to ${HERE} and ens:clientId to a package with access to it`,
  );
  expect((await readUnits())[HERE]).toEqual([]);
  const { calls } = await readRequests();
  expect(calls.filter((call) => call.startsWith("sisters "))).toEqual([
    "sisters in its own: GET /platform/v1/tokenContext",
  ]);
});

test("each provider creates its objects in its own business unit with the same URL and names, and uses one token", async () => {
  setEnvironment(RIGHT);
  await world.stack.ok("up");
  expect(await readUnits()).toEqual({ [HERE]: ORDERS, [SISTER]: ORDERS, [FOREIGN]: ORDERS });
  await readRequests();
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
  const { calls, tokens } = await readRequests();
  expect(tokens).toEqual([`abroad in ${FOREIGN}`, `sim-client in ${SISTER}`, "sim-client in its own"]);
  for (const token of tokens) {
    const paths = calls.filter((call) => call.startsWith(token)).map((call) => call.split("/")[3]);
    const [first, ...rest] = paths;
    if (token.startsWith("sim-client")) expect(first).toBe("tokenContext");
    else expect(paths).toHaveLength(2);
    expect(rest).not.toContain("tokenContext");
  }
});

test("a refresh in another business unit deletes nothing from the state, and expectAccountId stops it first", async () => {
  await world.stack.edit((state) => state.replaceAll(/("createdAt": )"[^"]*"/g, '$1"2020-01-01T00:00:00Z"'));
  const known = async () => (await world.stack.stored()).resources.map(({ urn, id }) => [urn, id]);
  const before = await known();
  setEnvironment({ client: "sisters" });
  const unguarded = await world.stack.pulumi("preview", "--refresh");
  expect(unguarded.code).not.toBe(0);
  expect(unguarded.output).toContain(
    `this object belongs to business unit ${HERE}, but the current settings use ${SISTER}. Nothing was read`,
  );

  setEnvironment(WRONG);
  await readRequests();
  const refused = await world.stack.pulumi("refresh");
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(REFUSAL);
  expect((await readRequests()).calls.filter((call) => call.startsWith("sisters "))).toHaveLength(1);

  setEnvironment({ account: String(SISTER) });
  const other = await world.stack.pulumi("refresh");
  expect(other.code).not.toBe(0);
  expect(other.output).toContain(
    `this object belongs to business unit ${HERE}, but the current settings use ${SISTER}. Nothing was read`,
  );
  expect(await known()).toEqual(before);
});

test("another secret of a provider changes no resource", async () => {
  setEnvironment(RIGHT);
  await world.simulator.admin.changePackage("abroad", { clientSecret: ROTATED });
  setReceiverSecret(ROTATED);
  program({ secret: ROTATED });
  expect(changes(await world.stack.ok("up"))).toEqual([]);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
  expect((await world.stack.stored()).text + world.stack.seen()).not.toMatch(/(abroad|rotated)-secret-marker/);
});

test("a resource with another provider is replaced, and the old object is deleted where it was created", async () => {
  program({ secret: ROTATED, moving: "sister" });
  await world.stack.ok("up");
  expect(await readUnits()).toEqual({ [HERE]: ORDERS, [SISTER]: MORE, [FOREIGN]: ORDERS });
  program({ secret: ROTATED, moving: "abroad" });
  await world.stack.ok("up");
  expect(await readUnits()).toEqual({ [HERE]: ORDERS, [SISTER]: ORDERS, [FOREIGN]: MORE });
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("a provider with objects cannot move to another business unit", async () => {
  program({ secret: ROTATED, moving: "abroad", sister: { accountId: HERE, expectAccountId: HERE } });
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  const where = `this object belongs to business unit ${SISTER}, but the current settings use ${HERE}. Nothing was read or changed.`;
  expect(output).toContain(
    `${where} Use the settings of business unit ${SISTER} again, or attach an ens.Provider for ${HERE} to the resource to move it.`,
  );
  expect((await readUnits())[SISTER]).toEqual(ORDERS);
  program({ secret: ROTATED, moving: "abroad" });
  expect(changes(await world.stack.ok("up"))).toEqual([]);
});

test("a destroy deletes each object in its business unit", async () => {
  await world.stack.ok("destroy");
  expect(await readUnits()).toEqual({ [HERE]: [], [SISTER]: [], [FOREIGN]: [] });
});
