import { type DocumentedType, EVENT_TYPES } from "../../ens/catalogue";
import { nearest } from "../../validation/nearest";

const TYPES = Object.keys(EVENT_TYPES) as DocumentedType[];
const KEYS = [...new Set(Object.values(EVENT_TYPES).flat())];

/** What was meant by a type that is not documented: another case, another category, or a slip in either. */
export function likelyTypes(type: string): DocumentedType[] {
  const dot = type.indexOf(".");
  const category = type.slice(0, Math.max(dot, 0));
  const names = new Set(nearest(type.slice(dot + 1), TYPES.map(nameOf)));
  const named = TYPES.filter((each) => names.has(nameOf(each)));
  const categories = new Set(nearest(category, named.map(categoryOf)));
  const both = named.filter((each) => categories.has(categoryOf(each)));
  return both.length > 0 ? both : named;
}

/** What was meant by a key that is not documented. */
export function likelyKeys(key: string): string[] {
  return nearest(key, KEYS);
}

const nameOf = (type: string) => type.slice(type.indexOf(".") + 1);
const categoryOf = (type: string) => type.slice(0, type.indexOf("."));
