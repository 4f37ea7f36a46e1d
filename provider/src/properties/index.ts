import { authScheme } from "./auth-scheme";
import { callback } from "./callback";
import { subscription } from "./subscription";

/** Tables of properties by the name of the kind. */
export const tables = { AuthScheme: authScheme, Callback: callback, Subscription: subscription } as const;
