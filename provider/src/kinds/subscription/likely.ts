import { type DocumentedType, EVENT_TYPES } from "../../ens/catalogue";
import { nearest } from "../../validation/nearest";

const TYPES = Object.keys(EVENT_TYPES) as DocumentedType[];
const KEYS = [...new Set(Object.values(EVENT_TYPES).flat())];

/** Returns the documented types that an undocumented one probably means: another case, another category, or a typo. */
export function likelyTypes(type: string): DocumentedType[] {
  const dot = type.indexOf(".");
  const category = type.slice(0, Math.max(dot, 0));
  const names = new Set(nearest(type.slice(dot + 1), TYPES.map(nameOf)));
  const named = TYPES.filter((each) => names.has(nameOf(each)));
  const categories = new Set(nearest(category, named.map(categoryOf)));
  const both = named.filter((each) => categories.has(categoryOf(each)));
  return both.length > 0 ? both : named;
}

/** Returns the documented keys that an undocumented one probably means. */
export function likelyKeys(key: string): string[] {
  return nearest(key, KEYS);
}

const nameOf = (type: string) => type.slice(type.indexOf(".") + 1);
const categoryOf = (type: string) => type.slice(0, type.indexOf("."));
