import { z } from "zod";
import type { EnsClient } from "../ens/client";
import { isRecord, list, one, textSet } from "../ens/codec";
import { EnsError, emptyWhenGone } from "../ens/errors";
import { poll, READ_LAG_MS, VERIFICATION_LAG_MS } from "../ens/poll";
import { text, wrong } from "../ens/property";
import { isVerified } from "../verification/verify";
import { isOurs, type Kind, keeping } from "./kind";

const PATH = "/platform/v1/ens-subscriptions";
/** Source: ENS REST contract §7. */
const MOST_PER_CALLBACK = 200;
/** How long an object is looked for whose creation nobody confirmed. */
const LOST_MS = 5000;
const TRIES = 3;
const TYPES = `a list of event types, like ["TransactionalSendEvents.EmailSent"]`;
const FILTERS = `"key=value" texts, or an object of keys and values`;

const set = (values: string[]) => textSet(values);
const eventType = text("an event type, like TransactionalSendEvents.EmailSent").regex(/^[^.\s]+\.[^.\s]+$/, {
  error: (issue) => `is ${JSON.stringify(issue.input)}; write it as Category.Type, like EngagementEvents.EmailOpen`,
});
const filter = text(FILTERS).regex(/^[^=]+=/, {
  error: (issue) => `is ${JSON.stringify(issue.input)}; write it as key=value`,
});

const inputs = z.strictObject({
  subscriptionName: text("a name that no other subscription has"),
  callbackId: text("the callbackId of a verified callback"),
  eventCategoryTypes: z
    .array(eventType, { error: (issue) => wrong(issue.input, TYPES) })
    .min(1, { error: `is empty; give ${TYPES}` })
    .transform(set),
  filters: z
    .preprocess(pairs, z.array(filter, { error: (issue) => wrong(issue.input, FILTERS) }).transform(set))
    .default([]),
  status: z.enum(["active", "paused"], { error: `is unknown; give "active" or "paused"` }).default("active"),
  statusReason: text("why the status changes, in words").default("set by pulumi-ens"),
  adopt: z.enum(["never", "always"], { error: `is unknown; give "never" or "always"` }).optional(),
});
const answer = z.object({
  subscriptionId: z.string().min(1),
  subscriptionName: z.string(),
  callbackId: z.string(),
  eventCategoryTypes: z.array(z.string()).transform(set),
  filters: z.array(z.string()).nullish().transform(textSet),
  status: z.string(),
  statusReason: z.string().nullish(),
});
const target = z.object({ status: z.string().nullish() });

export type SubscriptionInputs = z.input<typeof inputs>;
type Inputs = z.output<typeof inputs>;
type Live = z.output<typeof answer>;
/** `status` is ENS's word, which may be one that a program cannot ask for. */
export type SubscriptionState = Omit<Inputs, "status"> & { status: string; subscriptionId: string };

/** Source: ENS REST contract §2.8 to §2.12, §4. */
export const subscription: Kind<Inputs, SubscriptionState> = {
  noun: "subscription",
  inputs,
  replaces: ["callbackId"],
  uncompared: ["statusReason", "adopt"],
  unique: ["subscriptionName"],
  replacement: (deleteFirst) =>
    deleteFirst
      ? "it is deleted before it is made anew, because it keeps its name: events in between are lost"
      : undefined,
  label: ({ subscriptionName }) => subscriptionName ?? "?",

  async create(ens, inputs) {
    const live = await registered(ens, inputs);
    const id = live.subscriptionId;
    const state = merged({ ...inputs, subscriptionId: id }, live);
    return { id, state: await keeping("subscription", id, state, () => this.update(ens, id, inputs, state)) };
  },

  async read(ens, id, state) {
    const path = byCallback(state.callbackId);
    const found = (await ens.list(path, list(answer)).catch(emptyWhenGone)).find((each) => each.subscriptionId === id);
    return merged(state, found ?? (await ens.get(pathOf(id), one(answer))));
  },

  async update(ens, id, inputs, state) {
    const { subscriptionName, eventCategoryTypes, filters, status, statusReason } = inputs;
    const turned = status === state.status ? {} : { status, statusReason };
    const asked = { subscriptionName, eventCategoryTypes, filters, ...turned };
    const seen = Object.fromEntries(Object.keys(asked).map((key) => [key, state[key as keyof SubscriptionState]]));
    if (JSON.stringify(asked) === JSON.stringify(seen)) return { ...state, ...inputs };
    await ens.put(PATH, [{ subscriptionId: id, ...asked }], z.unknown());
    const live = merged({ ...state, ...inputs }, await ens.get(pathOf(id), one(answer)));
    return { ...live, statusReason };
  },

  delete: (ens, id) => ens.delete(pathOf(id)),
};

const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
const byCallback = (callbackId: string) => `/platform/v1/ens-subscriptions-by-cb/${encodeURIComponent(callbackId)}`;

