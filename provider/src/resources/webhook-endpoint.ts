import * as pulumi from "@pulumi/pulumi";
import { AuthScheme, type AuthSchemeArgs } from "./auth-scheme";
import { Callback, type CallbackArgs } from "./callback";
import { programError, requireArgs, shownValue } from "./program-error";
import { Subscription, type SubscriptionArgs } from "./subscription";

/** Arguments of one subscription of a webhook endpoint. */
export type EndpointSubscriptionArgs = Omit<SubscriptionArgs, "callback" | "callbackId">;

export interface WebhookEndpointArgs extends Omit<CallbackArgs, "authScheme"> {
  /**
   * Auth scheme with which ENS gets a token from your authorization server before it delivers events: a resource, or
   * the arguments of a scheme that is created with the endpoint.
   */
  authScheme?: AuthScheme | AuthSchemeArgs;
  /** Subscriptions by names that you choose. Each name becomes the end of a resource name. */
  subscriptions: Record<string, EndpointSubscriptionArgs>;
}

/**
 * Component with a callback, its subscriptions and optionally an auth scheme. The names of the children derive from the
 * name of the endpoint: `<name>` for the callback, `<name>-auth` for the scheme, `<name>-<subscription>` for each
 * subscription.
 *
 * The resource option `protect` protects the callback and the scheme, because a new callback has a new signature key.
 * It does not protect the subscriptions.
 *
 *     new ens.WebhookEndpoint("orders", {
 *       url: "https://hooks.example.org/orders",
 *       subscriptions: { sent: { eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] } },
 *     });
 */
export class WebhookEndpoint extends pulumi.ComponentResource {
  readonly callback: Callback;
  /** Auth scheme that was created with the endpoint, or the one that was passed to it. */
  readonly authScheme: AuthScheme | undefined;
  /** Subscriptions by the names in the arguments. */
  readonly subscriptions: Readonly<Record<string, Subscription>>;
  /** Id of the callback in ENS. */
  readonly callbackId: pulumi.Output<string>;
  /** Key that signs each delivery: 32 bytes in base64. Secret. */
  readonly signatureKey: Callback["signatureKey"];

  constructor(name: string, args: WebhookEndpointArgs, options?: pulumi.ComponentResourceOptions) {
    const example = '{ url: "https://hooks.example.org/orders", subscriptions: { sent: { eventCategoryTypes: […] } } }';
    const { authScheme, subscriptions, ...callback } = requireArgs("WebhookEndpoint", name, args, example);
    requireScheme(name, authScheme);
    requireSubscriptions(name, subscriptions);
    // All children would inherit `protect`.
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

/** Throws unless the scheme is known in every preview, because it decides which resources exist. */
function requireScheme(name: string, authScheme: unknown): void {
  if (authScheme === undefined || pulumi.CustomResource.isInstance(authScheme)) return;
  const isLater = pulumi.Output.isInstance(authScheme) || authScheme instanceof Promise;
  if (typeof authScheme === "object" && authScheme !== null && !Array.isArray(authScheme) && !isLater) return;
  const problem = isLater ? "is an output" : shownValue(authScheme);
  throw programError("WebhookEndpoint", name, `authScheme ${problem}; pass an AuthScheme or its arguments`);
}

/** Throws unless the subscriptions are known in every preview, because each of them is a resource. */
function requireSubscriptions(name: string, subscriptions: unknown): void {
  const problem = (what: string) =>
    programError("WebhookEndpoint", name, `subscriptions ${what}; pass an object of subscriptions by their names`);
  if (subscriptions === undefined || subscriptions === null) throw problem("is missing");
  if (pulumi.Output.isInstance(subscriptions) || subscriptions instanceof Promise) throw problem("is an output");
  if (typeof subscriptions !== "object" || Array.isArray(subscriptions)) throw problem("is not an object");
  for (const [key, given] of Object.entries(subscriptions)) {
    if (key === "auth")
      throw programError("WebhookEndpoint", name, "subscriptions.auth has the same name as the auth scheme; rename it");
    if (typeof given !== "object" || given === null) {
      throw programError(
        "WebhookEndpoint",
        name,
        `subscriptions.${key} is not an object; pass { eventCategoryTypes: […] }`,
      );
    }
  }
}
