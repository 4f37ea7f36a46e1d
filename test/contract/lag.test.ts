import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { type Receiver, startReceiver } from "../support/receiver";
import { type ScriptedServer, startLogin } from "../support/scripted";
import {
  advance,
  arrivedKeys,
  EVENT,
  mail,
  reasons,
  SENT,
  schemeOf,
  subscribed,
  turnSubscription,
} from "./delivery-setup";
import { CALLBACKS, SCHEMES, SUBSCRIPTIONS } from "./steps";
import { type Session, sessionOf } from "./suite";

let simulator: Simulator;
let receiver: Receiver;
let login: ScriptedServer;
let ens: Session;

beforeEach(async () => {
  [receiver, login] = await Promise.all([startReceiver(), startLogin()]);
  receiver.verifies = false;
  simulator = await startSimulator({
    clock: "frozen",
    connectTo: { "hooks.example.org": receiver.address, "login.example.org": login.address },
    lag: { callbacks: 120, subscriptions: 120, authentications: 300 },
  });
  ens = sessionOf(simulator, receiver, login);
});

afterEach(async () => {
  await Promise.all([simulator.close(), receiver.close(), login.close()]);
});

const emitted = async (key = "any") => (await simulator.admin.emit(mail(key))).deliveries.length;

test("a new subscription is active at once and gets events after the lag", async () => {
  await subscribed(ens);
  const { deliveries, skipped } = await simulator.admin.emit(EVENT);
  expect(deliveries).toEqual([]);
  expect(reasons(skipped)).toEqual(["not-in-effect"]);
  await advance(ens, 119);
  expect(await emitted()).toBe(0);
  await advance(ens, 1);
  expect(await emitted("after it")).toBe(1);
  expect(arrivedKeys(ens)).toEqual(["after it"]);
});

test("a changed or paused subscription gets the same events as before during the lag", async () => {
  const { subscriptionId } = await subscribed(ens, { subscription: { filters: ["definitionKey=old"] } });
  await advance(ens, 120);
  const body = [{ subscriptionId, eventCategoryTypes: [SENT], filters: ["definitionKey=new"] }];
  expect((await ens.call("PUT", SUBSCRIPTIONS, body)).status).toBe(200);
  expect([await emitted("old"), await emitted("new")]).toEqual([1, 0]);
  await advance(ens, 120);
  expect([await emitted("old"), await emitted("new")]).toEqual([0, 1]);
  await turnSubscription(ens, subscriptionId, "paused");
  expect(await emitted("new")).toBe(1);
  await advance(ens, 120);
  expect(await emitted("new")).toBe(0);
});

test("a deleted subscription gets no more events", async () => {
  const { subscriptionId } = await subscribed(ens);
  await advance(ens, 120);
  expect((await ens.call("DELETE", `${SUBSCRIPTIONS}/${subscriptionId}`)).status).toBe(200);
  expect(await emitted()).toBe(0);
});

test("a changed callback uses the old batch size and no new auth scheme during the lag", async () => {
  const { callbackId } = await subscribed(ens, { callback: { callbackName: "orders", maxBatchSize: 100 } });
  await advance(ens, 120);
  const body = [{ callbackId, callbackName: "orders", maxBatchSize: 200, authId: await schemeOf(ens) }];
  expect((await ens.call("PUT", CALLBACKS, body)).status).toBe(200);
  const events = Array.from({ length: 200 }, (_, index) => mail(`order-${index}`));
  const sent = async () =>
    (await simulator.admin.emit(events)).deliveries.map(({ events: size, authorization }) => ({ size, authorization }));
  const before = { size: 100, authorization: "none" };
  expect(await sent()).toEqual([before, before]);
  await advance(ens, 120);
  expect(await sent()).toEqual([{ size: 200, authorization: "bearer" }]);
});

test("a changed auth scheme uses the old credentials during the lag", async () => {
  const authId = await schemeOf(ens);
  await subscribed(ens, { callback: { authId } });
  await advance(ens, 300);
  const wanted = {
    authType: "oauth2",
    grantType: "client_credentials",
    authUrl: "https://login.example.org/token",
    clientId: "new",
    clientSecret: "secret",
  };
  expect((await ens.call("PUT", SCHEMES, { authId, ...wanted })).status).toBe(200);
  const fresh = `Basic ${Buffer.from("new:secret").toString("base64")}`;
  const asked = () => login.received.at(-1)?.headers.authorization;
  expect(asked()).toBe(fresh);
  await emitted();
  expect(asked()).not.toBe(fresh);
  await advance(ens, 300);
  await emitted();
  expect(asked()).toBe(fresh);
});

test("a lag with an unknown name or an invalid value is rejected at the start", async () => {
  await expect(startSimulator({ lag: { callback: 1 } as object })).rejects.toThrow(
    "there is no lag for callback. Lags exist for callbacks,",
  );
  await expect(startSimulator({ lag: { callbacks: 601 } })).rejects.toThrow("0 to 600 seconds, not 601");
});
