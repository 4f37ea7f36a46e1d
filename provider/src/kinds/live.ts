import { sharedNames } from "../properties/facts";
import type { Properties } from "../properties/types";

/**
 * Merges what ENS shows of an object into a state. Properties that a response omits keep their values, because ENS does
 * not return every property in every response. Properties that ENS does not have are not changed.
 */
export function mergeLive<State extends object>(properties: Properties, state: State, live: object): State {
  const shown = sharedNames(properties).flatMap((name) => {
    const value: unknown = Reflect.get(live, name);
    return value === undefined || value === null || value === "" ? [] : [[name, value]];
  });
  return { ...state, ...Object.fromEntries(shown) };
}

/** Returns the properties of a state that are not inputs. The inputs come from the program. */
export function withoutInputs<State extends object>(properties: Properties, state: State): Partial<State> {
  const kept = Object.entries(state).filter(([name]) => properties[name]?.input === undefined);
  return Object.fromEntries(kept) as Partial<State>;
}
