import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

/** The message with which the admin API rejects events. */
async function rejection(body: string): Promise<string> {
  const response = await post(`${simulator.adminUrl}/events`, body);
  expect(response.status).toBe(400);
  return ((await response.json()) as { message: string }).message;
}

test.each([
  ["TransactionalSendEvents.EmailSend", "TransactionalSendEvents.EmailSent"],
  ["transactionalsendevents.emailsent", "TransactionalSendEvents.EmailSent"],
  ["EmailOpened", "EngagementEvents.EmailOpen"],
  ["EngagementEvents.EmailSent", "EngagementEvents.EmailOpen"],
  ["", "TransactionalSendEvents.EmailSent"],
])("the unknown event type %j is rejected, and the most similar type is suggested", async (type, similar) => {
  const known = { eventCategoryType: "EngagementEvents.EmailOpen" };
  const message = await rejection(JSON.stringify([known, { eventCategoryType: type }]));
  expect(message).toContain(`There is no event type ${type}. Did you mean `);
  expect(message).toMatch(/unknownTypes=accept/);
  if (type !== "" && type !== "EngagementEvents.EmailSent") expect(message).toContain(`mean ${similar}?`);
});

test("switches allow unknown event types, and other spellings of known ones", async () => {
  await simulator.admin.switches({ caseSensitiveTypes: "off" });
  await simulator.admin.emit({ eventCategoryType: "transactionalsendevents.EMAILSENT" });
  await simulator.admin.switches({ unknownTypes: "accept" });
  await simulator.admin.emit({ eventCategoryType: "EngagementEvents.New" });
});

test.each([
  ["", /^The body is empty\. Send JSON\.$/],
  ["eventCategoryType=EngagementEvents.EmailOpen", /^The body is not JSON: Unexpected token .*\.$/],
  ["{}", /^body\.eventCategoryType: .*received undefined/],
  ['[{"eventCategoryType":"EngagementEvents.EmailOpen"},{"eventCategoryType":5}]', /^body\.1\.eventCategoryType: /],
  ["[]", /^body: /],
  ["5", /^body: /],
])("the body %j of an event is rejected with the reason", async (body, reason) => {
  expect(await rejection(body)).toMatch(reason);
});

describe("a failed verification request", () => {
  let receiver: Receiver;
  let lines: string[];
  beforeEach(async () => {
    receiver = await startReceiver();
    receiver.verifies = false;
    lines = [];
    await simulator.close();
    simulator = await startSimulator({
      connectTo: { "hooks.example.org": receiver.address },
      log: (line) => lines.push(line),
    });
  });
  afterEach(() => receiver.close());

  const create = async (callbackName: string, url: string) => {
    const body = JSON.stringify([{ callbackName, url }]);
    return post(`${simulator.restUrl}/platform/v1/ens-callbacks`, body, await tokenOf(simulator.authUrl));
  };

  test("is one line with the callback, the URL and the reason, without a key", async () => {
    receiver.probeStatus = 503;
    expect((await create("or\nders", "https://hooks.example.org/ens")).status).toBe(400);
    expect(lines).toEqual([
      'The verification request for callback "or\\nders" (POST https://hooks.example.org/ens) failed: ' +
        "The remote server returned an error: (503).",
    ]);
  });

  test("names --connect-to when the host has no address", async () => {
    await create("orders", "https://hooks.invalid/ens");
    expect(lines).toEqual([
      expect.stringMatching(/^The verification .* --connect-to hooks\.invalid=127\.0\.0\.1:PORT\.$/),
    ]);
  });

  test("names the address of --connect-to at which nothing listens, which ENS does not return", async () => {
    const { address } = receiver;
    await receiver.close();
    const body = await (await create("orders", "https://hooks.example.org/ens")).text();
    expect(lines).toEqual([
      'The verification request for callback "orders" (POST https://hooks.example.org/ens) failed: ' +
        `nothing listens on ${address} (--connect-to hooks.example.org). Start the receiver.`,
    ]);
    expect(body).not.toContain(address);
  });

  test("is not reported when it succeeds", async () => {
    expect((await create("orders", "https://hooks.example.org/ens")).status).toBe(201);
    expect(lines).toEqual([]);
  });
});
