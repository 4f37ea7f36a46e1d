import * as pulumi from "@pulumi/pulumi";
import { AuthScheme, type AuthSchemeArgs } from "./auth-scheme";
import { Callback, type CallbackArgs } from "./callback";
import { programError, requireArgs, shownValue } from "./program-error";
import { Subscription, type SubscriptionArgs } from "./subscription";

/** What a webhook endpoint wants to be told of, under a name of yours. */
export type EndpointSubscriptionArgs = Omit<SubscriptionArgs, "callback" | "callbackId">;

export interface WebhookEndpointArgs extends Omit<CallbackArgs, "authScheme"> {
  /** The scheme by which ENS signs in to your system: a resource, or the arguments of one that is created with the endpoint. */
  authScheme?: AuthScheme | AuthSchemeArgs;
  /** Which events ENS delivers here, by names of yours: they are the ends of the resources' names. */
  subscriptions: Record<string, EndpointSubscriptionArgs>;
}

/**
 * A callback with its subscriptions and, where wanted, its auth scheme, in one piece. The children are called like the
 * endpoint: `<name>` the callback, `<name>-auth` the scheme, `<name>-<subscription>` each subscription.
 *
 * With the resource option `protect`, Pulumi deletes neither the callback nor the scheme, because a new callback has another
 * signature key. Subscriptions stay free to change.
 *
 *     new ens.WebhookEndpoint("orders", {
 *       url: "https://hooks.example.org/orders",
 *       subscriptions: { sent: { eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] } },
 *     });
 */
export class WebhookEndpoint extends pulumi.ComponentResource {
  readonly callback: Callback;
  /** The scheme that belongs to the endpoint, or the one that was given. */
  readonly authScheme: AuthScheme | undefined;
  /** By the names of the arguments. */
  readonly subscriptions: Readonly<Record<string, Subscription>>;
  /** ENS's id of the callback. */
  readonly callbackId: pulumi.Output<string>;
  /** Signs each delivery: 32 bytes in base64. Secret. */
  readonly signatureKey: Callback["signatureKey"];

  constructor(name: string, args: WebhookEndpointArgs, options?: pulumi.ComponentResourceOptions) {
    const example = '{ url: "https://hooks.example.org/orders", subscriptions: { sent: { eventCategoryTypes: […] } } }';
    const { authScheme, subscriptions, ...callback } = requireArgs("WebhookEndpoint", name, args, example);
    refuseScheme(name, authScheme);
    refuseSubscriptions(name, subscriptions);
    // Protection would pass on to all children.
    const { protect, ...ownOptions } = options ?? {};
    super("pulumi-ens:index:WebhookEndpoint", name, {}, ownOptions);
    const child = { parent: this };
    const kept = protect === undefined ? child : { ...child, protect };
    this.authScheme =
      authScheme === undefined || pulumi.CustomResource.isInstance(authScheme)
        ? (authScheme as AuthScheme | undefined)
        : new AuthScheme(`${name}-auth`, authScheme as AuthSchemeArgs, kept);
    const signIn = this.authScheme === undefined ? {} : { authScheme: this.authScheme };
    this.callback = new Callback(name, { ...callback, ...signIn }, kept);
    this.subscriptions = Object.fromEntries(
      Object.entries(subscriptions).map(([key, given]) => [
        key,
        new Subscription(`${name}-${key}`, { ...given, callback: this.callback }, child),
      ]),
    );
    this.callbackId = this.callback.callbackId;
    this.signatureKey = pulumi.secret(this.callback.signatureKey);
    this.registerOutputs({ callbackId: this.callbackId, signatureKey: this.signatureKey });
  }
}

/** It decides which resources there are, so that it must be known in every preview. */
function refuseScheme(name: string, authScheme: unknown): void {
  if (authScheme === undefined || pulumi.CustomResource.isInstance(authScheme)) return;
  const isLater = pulumi.Output.isInstance(authScheme) || authScheme instanceof Promise;
  if (typeof authScheme === "object" && authScheme !== null && !Array.isArray(authScheme) && !isLater) return;
  const problem = isLater ? "is an output" : shownValue(authScheme);
  throw programError("WebhookEndpoint", name, `authScheme ${problem}; give an AuthScheme, or the arguments of one`);
}

/** Each of them names a resource, so that they must be known in every preview. */
function refuseSubscriptions(name: string, subscriptions: unknown): void {
  const problem = (what: string) =>
    programError("WebhookEndpoint", name, `subscriptions ${what}; give an object of subscriptions by their names`);
  if (subscriptions === undefined || subscriptions === null) throw problem("is missing");
  if (pulumi.Output.isInstance(subscriptions) || subscriptions instanceof Promise) throw problem("is an output");
  if (typeof subscriptions !== "object" || Array.isArray(subscriptions)) throw problem("is not an object");
  for (const [key, given] of Object.entries(subscriptions)) {
    if (key === "auth")
      throw programError("WebhookEndpoint", name, "subscriptions.auth has the name of the scheme; rename it");
    if (typeof given !== "object" || given === null) {
      throw programError(
        "WebhookEndpoint",
        name,
        `subscriptions.${key} is not an object; give { eventCategoryTypes: […] }`,
      );
    }
  }
}
