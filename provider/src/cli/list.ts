import type { LiveCallback } from "../ens/api";
import { nearest } from "../validation/nearest";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { withRun } from "./shared/open-run";
import { JSON_OPTION } from "./shared/options";
import { matcher } from "./shared/pattern";
import { hostOf, readCallbacks, readUnit, type UnitCallback } from "./shared/read-unit";
import { schemesOf, shownCallback, shownSubscription } from "./shared/shown";
import { statusCell, toneOfCallback, toneOfSubscription } from "./shared/status";
import { countOf, tableText } from "./shared/table";
import type { Terminal } from "./shared/terminal";
import { UsageError } from "./shared/usage-error";

const WORDS = ["callbacks", "subscriptions", "auth-schemes"] as const;
type Word = (typeof WORDS)[number];

const SCHEMES = "ENS has no list of auth schemes. This list has the auth schemes that callbacks use.";

export const list = defineCommand(
  {
    name: "list",
    summary: "List callbacks, subscriptions and auth schemes",
    about:
      "Lists the callbacks, subscriptions and auth schemes of the business unit, or only those of one kind. URLs are " +
      "shortened to their hosts, because receivers keep tokens in paths. ENS has no list of auth schemes, so the list " +
      "contains only auth schemes that callbacks use.",
    parameters: [
      { name: "kind", text: "callbacks, subscriptions or auth-schemes. Default: all kinds.", isOptional: true },
    ],
    options: {
      name: {
        type: "string",
        value: "pattern",
        multiple: true,
        text: "List only objects with a matching name. * matches any text. Auth schemes are selected by the names of their callbacks.",
      },
      status: {
        type: "string",
        value: "status",
        multiple: true,
        text: "List only objects with this status, for example suspended.",
      },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "The list is complete. It may be empty.", 1: "ENS could not be read." },
  },
  async ({ values, parameters }, terminal) => {
    const words = wordsOf(parameters[0]);
    const isCalled = matcher(values.name);
    const statuses = values.status.map((status) => status.toLowerCase());
    const hasStatus = (status = "") => statuses.length === 0 || statuses.includes(status.toLowerCase());
    const unit = await withRun(terminal, (run) =>
      words.includes("subscriptions")
        ? readUnit(run, terminal)
        : readCallbacks(run).then((all) => all.map((callback) => ({ callback, subscriptions: [] }))),
    );
    const callbacks = unit
      .map(({ callback }) => callback)
      .filter(({ callbackName, status }) => isCalled(callbackName) && hasStatus(status ?? undefined));
    const subscriptions = unit.flatMap(({ callback, subscriptions: all }) =>
      all
        .filter(({ subscriptionName, status }) => isCalled(subscriptionName) && hasStatus(status))
        .map((subscription) => ({ callback, subscription })),
    );
    if (values.json) printJson(terminal, documentOf(words, callbacks, subscriptions));
    else terminal.print(textOf(terminal, words, callbacks, subscriptions));
    return 0;
  },
);

interface FoundSubscription {
  readonly callback: LiveCallback;
  readonly subscription: UnitCallback["subscriptions"][number];
}

function wordsOf(given: string | undefined): readonly Word[] {
  if (given === undefined) return WORDS;
  const word = WORDS.find((each) => each === given);
  if (word !== undefined) return [word];
  const [meant] = nearest(given, WORDS);
  throw new UsageError(
    `there is no such kind of object. ${meant ? `Did you mean ${meant}?` : `Give callbacks, subscriptions or auth-schemes`}`,
  );
}

function documentOf(words: readonly Word[], callbacks: readonly LiveCallback[], found: readonly FoundSubscription[]) {
  return {
    ...(words.includes("callbacks") ? { callbacks: callbacks.map(shownCallback) } : {}),
    ...(words.includes("subscriptions")
      ? { subscriptions: found.map(({ subscription }) => shownSubscription(subscription)) }
      : {}),
    ...(words.includes("auth-schemes") ? { authSchemes: schemesOf(callbacks) } : {}),
  };
}

function textOf(
  terminal: Terminal,
  words: readonly Word[],
  callbacks: readonly LiveCallback[],
  subscriptions: readonly FoundSubscription[],
): string {
  const schemes = schemesOf(callbacks);
  const parts: Record<Word, () => string> = {
    callbacks: () =>
      section(terminal, "callback", ["id", "name", "status", "host"], callbacks, (each) => {
        const { callbackId, callbackName, status } = each;
        return [callbackId, callbackName, statusCell(status, toneOfCallback(status)), hostOf(each)];
      }),
    subscriptions: () =>
      section(terminal, "subscription", ["id", "name", "status", "callback", "host"], subscriptions, (each) => {
        const { subscriptionId, subscriptionName, status } = each.subscription;
        const cell = statusCell(status, toneOfSubscription(status));
        return [subscriptionId, subscriptionName, cell, each.callback.callbackName, hostOf(each.callback)];
      }),
    "auth-schemes": () =>
      `${section(terminal, "auth scheme", ["id", "used by"], schemes, ({ authId, callbacks: used }) => [authId, countOf(used.length, "callback")])}\n${terminal.paint("dim", SCHEMES)}`,
  };
  return words.map((word) => parts[word]()).join("\n\n");
}

function section<Item>(
  terminal: Terminal,
  noun: string,
  head: readonly string[],
  items: readonly Item[],
  rowOf: (item: Item) => Parameters<typeof tableText>[2][number],
): string {
  if (items.length === 0) return `No ${noun}s.`;
  return `${tableText(terminal, head, items.map(rowOf))}\n${terminal.paint("dim", countOf(items.length, noun))}`;
}
