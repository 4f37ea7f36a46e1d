import { CATALOGUE, FILTER_KEYS } from "../events/catalogue";
import { type Body, optionalTexts } from "./field";
import { invalid, missing } from "./refusal";
import type { Service } from "./service";

const BY_LOWER_CASE = new Map(Object.keys(CATALOGUE).map((type) => [type.toLowerCase(), type]));

/**
 * Reads the event types of a subscription. Unknown types are rejected and case matters. If a switch ignores case, the
 * spelling of the catalogue is stored. Assumed. Source: ENS REST contract §11 #26, #27.
 */
export function typesOf({ switches }: Service, body: Body): string[] {
  const given = optionalTexts(body, "eventCategoryTypes");
  if (given === undefined || given.length === 0) throw missing("eventCategoryTypes");
  const types =
    switches.caseSensitiveTypes === "off" ? given.map((type) => BY_LOWER_CASE.get(type.toLowerCase()) ?? type) : given;
  const known = switches.unknownTypes === "accept" || types.every((type) => Object.hasOwn(CATALOGUE, type));
  if (!known) throw invalid("eventCategoryTypes");
  return types;
}

/** Reads filters: `key=value` with a key that some type has. `[""]` means none. Assumed. Source: §8.2, §11.3 A8, A9. */
export function filtersOf({ switches }: Service, body: Body): string[] | undefined {
  const given = optionalTexts(body, "filters")?.filter((filter) => filter !== "");
  const bad = given?.some((filter) => {
    const at = filter.indexOf("=");
    return at < 1 || (switches.unknownTypes !== "accept" && !FILTER_KEYS.has(filter.slice(0, at)));
  });
  if (bad === true) throw invalid("filters");
  return given;
}
