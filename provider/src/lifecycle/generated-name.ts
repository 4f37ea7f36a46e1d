import type { Kind, Values } from "../kinds/kind";
import { generateName } from "../kinds/names";

/**
 * Generates the name of the resource that has this state, for a program that does not set a name. The state does not store
 * the generated name, because it can be derived. Returns `undefined` when the state does not contain its owner.
 */
export function generatedNameOf({ named }: Kind, state: Values): string | undefined {
  const { owner } = state;
  const cause = named === undefined ? undefined : state[named.by];
  return typeof owner === "string" && typeof cause === "string" ? generateName(owner, cause) : undefined;
}
