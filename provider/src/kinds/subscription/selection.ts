import { isDeepStrictEqual } from "node:util";
import type { LiveSubscription } from "../../ens/api";
import { isDocumented } from "../../ens/catalogue";
import { textSet } from "../../ens/codec";
import type { Inputs } from "./schema";

/**
 * ENS may correct how a type is written, and then still has what was asked. One that ENS documents was not asked
 * for in another spelling by mistake, so only the correction counts. Assumed. Source: ENS REST contract §11 #27.
 */
export function restoreSpelling(shown: readonly string[], asked: readonly string[]): string[] {
  return textSet(
    shown.flatMap((type) => {
      const same = asked.filter((other) => other.toLowerCase() === type.toLowerCase());
      return isDocumented(type) && same.length > 0 ? same : [type];
    }),
  );
}

/**
 * What ENS shows in the program's order and with its repeats, where it means the same. A value that somebody put in the
 * place of another one gets its position, because resource options name elements by position: first one that `replaces`
 * says so of, then any. What is left over comes last.
 */
export function inOrderOf(
  shown: readonly string[],
  written: readonly string[],
  replaces: (value: string, gone: string) => boolean = () => false,
): string[] {
  const there = new Set(shown);
  const fresh = shown.filter((value) => !written.includes(value));
  const take = (wanted: (value: string) => boolean): string | undefined => {
    const at = fresh.findIndex(wanted);
    return at < 0 ? undefined : fresh.splice(at, 1)[0];
  };
  const alike = written.map((value) => (there.has(value) ? value : take((other) => replaces(other, value))));
  const filled = alike.flatMap((value) => value ?? take(() => true) ?? []);
  return [...filled, ...fresh];
}

/** The form in which ENS gets the two sets, and in which they are compared: one order, no repeats. */
export function asSets<Values extends Pick<Inputs, "eventCategoryTypes" | "filters">>(values: Values): Values {
  return { ...values, eventCategoryTypes: textSet(values.eventCategoryTypes), filters: textSet(values.filters) };
}

/** Whether two filters are about the same key. */
export function sameKey(one: string, other: string): boolean {
  return one.split("=", 1)[0] === other.split("=", 1)[0];
}

/** Whether a subscription gets the events that were asked for. */
export function sameSelection(
  shown: Pick<LiveSubscription, "eventCategoryTypes" | "filters">,
  asked: Pick<Inputs, "eventCategoryTypes" | "filters">,
): boolean {
  const types = restoreSpelling(shown.eventCategoryTypes, asked.eventCategoryTypes);
  return (
    isDeepStrictEqual(types, textSet(asked.eventCategoryTypes)) &&
    isDeepStrictEqual(textSet(shown.filters), textSet(asked.filters))
  );
}
