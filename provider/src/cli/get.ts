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

/** The object that an id belongs to, as a JSON document and as lines for a terminal. */
interface Found {
  readonly document: object;
  readonly page: readonly (readonly [string, Cell])[];
}

export const get = defineCommand(
  {
    name: "get",
    summary: "Show one callback, subscription or auth scheme",
    about: "Shows the callback, subscription or auth scheme with this id. Signature keys are never shown.",
    parameters: [{ name: "id", text: "The id of a callback, a subscription or an auth scheme." }],
    options: {
      "show-url": { type: "boolean", text: "Show the whole URL of a callback instead of its host." },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "The object was printed.", 1: "There is no such object, or ENS could not be read." },
  },
  async ({ values, parameters: [id = ""] }, terminal) => {
    const found = await withRun(terminal, async (run) => {
      const object = await findObject(run, id, values["show-url"]);
      if (object !== undefined) return object;
      const unit = await run.accountId();
      const where = unit === undefined ? "this business unit" : `business unit ${unit}`;
      throw new Error(
        `${where} has no callback, subscription or auth scheme with this id. Run \`ens list\` to see all ids.`,
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
      ...rowFor("reason", shown.statusReason),
      showsUrl ? ["url", callback.url] : ["host", host],
      ...rowFor("batch size", shown.maxBatchSize),
      ...rowFor("auth scheme", shown.authId),
      ...rowsFor(
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
      ...rowFor("reason", shown.statusReason),
      ["callback", to],
      ["callback status", statusCell(callbackStatus, toneOfCallback(callbackStatus))],
      ...rowsFor("event type", shown.eventCategoryTypes),
      ...rowsFor("filter", shown.filters),
    ],
  };
}

/**
 * Finds an auth scheme by its id. When ENS returns no auth schemes, the callbacks that use the id prove that it exists.
 * Source: ENS REST contract §11 #3.
 */
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
      ...rowFor("token url", at),
      ...rowFor("grant", grantType),
      ...rowsFor(
        "callback",
        users.map(({ callbackName, callbackId }) => `${callbackName} (${callbackId})`),
      ),
    ],
  };
}

function rowFor(name: string, value: string | number | null): (readonly [string, string])[] {
  return value === null || value === "none" ? [] : [[name, String(value)]];
}

function rowsFor(noun: string, values: readonly string[]): (readonly [string, string])[] {
  if (values.length === 0) return [[`${noun}s`, "none"]];
  return values.map((value, at) => [at === 0 ? `${noun}s` : "", value]);
}
