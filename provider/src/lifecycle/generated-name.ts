import type { Kind, Values } from "../kinds/kind";
import { generateName } from "../kinds/names";

/**
 * The name that the resource of this state has where its program gives none. It is made anew each time, because a state
 * should not say twice what it says already. `undefined` where it cannot be told: nobody said whose the state is.
 */
export function generatedNameOf({ named }: Kind, state: Values): string | undefined {
  const { owner } = state;
  const cause = named === undefined ? undefined : state[named.by];
  return typeof owner === "string" && typeof cause === "string" ? generateName(owner, cause) : undefined;
}
