import fc from "fast-check";
import { changes } from "../support/engine";
import { arbitraries } from "../support/valid-inputs";
import { startWorld, type World } from "../support/world";

// Set FUZZ_SEED to generate a different program or to repeat one.
const seed = Number(process.env.FUZZ_SEED ?? 20_261_125);

let world: World;
beforeAll(async () => {
  world = await startWorld({ switches: { callAuthUrl: "off", unknownTypes: "accept", authGet: "on" } });
  world.stack.program(programOf(seed));
});
afterAll(() => world?.close());

/** A program with six schemes, six callbacks and eight subscriptions, which have random valid arguments. */
function programOf(from: number): string {
  const { AuthScheme, Callback, Subscription } = arbitraries({ authIds: ["x"], callbackId: "x", folder: "" });
  const some = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) => fc.sample(arbitrary, { seed: from, numRuns });
  const callbacks = some(Callback, 6).map(({ signatureKeySink: _, authId, ...rest }, at) => ({
    ...rest,
    url: `https://hooks.example.org/${at}`,
    signed: authId !== undefined,
  }));
  const subscriptions = some(Subscription, 8).map(({ callbackId: _, subscriptionName, ...rest }, at) => ({
    ...rest,
    subscriptionName: `${at}${subscriptionName}`,
  }));
  return `
    const schemes = ${JSON.stringify(some(AuthScheme, 6))}.map((args, at) => new ens.AuthScheme("scheme-" + at, args));
    const callbacks = ${JSON.stringify(callbacks)}.map(({ signed, ...args }, at) =>
      new ens.Callback("callback-" + at, { ...args, ...(signed && { authScheme: schemes[at] }) }));
    ${JSON.stringify(subscriptions)}.forEach((args, at) =>
      new ens.Subscription("subscription-" + at, { ...args, callback: callbacks[at % callbacks.length] }));`;
}

test(`twenty resources with random valid arguments (seed ${seed}) show no drift in any format of ENS's responses`, async () => {
  const made = await world.stack.ok("up");
  expect(changes(made)).toHaveLength(20);
  for (const switches of [
    {},
    { shuffle: "on", listShape: "items", authIdCase: "authID", unverifiedStatus: "pending" },
  ]) {
    await world.simulator.admin.switches(switches);
    const { code, output } = await world.stack.pulumi("preview", "--refresh", "--diff", "--expect-no-changes");
    expect({ code, marked: output.match(/^\s+[~+-] \w+ *: .*$/gm) }).toEqual({ code: 0, marked: null });
  }
  const again = await world.stack.pulumi("preview", "--expect-no-changes");
  expect({ code: again.code, changes: changes(again) }).toEqual({ code: 0, changes: [] });
});
