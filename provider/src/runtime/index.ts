import { authScheme } from "../kinds/auth-scheme";
import { callback } from "../kinds/callback";
import type { Kind } from "../kinds/kind";
import { subscription } from "../kinds/subscription";
import { type DynamicProvider, hostKind } from "./host";
import { Session } from "./session";

/** This process serves one engine. */
const session = new Session(process.argv[2]);
const KINDS: Readonly<Record<string, Kind>> = {
  AuthScheme: authScheme,
  Callback: callback,
  Subscription: subscription,
};

/**
 * What every state file calls: `require("pulumi-ens/runtime").provider("Callback")`. The name of this module, of this
 * function and of the kinds are frozen; refresh and destroy of old stacks run today's code through them.
 */
export function provider(kind: string): DynamicProvider {
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (known === undefined) {
    throw new Error(`this version of pulumi-ens has no ${kind}; it has ${Object.keys(KINDS).join(", ")}: upgrade it`);
  }
  return hostKind(known, session);
}
