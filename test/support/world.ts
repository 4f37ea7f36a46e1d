import { type Simulator, type SimulatorOptions, startSimulator } from "pulumi-ens-simulator";
import { type AuthorizationServer, startAuthorizationServer } from "./authorization-server";
import { createStack, type Stack } from "./engine";
import { type Receiver, startReceiver } from "./receiver";

/** What ENS signs in with at the authorization server of these tests. */
export const CREDENTIALS = { clientId: "ens-client-marker", clientSecret: "ens-secret-marker" };

/** All that a stack deals with, each a real server: ENS, the customer's webhook, the customer's authorization server. */
export interface World {
  readonly simulator: Simulator;
  readonly receiver: Receiver;
  readonly stack: Stack;
  close(): Promise<void>;
}

/** `hooks.example.org` is the receiver, `login.example.org` the authorization server. */
export async function startWorld(options: SimulatorOptions = {}, settings: NodeJS.ProcessEnv = {}): Promise<World> {
  const { clientId, clientSecret } = CREDENTIALS;
  const [receiver, idp]: [Receiver, AuthorizationServer] = await Promise.all([
    startReceiver(),
    startAuthorizationServer({ clientId, clientSecrets: [clientSecret] }),
  ]);
  const connectTo = { "hooks.example.org": receiver.address, "login.example.org": idp.address };
  const simulator = await startSimulator({ connectTo, ...options });
  receiver.verifyAt(simulator);
  const stack = await createStack(simulator, settings);
  return {
    simulator,
    receiver,
    stack,
    async close() {
      stack.close();
      await Promise.all([simulator.close(), receiver.close(), idp.close()]);
    },
  };
}

/** A program with one of each, in order by its outputs. What is given goes over its own arguments. */
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
