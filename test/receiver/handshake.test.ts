import fc from "fast-check";
import { completeHandshake, type Probe, parseProbe } from "pulumi-ens/receiver";
import { startSimulator } from "pulumi-ens-simulator";
import { post, startReceiver, tokenOf } from "../support/receiver";

const probe = { callbackId: "11111111-2222-4333-8444-555555555555", verificationKey: "Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=" };
/** Settings of an unused port. A request would fail with another message. */
const settings = { restUrl: "http://127.0.0.1:9", authUrl: "http://127.0.0.1:9", clientId: "c", clientSecret: "s" };

test("a verification request is recognized, whatever other properties it has", () => {
  expect(parseProbe(probe)).toEqual(probe);
  expect(parseProbe(JSON.parse(JSON.stringify({ ...probe, more: 1 })))).toEqual(probe);
  expect(parseProbe({ callbackId: ` ${probe.callbackId}`, verificationKey: `${probe.verificationKey}\n` })).toEqual(
    probe,
  );
});

test.each<[string, unknown]>([
  ["a list of events", [{ eventCategoryType: "x" }]],
  ["a list of probes", [probe]],
  ["a list that has the fields", Object.assign([], probe)],
  ["a text", JSON.stringify(probe)],
  ["null", null],
  ["a probe without its key", { callbackId: "c" }],
  ["a probe in the prototype that JSON names", JSON.parse(`{ "__proto__": ${JSON.stringify(probe)} }`)],
  ["a probe with a list as key", { ...probe, verificationKey: [probe.verificationKey] }],
  ["a probe with an empty key", { ...probe, verificationKey: "" }],
  ["a probe with a blank key", { ...probe, verificationKey: " \n" }],
  ["a probe with a blank in its key", { ...probe, verificationKey: "a b" }],
  ["a probe with a line for the log in its id", { ...probe, callbackId: "1\ncallback 1 is verified" }],
  ["a probe with a control sequence for the terminal in its id", { ...probe, callbackId: "\u001b[2J" }],
  ["a probe with a key of a million characters", { ...probe, verificationKey: "A".repeat(1_000_000) }],
])("%s is not a verification request", (_, body) => {
  expect(parseProbe(body)).toBeUndefined();
});

test("values of a recognized verification request are visible and short, and other values cause no error", () => {
  const part = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.anything());
  const body = fc.oneof(fc.anything(), fc.jsonValue(), fc.record({ callbackId: part, verificationKey: part }));
  fc.assert(
    fc.property(body, (given) => {
      const found = parseProbe(given);
      for (const word of Object.values(found ?? {})) expect(word).toMatch(/^[!-~]{1,1024}$/);
    }),
    { numRuns: 1000 },
  );
});

test.each<[string, unknown, string]>([
  ["nothing", undefined, "the probe is missing; give the result of parseProbe"],
  ["a list", [probe], "the probe is a list; give the result of parseProbe"],
  ["no key", { ...probe, verificationKey: undefined }, "verificationKey is missing; give the value that ENS posted"],
  ["a list as key", { ...probe, verificationKey: ["x"] }, "verificationKey is a list; give the value that ENS posted"],
  [
    "a blank key",
    { ...probe, verificationKey: " " },
    "verificationKey must be 1 to 1024 visible ASCII characters; give the value that ENS posted",
  ],
])("completeHandshake with %s rejects without a request", async (_, given, message) => {
  const attempt = completeHandshake((Array.isArray(given) || !given ? given : { ...given, settings }) as Probe);
  await expect(attempt).rejects.toThrow(new TypeError(message));
});

test("completeHandshake verifies the callback, even with white space around the key", async () => {
  const receiver = await startReceiver();
  receiver.verifies = false;
  const simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  try {
    const { restUrl, authUrl } = simulator;
    const body = JSON.stringify([{ callbackName: "orders", url: "https://hooks.example.org/orders" }]);
    await post(`${restUrl}/platform/v1/ens-callbacks`, body, await tokenOf(authUrl));
    const { callbackId, verificationKey } = parseProbe(JSON.parse(receiver.probes[0]?.body ?? "")) as Probe;
    const ours = { restUrl, authUrl, clientId: "sim-client", clientSecret: "sim-secret" };
    await completeHandshake({ callbackId, verificationKey: `${verificationKey}\n`, settings: ours });
    expect((await simulator.admin.state()).callbacks).toMatchObject([{ callbackId, status: "verified" }]);
  } finally {
    await simulator.close();
    await receiver.close();
  }
});