/**
 * The subscription in ENS: made now, after what an earlier run of this very resource left is removed; or made by somebody
 * else under this name on this callback, where `adopt` allows it.
 */
async function registered(ens: EnsClient, inputs: Inputs): Promise<Live> {
  const { callbackId, subscriptionName: name } = inputs;
  const known = await named(ens, callbackId, name);
  const adopts = inputs.adopt === "always";
  if (known !== undefined && adopts) return known;
  const { status: _, statusReason: __, adopt: ___, ...body } = inputs;
  let lost = false;
  for (let tries = 1; ; tries += 1) {
    try {
      return await accepted(ens, callbackId, () => ens.post(PATH, [body], one(answer)));
    } catch (error) {
      if (!(error instanceof EnsError)) throw error;
      const taken = error.status === 304 || error.status === 409;
      if (!taken && !error.lost) throw error;
      const lookFor = error.lost ? LOST_MS : lost ? READ_LAG_MS : 0;
      lost ||= error.lost;
      const awaited = "the subscription that ENS may have made";
      const found = await poll(ens, lookFor, awaited, () => named(ens, callbackId, name));
      const madeNow = lost && found?.subscriptionId !== known?.subscriptionId;
      if (found !== undefined && (madeNow || adopts)) return found;
      // An earlier run left it: it was killed, or could not delete what it had replaced. It is made anew, not taken
      // over, because the engine may still delete the old one by its id.
      if (found !== undefined && isOurs(name) && tries < TRIES) {
        await ens.delete(pathOf(found.subscriptionId));
        continue;
      }
      // ENS takes a name once, so that after a look another try cannot make a second subscription.
      if (found === undefined && error.lost && tries < TRIES) continue;
      if (!taken) throw error;
      const whose =
        found === undefined ? "on another callback" : `(${found.subscriptionId}), not made by this resource`;
      const way = `choose another subscriptionName${found === undefined ? "" : ', or take it over with adopt: "always"'}`;
      throw new Error(`${error.message}: there is a subscription ${name} ${whose}; ${way}`, { cause: error });
    }
  }
}

/** A callback that was verified a moment ago may be refused for a while; nothing else is asked again. Source: §11 #38. */
async function accepted(ens: EnsClient, callbackId: string, post: () => Promise<Live>): Promise<Live> {
  let refused: unknown;
  const live = await poll(
    ens,
    VERIFICATION_LAG_MS,
    `ENS to accept subscriptions to callback ${callbackId}`,
    async () => {
      try {
        return await post();
      } catch (error) {
        refused = error;
        const runtime = error instanceof EnsError && (error.gone || (error.errorcode ?? 0) >= 30_000);
        if (!(runtime && (error.gone || error.status === 400))) throw error;
        await mustTakeAnother(ens, callbackId, error);
        return undefined;
      }
    },
  );
  if (live === undefined) throw refused;
  return live;
}

/** Explains the refusals that waiting does not cure. */
async function mustTakeAnother(ens: EnsClient, callbackId: string, error: EnsError): Promise<void> {
  const path = `/platform/v1/ens-callbacks/${encodeURIComponent(callbackId)}`;
  const callback = await ens.get(path, target).catch((failure: unknown) => {
    if (failure instanceof EnsError && failure.gone) return undefined;
    throw failure;
  });
  const refused = (why: string) => new Error(`${error.message}; ${why}`, { cause: error });
  if (callback === undefined) throw refused(`callback ${callbackId} does not exist in this business unit`);
  if (!isVerified(callback.status)) {
    throw refused(`callback ${callbackId} is "${callback.status}": it must be verified before it takes subscriptions`);
  }
  const { length } = await ens.get(byCallback(callbackId), list(z.unknown())).catch(emptyWhenGone);
  if (length >= MOST_PER_CALLBACK) {
    throw refused(`callback ${callbackId} has ${length} subscriptions, the most ENS allows; use another callback`);
  }
}

async function named(ens: EnsClient, callbackId: string, name: string): Promise<Live | undefined> {
  const all = await ens.get(byCallback(callbackId), list(answer)).catch(emptyWhenGone);
  return all.find((each) => each.subscriptionName === name);
}

/** What ENS says now. The reason stays the one we gave for as long as the status stays: ENS words it in two ways. */
function merged(state: Omit<SubscriptionState, "status"> & { status?: string }, live: Live): SubscriptionState {
  const { statusReason, ...seen } = live;
  const turned = state.status !== undefined && state.status !== live.status;
  return { ...state, ...seen, ...(turned && statusReason ? { statusReason } : {}) };
}

/** An object of filters as ENS's texts. */
function pairs(value: unknown): unknown {
  return isRecord(value) ? Object.entries(value).map(([key, wanted]) => `${key}=${wanted}`) : value;
}
