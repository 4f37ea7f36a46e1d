import { type Answers, type Simulator, type State, startSimulator } from "pulumi-ens-simulator";
import { quietPort } from "../support/port";
import { startReceiver } from "../support/receiver";
import { CASES } from "./every-case";
import { BEHAVIOURS, type Case, sessionOf, titleOf } from "./suite";
import { NotTestable, runAt, type Target, targetOf } from "./target";

// Runs the cases that need nothing but ENS in one business unit that also contains foreign objects. Without a target in
// the environment, a simulator stands for the tenant. This proves the marks, and that the cases leave nothing behind.

const given = targetOf(process.env);
const only = (process.env.ENS_PARITY_ONLY ?? "").split(" ");
const anywhere = CASES.filter(({ id, needs }) => needs === "anywhere" && only.some((start) => id.startsWith(start)));

const PREFIX = "https://parity.example.org/ens";

function targetAt(simulator: Simulator, port: number): Target {
  const { restUrl, authUrl } = simulator;
  return { restUrl, authUrl, clientId: "sim-client", clientSecret: "sim-secret", receiver: { url: PREFIX, port } };
}

describe("at the target", () => {
  let target: Target;
  let own: { readonly simulator: Simulator; readonly before: State } | undefined;

  beforeAll(async () => {
    if (given !== undefined) {
      target = given;
      return;
    }
    const port = await quietPort();
    const simulator = await startSimulator({ connectTo: { "parity.example.org": `127.0.0.1:${port}` } });
    own = { simulator, before: await foreign(simulator, port) };
    target = targetAt(simulator, port);
  });

  afterAll(async () => {
    if (own === undefined) return;
    const after = await own.simulator.admin.state();
    await own.simulator.close();
    expect(after).toEqual(own.before);
  });

  test.each(anywhere.map((one) => [titleOf(one), one] as const))("%s", (_title, one) => runAt(target, one));
});

const open = anywhere.flatMap((one) => {
  const question = BEHAVIOURS.find(({ id }) => id === one.id)?.switch;
  return question && given === undefined ? [{ one, name: question.name, others: question.alternatives }] : [];
});

// A case that confirms an assumption must fail when the assumption is wrong.
describe("a service with another answer to an open question", () => {
  for (const { one, name, others } of open) {
    test(`is detected by ${one.id} for one of ${others.map((other) => `${name}=${other}`)}`, async () => {
      const port = await quietPort();
      const outcomes: string[] = [];
      for (const other of others) outcomes.push(await outcomeAt({ [name]: other as string }, port, one));
      expect(outcomes).toContain("refuted");
    });
  }
});

async function outcomeAt(switches: Answers, port: number, one: Case): Promise<string> {
  const simulator = await startSimulator({ switches, connectTo: { "parity.example.org": `127.0.0.1:${port}` } });
  try {
    await runAt(targetAt(simulator, port), one);
    return "confirmed";
  } catch (error) {
    return error instanceof NotTestable ? "not testable" : "refuted";
  } finally {
    await simulator.close();
  }
}

/** Creates a callback of another client, with a subscription. */
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
