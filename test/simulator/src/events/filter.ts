import { RE2JS } from "re2js";
import type { Body } from "../api/field";
import type { Switches } from "../switches";
import { CATALOGUE } from "./catalogue";

type How = Pick<Switches, "filterAnchoring" | "caseSensitiveTypes">;

/** Returns whether the subscription includes the type of the event. Case sensitivity is assumed. Source: ENS REST contract §8.1, §11 #27. */
export function subscribes(types: readonly string[], event: Body, { caseSensitiveTypes }: How): boolean {
  const type = String(event.eventCategoryType);
  if (caseSensitiveTypes === "on") return types.includes(type);
  return types.some((each) => each.toLowerCase() === type.toLowerCase());
}

/** Returns whether all filters match: documented. A key that the type does not have never matches: assumed. Source: §8.2. */
export function passes(filters: readonly string[], event: Body, { filterAnchoring }: How): boolean {
  const keys = CATALOGUE[String(event.eventCategoryType)] ?? [];
  return filters.every((filter) => {
    const at = filter.indexOf("=");
    const [key, wanted] = [filter.slice(0, at), filter.slice(at + 1)];
    const value = keys.includes(key) ? valueOf(event, key) : undefined;
    return value !== undefined && (value === wanted || matches(wanted, value, filterAnchoring));
  });
}

/** Finds the value of a key at top level, then below `info`, then below `Info`, as text. Assumed. Source: §8.2. */
function valueOf(event: Body, key: string): string | undefined {
  const places = [event, event.info, event.Info].filter((place) => typeof place === "object" && place !== null);
  const found = places.find((place) => Object.hasOwn(place as Body, key)) as Body | undefined;
  const value = found?.[key];
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
}

/**
 * A value may be an RE2 pattern: documented. That it must match the whole text is assumed. RE2 runs in linear time, so
 * that no pattern can block the service. An invalid pattern is compared as text only. Source: §8.2, §11 #45.
 */
function matches(pattern: string, value: string, anchoring: Switches["filterAnchoring"]): boolean {
  const compiled = compile(pattern);
  if (compiled === undefined) return false;
  return anchoring === "full" ? compiled.matches(value) : compiled.matcher(value).find();
}

function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}
