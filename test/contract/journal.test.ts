import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

const CALLBACKS = "/platform/v1/ens-callbacks";
let simulator: Simulator;
let receiver: Receiver;
let token: string;

beforeEach(async () => {
  receiver = await startReceiver();
  receiver.verifies = false;
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  token = await tokenOf(simulator.authUrl);
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const create = (name: string) =>
  post(
    `${simulator.restUrl}${CALLBACKS}?q=1`,
    JSON.stringify([{ callbackName: name, url: `https://hooks.example.org/${name}` }]),
    token,
  );
const get = (path: string) => fetch(simulator.restUrl + path, { headers: { authorization: `Bearer ${token}` } });

test("a request is recorded with the headers and bodies of both sides, and so are the requests that it caused", async () => {
  const answer = await create("orders");
  const [probe] = await simulator.admin.journal({ client: "outbound" });
  const [call] = await simulator.admin.journal({ client: "rest" });
  expect(call).toMatchObject({ method: "POST", path: CALLBACKS, query: "?q=1", status: 201 });
  expect(call?.request.headers).toMatchObject({ authorization: `Bearer ${token}`, "content-type": "application/json" });
  expect(JSON.parse(call?.request.body ?? "")).toMatchObject([{ callbackName: "orders" }]);
  expect(call?.answer.headers).toMatchObject({ "content-type": "application/json; charset=utf-8" });
  expect(JSON.parse(call?.answer.body ?? "")).toEqual(await answer.json());
  expect(probe).toMatchObject({ method: "POST", path: "https://hooks.example.org/orders", query: "", status: 200 });
  expect(JSON.parse(probe?.request.body ?? "")).toMatchObject({ verificationKey: expect.any(String) });
});

test("the journal shows in which requests a secret was sent", async () => {
  const [asked] = await simulator.admin.journal({ contains: "sim-secret" });
  expect(asked).toMatchObject({ client: "auth", path: "/v2/token" });
  await create("orders");
  const holders = await simulator.admin.journal({ contains: token });
  expect(holders.map(({ client }) => client)).toEqual(["auth", "rest"]);
  expect(await simulator.admin.journal({ contains: "sim-secret", client: "outbound" })).toEqual([]);
});

test("each condition selects matching entries, and several conditions select entries that match all", async () => {
  await create("orders");
  await get(CALLBACKS);
  await get(`${CALLBACKS}/11111111-2222-4333-8444-555555555555`);
  const count = async (query: Parameters<typeof simulator.admin.journal>[0]) =>
    (await simulator.admin.journal(query)).length;
  expect(await count({})).toBe(5);
  expect(await count({ client: "rest" })).toBe(3);
  expect(await count({ method: "GET" })).toBe(2);
  expect(await count({ path: `${CALLBACKS}/` })).toBe(1);
  expect(await count({ status: 404 })).toBe(1);
  expect(await count({ client: "rest", method: "POST", status: 200 })).toBe(0);
});

test("an unknown condition and a status that is not a number are rejected", async () => {
  await expect(simulator.admin.journal({ paht: "/" } as never)).rejects.toThrow(/query: .*paht/);
  await expect(simulator.admin.journal({ status: "gone" as never })).rejects.toThrow(/query\.status: .*number/);
});

test("a request that a receiver sends before it responds to the verification request is marked", async () => {
  receiver.beforeProbeAnswer = ({ body }) => post(`${simulator.restUrl}/platform/v1/ens-verify`, body, token);
  await create("orders");
  await get(CALLBACKS);
  const marked = (await simulator.admin.journal({})).filter(({ note }) => note !== undefined);
  expect(marked).toEqual([expect.objectContaining({ path: "/platform/v1/ens-verify", status: 200 })]);
  expect(marked[0]?.note).toMatch(
    /before the receiver had responded to the verification request\. .* an assumption: ENS may return 404/,
  );
});

test("the journal can be emptied", async () => {
  await simulator.admin.clearJournal();
  expect(await simulator.admin.journal()).toEqual([]);
});

test("the journal keeps the newest entries up to a number and a size", async () => {
  const large = "x".repeat(3 * 1024 * 1024);
  for (let at = 0; at < 12; at += 1) await post(simulator.restUrl + CALLBACKS, JSON.stringify([at, large]), token);
  const kept = await simulator.admin.journal({ client: "rest" });
  expect(kept.map(({ request }) => JSON.parse(request.body)[0])).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});
