export type { EventType, FilterKey } from "./ens/catalogue";
export { AuthScheme, type AuthSchemeArgs } from "./resources/auth-scheme";
export {
  Callback,
  type CallbackArgs,
  type CommandArgs,
  type FileArgs,
  type ListenerArgs,
  type ManualArgs,
  type PullArgs,
  type ReceiverArgs,
  type SignatureKeySinkArgs,
  type VerificationArgs,
} from "./resources/callback";
export { Provider, type ProviderArgs } from "./resources/provider";
export { Subscription, type SubscriptionArgs } from "./resources/subscription";
export {
  type EndpointSubscriptionArgs,
  WebhookEndpoint,
  type WebhookEndpointArgs,
} from "./resources/webhook-endpoint";
