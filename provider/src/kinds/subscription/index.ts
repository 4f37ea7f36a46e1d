import { deleteSubscription, getSubscription, listSubscriptions } from "../../ens/api";
import { textSet } from "../../ens/codec";
import { subscription as properties } from "../../properties/subscription";
import { ownerKey } from "../../run/objects";
import { defineKind, without } from "../kind";
import { resourceName } from "../names";
import { Progress } from "../progress";
import { reconcile } from "./change";
import { createOrAdopt } from "./create-or-adopt";
import { waitForReplacement } from "./handover";
import { importSubscription } from "./import";
import { lintSelection } from "./lint-selection";
import { type FiltersForm, formOf, forms, type Inputs, type SubscriptionState } from "./schema";
import { withLive } from "./state";

export type { SubscriptionState } from "./schema";

/** Properties that are sets, which a program may write in any order. */
const SETS = ["eventCategoryTypes", "filters"];

/** Source: ENS REST contract §2.8 to §2.12, §4. */
export const subscription = defineKind<Inputs, SubscriptionState>({
  name: "Subscription",
  noun: "subscription",
  properties,
  forms,
  named: { property: "subscriptionName", by: "callbackId" },
  normalize: (property, value) => {
    if (property === "subscriptionName" && typeof value === "string") return value.trim();
    if (!SETS.includes(property) || !Array.isArray(value)) return undefined;
    return textSet(value.map((each: unknown) => String(each).trim()));
  },
  spellingOf: ({ filters }) => ({ filtersForm: formOf(filters) }),
  inWrittenForm: ({ filters, filtersForm }) => (filtersForm === "object" ? asObject(filters) : {}),
  warnings: (selection, { filtersForm }) => lintSelection(selection, filtersForm as FiltersForm),
  needsUpdate: ({ unconfirmed }) => unconfirmed === true,
  warnOfReplacement({ deletesFirst, perhaps }) {
    const condition = perhaps ? "the new callback is not known yet. If it changes, " : "";
    if (!deletesFirst) return undefined;
    return `${condition}the subscription is deleted before the new one is created, because its name stays the same. Events in between are lost.`;
  },
  label: ({ subscriptionName, owner }) =>
    subscriptionName ?? (owner === undefined ? "with unknown name" : resourceName(owner)),

  async create(run, inputs) {
    const live = await createOrAdopt(run, inputs);
    const { subscriptionId: id } = live;
    const now = run.clock.now(); // after the request, which may have waited
    const predecessor = run.objects.predecessorOf(ownerKey("Subscription", inputs.owner))?.id;
    const replaces = predecessor === undefined || predecessor === id ? {} : { replaces: predecessor };
    const createdAt = new Date(now).toISOString();
    const first = { ...withLive({ before: { ...inputs, subscriptionId: id }, live }), createdAt, ...replaces };
    const progress = new Progress<SubscriptionState>("subscription", id, first, true);
    const state = await progress.finish(() => reconcile(run, id, progress, inputs));
    if (predecessor !== undefined && state.status === "active") run.objects.rememberSuccessor(predecessor, now);
    return { id, state };
  },

  import: importSubscription,

  async read(run, id, state) {
    const all = await listSubscriptions(run.ens, state.callbackId, { shared: true });
    const live = all.find((each) => each.subscriptionId === id) ?? (await getSubscription(run.ens, id));
    return withLive({ before: without(state, "unconfirmed"), live }); // ENS now shows everything that an update changes
  },

  async update(run, id, inputs, state) {
    const progress = new Progress<SubscriptionState>("subscription", id, state, false);
    return progress.finish(() => reconcile(run, id, progress, inputs));
  },

  async delete(run, id, state) {
    run.objects.deleting.add(id); // also during the wait, because the delete of its callback checks this
    try {
      await waitForReplacement(run, state);
      await run.trackDelete(id, () => deleteSubscription(run.ens, id));
    } finally {
      run.objects.deleting.delete(id);
    }
  },

  async findName(run, id, { callbackId }, fresh) {
    if (fresh) return (await getSubscription(run.ens, id)).subscriptionName;
    const names = await run.askOnce(`names of subscriptions of ${callbackId}`, async () => {
      const all = await listSubscriptions(run.ens, callbackId);
      return new Map(all.map(({ subscriptionId, subscriptionName }) => [subscriptionId, subscriptionName]));
    });
    return names.get(id);
  },
});

/** Converts filters into an object, unless two of them have the same key. */
function asObject(filters: readonly string[]): { filters?: Record<string, string> } {
  const pairs = filters.map(
    (filter) => [filter.split("=", 1)[0] ?? "", filter.slice(filter.indexOf("=") + 1)] as const,
  );
  return new Set(pairs.map(([key]) => key)).size < pairs.length ? {} : { filters: Object.fromEntries(pairs) };
}
