import { type DynamicHost, type Properties, startDynamicHost, textOf } from "../support/dynamic-host";
import { at, LOGIN } from "../support/trio";
import { type Services, startServices } from "../support/world";

// Tests how the provider handles Pulumi's `id` option, which reads an existing object, when the engine calls it.

let services: Services;
let host: DynamicHost;
beforeAll(async () => {
  services = await startServices();
  const { restUrl, authUrl } = services.simulator;
  host = await startDynamicHost({
    env: { ENS_REST_URL: restUrl, ENS_AUTH_URL: authUrl, ENS_CLIENT_ID: "sim-client", ENS_CLIENT_SECRET: "sim-secret" },
  });
});
afterAll(async () => {
  await host?.close();
  await services?.close();
});

const MISSING = "00000000-0000-4000-8000-000000000000";
const EVENT = "EngagementEvents.EmailOpen";
/** The required arguments of each kind. The `id` option provides the others. */
const WRITTEN: Record<"AuthScheme" | "Callback" | "Subscription", Properties> = {
  AuthScheme: { ...LOGIN },
  Callback: { url: at("theirs") },
  Subscription: { callbackId: MISSING, eventCategoryTypes: [EVENT] },
};

test("the read of an object that does not exist fails, where ENS offers a GET", async () => {
  const read = (kind: keyof typeof WRITTEN) => host.read(MISSING, { ...WRITTEN[kind], ...textOf(kind) });
  await expect(read("Callback")).rejects.toThrow(`callback ${MISSING} does not exist in this business unit`);
  await expect(read("Subscription")).rejects.toThrow(`subscription ${MISSING} does not exist in this business unit`);
  // As far as is documented, ENS offers no way to read a scheme.
  expect(await read("AuthScheme")).toMatchObject({ id: MISSING, state: { ...LOGIN, authId: MISSING } });
  await services.simulator.admin.switches({ authGet: "on" });
  await expect(read("AuthScheme")).rejects.toThrow(`auth scheme ${MISSING} does not exist in this business unit`);
});
