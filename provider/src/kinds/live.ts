import { sharedNames } from "../properties/facts";
import type { Properties } from "../properties/types";

/**
 * A state with what ENS shows of the object. What ENS leaves out stays as it was: it does not show everything in every
 * answer. Properties of which ENS knows nothing are not touched.
 */
export function mergeLive<State extends object>(properties: Properties, state: State, live: object): State {
  const told = sharedNames(properties).flatMap((name) => {
    const value: unknown = Reflect.get(live, name);
    return value === undefined || value === null || value === "" ? [] : [[name, value]];
  });
  return { ...state, ...Object.fromEntries(told) };
}

/** What a state holds besides inputs: those are taken from the program anew. */
export function withoutInputs<State extends object>(properties: Properties, state: State): Partial<State> {
  const kept = Object.entries(state).filter(([name]) => properties[name]?.input === undefined);
  return Object.fromEntries(kept) as Partial<State>;
}
