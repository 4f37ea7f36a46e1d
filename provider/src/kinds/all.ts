import { authScheme } from "./auth-scheme";
import { callback } from "./callback";
import type { Kind } from "./kind";
import { subscription } from "./subscription";

/** All kinds by their names in state files. */
export const kinds: Readonly<Record<string, Kind>> = {
  AuthScheme: authScheme,
  Callback: callback,
  Subscription: subscription,
};
