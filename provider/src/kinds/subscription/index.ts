import type { z } from "zod";
import {
  deleteSubscription,
  getSubscription,
  type LiveSubscription,
  listSubscriptions,
  updateSubscription,
} from "../../ens/api";
import { textSet } from "../../ens/codec";
import { EnsError } from "../../ens/errors";
import { poll, READ_LAG_MS } from "../../ens/poll";
import { ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { type Kind, without } from "../kind";
import { resourceName } from "../names";
import { Progress } from "../progress";
import { createOrAdopt, findNameOwner, nameTakenError, withInputHints } from "./create-or-adopt";
import { waitForReplacement } from "./handover";
import { lintSelection } from "./lint-selection";
import { formOf, type Inputs, inputs, type SubscriptionState } from "./schema";
import { inOrderOf, restoreSpelling, sameKey } from "./selection";

export type SubscriptionInputs = z.input<typeof inputs>;
export type { SubscriptionState } from "./schema";

/** Sets, which a program may write in any order. */
const SETS = ["eventCategoryTypes", "filters"];

/** Source: ENS REST contract §2.8 to §2.12, §4. */
export const subscription: Kind<Inputs, SubscriptionState> = {
  name: "Subscription",
  noun: "subscription",
  identity: "subscriptionId",
  inputs,
  named: { property: "subscriptionName", by: "callbackId" },
  normalize: (property, value) => {
    if (property === "subscriptionName" && typeof value === "string") return value.trim();
    if (!SETS.includes(property) || !Array.isArray(value)) return undefined;
    return textSet(value.map((each: unknown) => String(each).trim()));
  },
  spelling: ({ filters }) => ({ filtersForm: formOf(filters) }),
  written: ({ filters, filtersForm }) => (filtersForm === "object" ? asObject(filters) : {}),
  warnings: lintSelection,
  replaces: ["callbackId"],
  uncompared: ["statusReason", "adopt", "owner", "autoNamed", "ignoredPaths"],
  unique: ["subscriptionName"],
  unfinished: ({ unconfirmed }) => unconfirmed === true,
  replacement({ deletesFirst, perhaps }) {
    const condition = perhaps ? "its callback is not known yet: if it changes, " : "";
    if (!deletesFirst) return undefined;
    return `${condition}it is deleted before it is made anew, because it keeps its name: events in between are lost`;
  },
  label: ({ subscriptionName, owner }) => subscriptionName ?? (owner === undefined ? "?" : resourceName(owner)),

  async create(run, inputs) {
    const live = await createOrAdopt(run, inputs);
    const { subscriptionId: id } = live;
    const now = run.clock.now(); // not when ENS was asked first: it may have made us wait
    const predecessor = run.objects.predecessorOf(ownerKey("Subscription", inputs.owner))?.id;
    const replaces = predecessor === undefined || predecessor === id ? {} : { replaces: predecessor };
    const createdAt = new Date(now).toISOString();
    const first = { ...withLive({ ...inputs, subscriptionId: id }, live), createdAt, ...replaces };
    const progress = new Progress<SubscriptionState>("subscription", id, first, true);
    const state = await progress.finish(() => reconcile(run, id, progress, inputs));
    if (predecessor !== undefined && state.status === "active") run.objects.rememberSuccessor(predecessor, now);
    return { id, state };
  },

  async read(run, id, state) {
    const all = await listSubscriptions(run.ens, state.callbackId, { shared: true });
    const live = all.find((each) => each.subscriptionId === id) ?? (await getSubscription(run.ens, id));
    return withLive(without(state, "unconfirmed"), live); // all that an update changes is seen now
  },

  async update(run, id, inputs, state) {
    const progress = new Progress<SubscriptionState>("subscription", id, state, false);
    return progress.finish(() => reconcile(run, id, progress, inputs));
  },

  async delete(run, id, state) {
    run.objects.deleting.add(id); // also while it waits: who deletes its callback must know
    try {
      await waitForReplacement(run, state);
      await run.trackDelete(id, () => deleteSubscription(run.ens, id));
    } finally {
      run.objects.deleting.delete(id);
    }
  },

  async findName(run, id, { callbackId }, fresh) {
    if (fresh) return (await getSubscription(run.ens, id)).subscriptionName;
    const names = await run.namesIn(`subscriptions of ${callbackId}`, async () => {
      const all = await listSubscriptions(run.ens, callbackId);
      return new Map(all.map(({ subscriptionId, subscriptionName }) => [subscriptionId, subscriptionName]));
    });
    return names.get(id);
  },
};

/** An object cannot say the same key twice: then it stays a list. */
function asObject(filters: readonly string[]): { filters?: Record<string, string> } {
  const pairs = filters.map(
    (filter) => [filter.split("=", 1)[0] ?? "", filter.slice(filter.indexOf("=") + 1)] as const,
  );
  return new Set(pairs.map(([key]) => key)).size < pairs.length ? {} : { filters: Object.fromEntries(pairs) };
}

/** All that PUT wants even for a change of one; `status` only when it changes. Source: ENS REST contract §2.11, §11 #28. */
type Asked = Pick<Inputs, "subscriptionName" | "eventCategoryTypes" | "filters"> &
  Partial<Pick<Inputs, "status" | "statusReason">>;

/** An existing subscription becomes what the program asks. */
async function reconcile(run: Run, id: string, progress: Progress<SubscriptionState>, inputs: Inputs): Promise<void> {
  const { state } = progress;
  const { subscriptionName, status, statusReason } = inputs;
  const unconfirmed = state.unconfirmed === true;
  const turned = status === state.status && !unconfirmed ? {} : { status, statusReason };
  const [eventCategoryTypes, filters] = [textSet(inputs.eventCategoryTypes), textSet(inputs.filters)];
  const asked = { subscriptionName, eventCategoryTypes, filters, ...turned };
  const bare = without(without(without(state, "adopt"), "generatedName"), "unconfirmed");
  const wanted: SubscriptionState = { ...bare, ...inputs };
  if (differences(state, asked).length > 0 || unconfirmed) {
    await send(run, id, progress, asked);
    const seen = await waitForUpdate(run, id, asked);
    const now = { ...withLive(wanted, seen), statusReason };
    progress.record(now);
    const kept = differences(seen, asked).join(" and ");
    if (kept !== "") {
      const message = `subscription ${id}: ENS took the change and still shows another ${kept}`;
      const next = "run 'pulumi up' again, or look at it in Setup";
      throw progress.unfinished(`${message} after ${READ_LAG_MS / 1000} s; ${next}`);
    }
    return;
  }
  progress.learn(wanted);
}

/** Sends it. What ENS refuses because somebody else has done it already is done. */
async function send(run: Run, id: string, progress: Progress<SubscriptionState>, asked: Asked): Promise<void> {
  const before = progress.state;
  const put = async (body: Asked) => {
    try {
      await updateSubscription(run.ens, { subscriptionId: id, ...body });
      progress.record({ ...before, unconfirmed: true }); // until it is seen
    } catch (error) {
      if (!(error instanceof EnsError && error.lost)) throw error;
      progress.record({ ...before, unconfirmed: true });
      throw error;
    }
  };
  try {
    await put(asked);
  } catch (error) {
    if (!(error instanceof EnsError) || (error.status !== 400 && error.status !== 409)) throw error;
    const live = await getSubscription(run.ens, id); // also tells when it is gone. Source: §11 #30
    const left = differences(live, asked);
    if (asked.status === live.status) {
      await put(without(without(asked, "status"), "statusReason"));
      return;
    }
    const whose = left.includes("subscriptionName") ? await findNameOwner(run, asked.subscriptionName) : undefined;
    throw whose === undefined ? withInputHints(error, asked) : nameTakenError(error, whose);
  }
}

/** What ENS shows in the end. It may show a change late, or not have taken all of it. Source: §11 #14, #37. */
async function waitForUpdate(run: Run, id: string, asked: Asked): Promise<LiveSubscription> {
  let last: LiveSubscription | EnsError | undefined;
  await poll(run, READ_LAG_MS, `ENS to show the change of subscription ${id}`, async () => {
    last = await getSubscription(run.ens, id).catch(itselfWhenGone);
    return !(last instanceof EnsError) && differences(last, asked).length === 0 ? true : undefined;
  });
  if (last === undefined || last instanceof EnsError) throw last;
  return last;
}

/** The properties in which it is not as asked; how ENS words a reason is its own affair. */
function differences(
  seen: Omit<LiveSubscription, "statusReason" | "callbackId" | "subscriptionId">,
  asked: Asked,
): string[] {
  const known = {
    ...seen,
    eventCategoryTypes: restoreSpelling(seen.eventCategoryTypes, asked.eventCategoryTypes),
    filters: textSet(seen.filters),
  };
  const keys = ["subscriptionName", "eventCategoryTypes", "filters", "status"] as const;
  return keys.filter((key) => asked[key] !== undefined && JSON.stringify(asked[key]) !== JSON.stringify(known[key]));
}

function itselfWhenGone(error: unknown): EnsError {
  if (error instanceof EnsError && error.gone) return error;
  throw error;
}

/**
 * What ENS says now, in the program's order. The reason stays the one we gave for as long as the status stays: ENS words
 * it in two ways.
 */
function withLive(
  state: Omit<SubscriptionState, "status"> & { status?: string },
  live: LiveSubscription,
): SubscriptionState {
  const { statusReason, ...seen } = live;
  // A resource that only reads an object need not say what it has.
  const { eventCategoryTypes: asked = [], filters: written = [] } = state as Partial<SubscriptionState>;
  const types = restoreSpelling(seen.eventCategoryTypes, asked);
  const eventCategoryTypes = inOrderOf(types, asked);
  const filters = inOrderOf(seen.filters, written, sameKey);
  const turned = state.status !== undefined && state.status !== live.status;
  return { ...state, ...seen, eventCategoryTypes, filters, ...(turned && statusReason ? { statusReason } : {}) };
}
