import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type DynamicHost, type Properties, startDynamicHost, textOf } from "../support/dynamic-host";
import { arbitraries, HARMLESS } from "../support/valid-inputs";
import { type Services, startServices } from "../support/world";

// FUZZ_RUNS sets the number of runs. FUZZ_SEED repeats the run that a failure printed.
const PARAMETERS = { numRuns: Number(process.env.FUZZ_RUNS ?? 25), seed: Number(process.env.FUZZ_SEED ?? 20_261_125) };

let services: Services;
let host: DynamicHost;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "normal-form-"));
  services = await startServices({
    faults: { seed: 1, rate: 0.2, kinds: ["extra-fields", "shuffled"] },
    switches: { callAuthUrl: "off", unknownTypes: "accept" },
  });
  const { restUrl, authUrl } = services.simulator;
  host = await startDynamicHost({
    env: { ENS_REST_URL: restUrl, ENS_AUTH_URL: authUrl, ENS_CLIENT_ID: "sim-client", ENS_CLIENT_SECRET: "sim-secret" },
  });
});
afterAll(async () => {
  await host?.close();
  await services?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Checks a program and returns its inputs: the values of the program, unchanged, and defaults for the others. */
async function check(kind: string, program: Properties): Promise<Properties> {
  const { inputs, failures } = await host.check({ ...program, ...textOf(kind) });
  expect(failures).toEqual([]);
  const written = Object.keys(program).filter((key) => program[key] !== undefined);
  expect(Object.fromEntries(written.map((key) => [key, inputs[key]]))).toEqual(program);
  expect((await host.check(inputs)).inputs).toEqual(inputs);
  return inputs;
}

/** Expects that repeated refreshes and previews after a run show no change. Returns the state. */
async function expectSettled(id: string, state: Properties, inputs: Properties): Promise<Properties> {
  const nothing = { changes: false, replaces: [], deleteBeforeReplace: false };
  expect(await host.diff(id, state, inputs)).toEqual(nothing);
  const first = await host.read(id, state);
  expect(first).toEqual({ id, state, inputs: {} }); // the engine keeps the inputs of the last run
  expect(await host.read(id, first.state)).toEqual(first);
  expect(await host.diff(id, first.state, inputs)).toEqual(nothing);
  return first.state;
}

const KINDS = ["AuthScheme", "Callback", "Subscription"] as const;

test.each(KINDS)("random valid arguments of a %s show no drift after a create and after an update", async (kind) => {
  const { admin } = services.simulator;
  const login = { authUrl: "https://login.example.org/token", clientId: "id", clientSecret: "secret" };
  const authIds = [await admin.add("authentications", login), await admin.add("authentications", login)];
  const callbackId = await admin.add("callbacks", { callbackName: "target", url: "https://hooks.example.org/target" });
  const inputs = arbitraries({ authIds, callbackId, folder })[kind];
  const property = fc.asyncProperty(inputs, inputs, HARMLESS, HARMLESS, async (one, other, before, after) => {
    await admin.switches(before);
    const asked = await check(kind, one);
    const { id, state } = await host.create(asked);
    try {
      const seen = await expectSettled(id, state, asked);
      // If ENS stopped showing schemes, the provider would find that the scheme was detached.
      await admin.switches({ ...after, exposeAuthId: before.exposeAuthId ?? "on" });
      const next = await check(kind, other);
      const { changes, replaces } = await host.diff(id, seen, next);
      if (replaces.length > 0 || !changes) return;
      await expectSettled(id, await host.update(id, seen, next), next);
    } finally {
      await host.delete(id, state);
    }
  });
  await fc.assert(property, PARAMETERS);
});
