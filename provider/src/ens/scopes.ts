const VERBS: Record<string, string> = { GET: "read", POST: "create", PUT: "update", DELETE: "delete" };

/**
 * Returns the OAuth scopes that a request needs. Verify and regenerate need the *update* permission. ENS documents no scope
 * for auth schemes, so the matching callback scope is assumed.
 * Source: ENS REST contract §1.5.
 */
export function scopesOf(method: string, path: string): string[] {
  if (/\/ens-(verify|regenerate)/.test(path)) return ["event_notification_callback_update"];
  const verb = VERBS[method];
  if (verb === undefined) return [];
  if (path.includes("/ens-subscriptions")) return [`event_notification_subscription_${verb}`];
  if (/\/ens-(callbacks|authentications)/.test(path)) return [`event_notification_callback_${verb}`];
  return [];
}
