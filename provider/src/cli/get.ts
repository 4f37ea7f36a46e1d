import {
  getAuthScheme,
  getCallback,
  getSubscription,
  type LiveCallback,
  type LiveSubscription,
  listSubscriptions,
} from "../ens/api";
import { shownUrl } from "../ens/shown-url";
import type { Run } from "../run/run";
import { nothingWhenAbsent } from "./shared/absent";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { withRun } from "./shared/open-run";
import { JSON_OPTION } from "./shared/options";
import { hostOf, readCallbacks } from "./shared/read-unit";
import { schemesOf, shownCallback, shownSubscription } from "./shared/shown";
import { statusCell, toneOfCallback, toneOfSubscription } from "./shared/status";
import { type Cell, pageText } from "./shared/table";

/** What an id turned out to be: a document for programs, and a page for a person. */
interface Found {
  readonly document: object;
  readonly page: readonly (readonly [string, Cell])[];
}

export const get = defineCommand(
  {
    name: "get",
    summary: "shows one object, whatever its kind",
    about: "Shows the callback, the subscription or the auth scheme that has this id. A signature key is never shown.",
    parameters: [{ name: "id", text: "the id of a callback, a subscription or an auth scheme" }],
    options: {
      "show-url": { type: "boolean", text: "shows the whole url of a callback, in place of its host" },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "The object is shown.", 1: "There is no such object, or ENS could not be read." },
  },
  async ({ values, parameters: [id = ""] }, terminal) => {
    const found = await withRun(terminal, async (run) => {
      const object = await findObject(run, id, values["show-url"]);
      if (object !== undefined) return object;
      const unit = await run.accountId();
      const where = unit === undefined ? "this business unit" : `business unit ${unit}`;
      throw new Error(
        `${where} has no callback, no subscription and no auth scheme with this id; \`ens list\` shows all ids`,
      );
    });
    if (values.json) printJson(terminal, found.document);
    else terminal.print(pageText(terminal, found.page));
    return 0;
  },
);

async function findObject(run: Run, id: string, showsUrl: boolean): Promise<Found | undefined> {
  const callback = await getCallback(run.ens, id).catch(nothingWhenAbsent);
  if (callback !== undefined) return describeCallback(callback, await listSubscriptions(run.ens, id), showsUrl);
  const subscription = await getSubscription(run.ens, id).catch(nothingWhenAbsent);
  if (subscription !== undefined) {
    const of = await getCallback(run.ens, subscription.callbackId).catch(nothingWhenAbsent);
    return describeSubscription(subscription, of);
  }
  return findScheme(run, id);
}

function describeCallback(
  callback: LiveCallback,
  subscriptions: readonly LiveSubscription[],
  showsUrl: boolean,
): Found {
  const { host, ...shown } = shownCallback(callback);
  const where = showsUrl ? { url: callback.url } : { host };
  const named = subscriptions.map(({ subscriptionId, subscriptionName, status }) => ({
    subscriptionId,
    subscriptionName,
    status,
  }));
  return {
    document: { kind: "callback", ...shown, ...where, subscriptions: named },
    page: [
      ["callback", shown.callbackName],
      ["id", shown.callbackId],
      ["status", statusCell(shown.status, toneOfCallback(shown.status))],
      ...line("reason", shown.statusReason),
      showsUrl ? ["url", callback.url] : ["host", host],
      ...line("batch size", shown.maxBatchSize),
      ...line("auth scheme", shown.authId),
      ...many(
        "subscription",
        named.map(
          ({ subscriptionName, subscriptionId, status }) => `${subscriptionName} (${subscriptionId}, ${status})`,
        ),
      ),
    ],
  };
}

function describeSubscription(subscription: LiveSubscription, callback: LiveCallback | undefined): Found {
  const shown = shownSubscription(subscription);
  const to =
    callback === undefined ? shown.callbackId : `${callback.callbackName} (${shown.callbackId}) at ${hostOf(callback)}`;
  const { status: callbackStatus } = callback ?? {};
  return {
    document: { kind: "subscription", ...shown, callback: callback === undefined ? null : shownCallback(callback) },
    page: [
      ["subscription", shown.subscriptionName],
      ["id", shown.subscriptionId],
      ["status", statusCell(shown.status, toneOfSubscription(shown.status))],
      ...line("reason", shown.statusReason),
      ["callback", to],
      ["its status", statusCell(callbackStatus, toneOfCallback(callbackStatus))],
      ...many("event type", shown.eventCategoryTypes),
      ...many("filter", shown.filters),
    ],
  };
}

/** Where ENS does not show schemes, the callbacks that use one are all that is known of it. Source: ENS REST contract §11 #3. */
async function findScheme(run: Run, id: string): Promise<Found | undefined> {
  const live = await getAuthScheme(run.ens, id).catch(nothingWhenAbsent);
  const callbacks = await readCallbacks(run);
  const users = callbacks.filter(({ authId }) => authId === id);
  const used = schemesOf(users).find(({ authId }) => authId === id);
  if (live === undefined && used === undefined) return undefined;
  const grantType = live?.grantType ?? null;
  const at = live?.authUrl === undefined ? null : shownUrl(live.authUrl);
  return {
    document: { kind: "auth-scheme", authId: id, authUrl: at, grantType, callbacks: used?.callbacks ?? [] },
    page: [
      ["auth scheme", id],
      ...line("token url", at),
      ...line("grant", grantType),
      ...many(
        "callback",
        users.map(({ callbackName, callbackId }) => `${callbackName} (${callbackId})`),
      ),
    ],
  };
}

function line(name: string, value: string | number | null): (readonly [string, string])[] {
  return value === null || value === "none" ? [] : [[name, String(value)]];
}

function many(noun: string, values: readonly string[]): (readonly [string, string])[] {
  if (values.length === 0) return [[`${noun}s`, "none"]];
  return values.map((value, at) => [at === 0 ? `${noun}s` : "", value]);
}
