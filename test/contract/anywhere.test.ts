import { type Simulator, type State, startSimulator } from "pulumi-ens-simulator";
import { startReceiver } from "../support/receiver";
import { CASES } from "./every-case";
import { sessionOf, titleOf } from "./suite";
import { runAt, type Target, targetOf } from "./target";

// Cases that need nothing but ENS, in one account with foreign objects. Without a target in the environment it is that
// of a simulator, which is treated as a tenant: so the marks are true, and the cases leave nothing behind.

const given = targetOf(process.env);
const only = (process.env.ENS_PARITY_ONLY ?? "").split(" ");
const anywhere = CASES.filter(({ id, needs }) => needs === "anywhere" && only.some((start) => id.startsWith(start)));

let target: Target;
let own: { readonly simulator: Simulator; readonly before: State } | undefined;

beforeAll(async () => {
  if (given !== undefined) {
    target = given;
    return;
  }
  const port = await freePort();
  const simulator = await startSimulator({ connectTo: { "parity.example.org": `127.0.0.1:${port}` } });
  own = { simulator, before: await foreign(simulator, port) };
  const { restUrl, authUrl } = simulator;
  const receiver = { url: "https://parity.example.org/ens", port };
  target = { restUrl, authUrl, clientId: "sim-client", clientSecret: "sim-secret", receiver };
});

afterAll(async () => {
  if (own === undefined) return;
  const after = await own.simulator.admin.state();
  await own.simulator.close();
  // Schemes show in no list, so those without an answer cannot be found.
  expect(after).toEqual(own.before);
});

test.each(anywhere.map((one) => [titleOf(one), one] as const))("%s", (_title, one) => runAt(target, one));

/** A callback of somebody else with a subscription. */
async function foreign(simulator: Simulator, port: number): Promise<State> {
  const receiver = await startReceiver(port);
  try {
    const session = sessionOf(simulator, receiver, receiver);
    receiver.verifies = false;
    const callback = { callbackName: "foreign", url: "https://parity.example.org/foreign" };
    const [made] = (await session.call("POST", "/platform/v1/ens-callbacks", [callback])).items;
    await session.call("POST", "/platform/v1/ens-verify", receiver.probes[0]?.body);
    const { callbackId } = made ?? {};
    const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
    const subscription = { subscriptionName: "foreign", callbackId, eventCategoryTypes };
    expect((await session.call("POST", "/platform/v1/ens-subscriptions", [subscription])).status).toBe(201);
    return await simulator.admin.state();
  } finally {
    await receiver.close();
  }
}

async function freePort(): Promise<number> {
  const receiver = await startReceiver();
  await receiver.close();
  return Number(receiver.address.split(":")[1]);
}
