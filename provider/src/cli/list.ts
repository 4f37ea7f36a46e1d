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
import { many, tableText } from "./shared/table";
import type { Terminal } from "./shared/terminal";
import { UsageError } from "./shared/usage-error";

const WORDS = ["callbacks", "subscriptions", "auth-schemes"] as const;
type Word = (typeof WORDS)[number];

const SCHEMES = "ENS does not list auth schemes; these are the ones that callbacks show.";

export const list = defineCommand(
  {
    name: "list",
    summary: "lists callbacks, subscriptions and auth schemes",
    about:
      "Lists what is in the business unit: callbacks, subscriptions or auth-schemes; all of them when none is named. Of " +
      "a url only the host is shown, because receivers keep tokens in paths. ENS does not list auth schemes: those that " +
      "no callback shows are not known here.",
    parameters: [{ name: "kind", text: "callbacks, subscriptions or auth-schemes", isOptional: true }],
    options: {
      name: {
        type: "string",
        value: "pattern",
        multiple: true,
        text: "only what is called so; * stands for any text. Auth schemes are found by their callbacks",
      },
      status: {
        type: "string",
        value: "status",
        multiple: true,
        text: "only what has this status, for example suspended",
      },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "The list is complete; it may be empty.", 1: "ENS could not be read." },
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
    `there is nothing to list by that name; ${meant ? `${meant} may be meant` : `give ${WORDS.join(", ")}`}`,
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
      `${section(terminal, "auth scheme", ["id", "used by"], schemes, ({ authId, callbacks: used }) => [authId, many(used.length, "callback")])}\n${terminal.paint("dim", SCHEMES)}`,
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
  return `${tableText(terminal, head, items.map(rowOf))}\n${terminal.paint("dim", many(items.length, noun))}`;
}
