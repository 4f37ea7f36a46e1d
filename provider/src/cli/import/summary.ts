import { isVerified } from "../../ens/callback-status";
import { isDocumented } from "../../ens/catalogue";
import { looksGenerated } from "../../kinds/names";
import { literal } from "./literal";
import type { Plan } from "./plan";

const MOST_SHOWN = 10;

/** How many of each, in words. */
export function counts({ groups, schemes }: Plan): string {
  const callbacks = groups.filter(({ callback }) => callback !== undefined).length;
  const subscriptions = groups.reduce((sum, group) => sum + group.subscriptions.length, 0);
  const by = schemes.size === 0 ? "" : `; ${countOf(schemes.size, "auth scheme")} by id`;
  return `${countOf(callbacks, "callback")} and ${countOf(subscriptions, "subscription")}${by}`;
}

/** What a person should look at, a few lines for each thing. */
export function warnings(plan: Plan): string[] {
  const callbacks = plan.groups.flatMap(({ callback }) => callback ?? []);
  const subscriptions = plan.groups.flatMap((group) => group.subscriptions);
  const left = plan.groups.flatMap(({ of }) =>
    [of, ...of.subscriptions].flatMap(({ name, id, problem }) =>
      problem === undefined ? [] : [`${literal(name)} (${id}): ${problem}`],
    ),
  );
  const status = callbacks.filter(({ found }) => !isVerified(found.status));
  const foreign = callbacks.filter(({ scheme }) => scheme !== undefined);
  const types = new Set(subscriptions.flatMap(({ found }) => found.described.inputs.eventCategoryTypes));
  return [
    ...section("Not in the program, because no resource can describe them; they stay as they are in ENS", left),
    ...section(
      'Not verified; those with verification "none" get no events until somebody verifies them',
      status.map(({ resource, found }) => `${resource}: ENS says ${literal(found.status)}`),
    ),
    ...section(
      "Their auth schemes are not resources here, see the comment in the program",
      foreign.map(({ resource, scheme }) => `${resource}: ${scheme}`),
    ),
    ...section(
      "Named by pulumi-ens; what another stack has must be left to it, and --only leaves it out",
      [...callbacks, ...subscriptions].flatMap(({ found }) =>
        looksGenerated(found.name) ? [literal(found.name)] : [],
      ),
    ),
    ...section("Called the same in ENS, so one has a number in the program", [
      ...repeated(callbacks.map(({ found }) => found.name)),
      ...repeated(subscriptions.map(({ found }) => found.name)),
    ]),
    ...section(
      "Event types that this version does not know; ENS decides",
      [...types].filter((type) => !isDocumented(type)).map((type) => literal(type)),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > MOST_SHOWN ? [`  … and ${lines.length - MOST_SHOWN} more`] : [];
  return [`${title}:`, ...lines.slice(0, MOST_SHOWN).map((line) => `  ${line}`), ...more];
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].map(literal);
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
