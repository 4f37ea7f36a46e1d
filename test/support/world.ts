import { type Simulator, type SimulatorOptions, startSimulator } from "pulumi-ens-simulator";
import { type AuthorizationServer, startAuthorizationServer } from "./authorization-server";
import { createStack, type Stack } from "./engine";
import { type Receiver, startReceiver } from "./receiver";

/** The credentials with which ENS signs in to the authorization server of these tests. */
export const CREDENTIALS = { clientId: "ens-client-marker", clientSecret: "ens-secret-marker" };
/** The credentials for the password grant. */
export const USER = { username: "ens-user-marker", password: "ens-password-marker" };

/**
 * Faults that occur now and then in every test with these services: unknown fields in responses, lists in another
 * order, tokens that expire early, and delays. The seed is the same in every run. Faults that can fail a run are in
 * test/faults.
 */
const BAD_DAY = {
  seed: Number(process.env.FAULT_SEED ?? 1),
  rate: 0.1,
  kinds: ["extra-fields", "shuffled", "token-expired", "slow"],
} satisfies SimulatorOptions["faults"];

/** Real servers for everything that the provider talks to: ENS, the customer's receiver and authorization server. */
export interface Services {
  readonly simulator: Simulator;
  readonly receiver: Receiver;
  close(): Promise<void>;
}

/**
 * Starts the services. `hooks.example.org` and `hooks.dev.example.org` are the receiver, `login.example.org` the
 * authorization server.
 */
export async function startServices(options: SimulatorOptions = {}): Promise<Services> {
  const { clientId, clientSecret } = CREDENTIALS;
  const [receiver, idp]: [Receiver, AuthorizationServer] = await Promise.all([
    startReceiver(),
    startAuthorizationServer({ clientId, clientSecrets: [clientSecret], ...USER }),
  ]);
  const hooks = { "hooks.example.org": receiver.address, "hooks.dev.example.org": receiver.address };
  const connectTo = { ...hooks, "login.example.org": idp.address, ...options.connectTo };
  const simulator = await startSimulator({ faults: BAD_DAY, ...options, connectTo });
  receiver.verifyAt(simulator);
  return {
    simulator,
    receiver,
    close: async () => void (await Promise.all([simulator.close(), receiver.close(), idp.close()])),
  };
}

/** The services, and a stack that uses them. */
export interface World extends Services {
  readonly stack: Stack;
}

export async function startWorld(options: SimulatorOptions = {}, env: NodeJS.ProcessEnv = {}): Promise<World> {
  const services = await startServices(options);
  const stack = await createStack(services.simulator, env);
  return {
    ...services,
    stack,
    async close() {
      stack.close();
      await services.close();
    },
  };
}

/**
 * Returns a program with one resource of each kind, connected by outputs. The arguments in `over` replace the defaults.
 */
export function shop(over: { scheme?: object; callback?: object; subscription?: object } = {}): string {
  const scheme = {
    grantType: "client_credentials",
    authUrl: "https://login.example.org/token",
    ...CREDENTIALS,
    ...over.scheme,
  };
  const callback = { url: "https://hooks.example.org/orders", maxBatchSize: 500, ...over.callback };
  const subscription = {
    eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"],
    filters: { definitionKey: "order-confirm" },
    ...over.subscription,
  };
  return `
    const idp = new ens.AuthScheme("idp", ${JSON.stringify(scheme)});
    const orders = new ens.Callback("orders", { ...${JSON.stringify(callback)}, authScheme: idp });
    new ens.Subscription("sent", { ...${JSON.stringify(subscription)}, callback: orders });
    exports.signatureKey = orders.signatureKey;
    exports.callbackId = orders.callbackId;`;
}
