import { isDeepStrictEqual } from "node:util";
import type { LiveSubscription } from "../../ens/api";
import { isDocumented } from "../../ens/catalogue";
import { textSet } from "../../ens/codec";
import type { Inputs } from "./schema";

/**
 * Restores the spelling of the program, because ENS may return a documented event type in its own spelling. Types that
 * are not documented keep the spelling of ENS. Assumed. Source: ENS REST contract §11 #27.
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
 * Returns what ENS shows in the order of the program and with its repetitions. A new value takes the position of a
 * missing one, because resource options refer to elements by position. A new value for which `replaces` is true is
 * preferred. Remaining new values come last.
 */
export function inOrderOf(
  shown: readonly string[],
  written: readonly string[],
  replaces: (value: string, gone: string) => boolean = () => false,
): string[] {
  const present = new Set(shown);
  const fresh = shown.filter((value) => !written.includes(value));
  const take = (wanted: (value: string) => boolean): string | undefined => {
    const at = fresh.findIndex(wanted);
    return at < 0 ? undefined : fresh.splice(at, 1)[0];
  };
  const matched = written.map((value) => (present.has(value) ? value : take((other) => replaces(other, value))));
  const filled = matched.flatMap((value) => value ?? take(() => true) ?? []);
  return [...filled, ...fresh];
}

/** Sorts the two sets and removes repetitions, as they are sent and compared. */
export function asSets<Values extends Pick<Inputs, "eventCategoryTypes" | "filters">>(values: Values): Values {
  return { ...values, eventCategoryTypes: textSet(values.eventCategoryTypes), filters: textSet(values.filters) };
}

/** Whether two filters have the same key. */
export function sameKey(one: string, other: string): boolean {
  return one.split("=", 1)[0] === other.split("=", 1)[0];
}

/** Whether a subscription in ENS selects the same events as the inputs. */
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
