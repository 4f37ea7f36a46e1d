import { kinds } from "../kinds/all";
import { type DynamicProvider, hostKind } from "./host";
import { Session } from "./session";

/** This process serves one engine. */
const session = new Session(process.argv[2]);

/**
 * What every state file calls: `require("pulumi-ens/runtime").provider("Callback")`. The name of this module, of this
 * function and of the kinds are frozen; refresh and destroy of old stacks run today's code through them.
 */
export function provider(kind: string): DynamicProvider {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (known === undefined) {
    throw new Error(`this version of pulumi-ens has no ${kind}; it has ${Object.keys(kinds).join(", ")}: upgrade it`);
  }
  return hostKind(known, session);
}
