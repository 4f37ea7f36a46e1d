import { kinds } from "../kinds/all";
import { type DynamicProvider, hostKind } from "./host";
import { Session } from "./session";

/** Each process serves one engine. */
const session = new Session(process.argv[2]);

/**
 * Returns the provider of a kind. Every state file calls `require("pulumi-ens/runtime").provider("Callback")`. The names of
 * this module, this function and the kinds must never change, because refresh and destroy of old stacks call them.
 */
export function provider(kind: string): DynamicProvider {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (known === undefined) {
    throw new Error(
      `this version of pulumi-ens has no ${kind}, only ${Object.keys(kinds).join(", ")}; upgrade pulumi-ens`,
    );
  }
  return hostKind(known, session);
}
