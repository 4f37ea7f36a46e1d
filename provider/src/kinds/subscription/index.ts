import { z } from "zod";
import type { EnsClient } from "../../ens/client";
import { list, one } from "../../ens/codec";
import { EnsError, emptyWhenGone } from "../../ens/errors";
import { poll, READ_LAG_MS } from "../../ens/poll";
import { InitializationFailed, isOurs, type Kind, keeping, without } from "../kind";
import { doubts } from "./doubts";
import { handedOver, started } from "./handover";
import { doubtful, holder, nameless, registered } from "./registration";
import {
  answer,
  byCallback,
  type Inputs,
  inputs,
  type Live,
  PATH,
  pathOf,
  type SubscriptionState,
  spelt,
} from "./wire";

export type SubscriptionInputs = z.input<typeof inputs>;
export type { SubscriptionState } from "./wire";

/** Source: ENS REST contract §2.8 to §2.12, §4. */
export const subscription: Kind<Inputs, SubscriptionState> = {
  noun: "subscription",
  inputs,
  warnings: doubts,
  replaces: ["callbackId"],
  uncompared: ["statusReason", "adopt"],
  unique: ["subscriptionName"],
  replacement(deleteFirst, { subscriptionName }) {
    if (deleteFirst)
      return "it is deleted before it is made anew, because it keeps its name: events in between are lost";
    if (isOurs(subscriptionName)) return undefined;
    return "it is deleted as soon as the new one is made, which takes up to two minutes to be in effect: events in between are lost";
  },
  label: ({ subscriptionName }) => subscriptionName ?? "?",

  async create(ens, inputs) {
    const live = await registered(ens, inputs);
    const id = live.subscriptionId;
    const createdAt = new Date(ens.clock.now()).toISOString(); // not when ENS was asked first: it may have made us wait
    const state = { ...merged({ ...inputs, subscriptionId: id }, live), createdAt };
    const made = await keeping("subscription", id, state, () => this.update(ens, id, inputs, state));
    started(ens, made);
    return { id, state: made };
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
    const before = { ...without(state, "adopt"), ...inputs };
    if (differences(state, asked).length === 0) return before;
    await put(ens, id, asked);
    return { ...(await taken(ens, id, asked, before)), statusReason };
  },

  async delete(ens, id, state) {
    ens.deleting.add(id); // also while it waits: who deletes its callback must know
    try {
      await handedOver(ens, state);
      await ens.delete(pathOf(id));
    } finally {
      ens.deleting.delete(id);
    }
  },
};

/** All that PUT wants even for a change of one; `status` only when it changes. Source: ENS REST contract §2.11, §11 #28. */
type Asked = Pick<Inputs, "subscriptionName" | "eventCategoryTypes" | "filters"> &
  Partial<Pick<Inputs, "status" | "statusReason">>;

/** Sends it. What ENS refuses because somebody else has done it already is done. */
async function put(ens: EnsClient, id: string, asked: Asked): Promise<void> {
  const send = (body: Asked) => ens.put(PATH, [{ subscriptionId: id, ...body }], z.unknown());
  try {
    await send(asked);
  } catch (error) {
    if (!(error instanceof EnsError) || (error.status !== 400 && error.status !== 409)) throw error;
    const live = await ens.get(pathOf(id), one(answer)); // also tells when it is gone. Source: §11 #30
    const left = differences(live, asked);
    if (asked.status === live.status) {
      await send(without(without(asked, "status"), "statusReason"));
      return;
    }
    const whose = left.includes("subscriptionName") ? await holder(ens, asked.subscriptionName) : undefined;
    throw whose === undefined ? doubtful(error, asked) : nameless(error, whose);
  }
}

/** What ENS shows after a change that it took. It may show it late, or not have taken all of it. Source: §11 #14, #37. */
async function taken(ens: EnsClient, id: string, asked: Asked, before: SubscriptionState): Promise<SubscriptionState> {
  let last: Live | EnsError | undefined;
  await poll(ens, READ_LAG_MS, `ENS to show the change of subscription ${id}`, async () => {
    last = await ens.get(pathOf(id), one(answer)).catch(itselfWhenGone);
    return !(last instanceof EnsError) && differences(last, asked).length === 0 ? true : undefined;
  });
  if (last === undefined || last instanceof EnsError) throw last;
  const state = merged(before, last);
  const kept = differences(last, asked).join(" and ");
  if (kept === "") return state;
  const message = `subscription ${id}: ENS took the change and still shows another ${kept} after ${READ_LAG_MS / 1000} s`;
  throw new InitializationFailed(id, state, `${message}; run 'pulumi up' again, or look at it in Setup`);
}

/** The properties in which it is not as asked; how ENS words a reason is its own affair. */
function differences(seen: Omit<Live, "statusReason">, asked: Asked): string[] {
  const known = { ...seen, eventCategoryTypes: spelt(seen.eventCategoryTypes, asked.eventCategoryTypes) };
  const keys = ["subscriptionName", "eventCategoryTypes", "filters", "status"] as const;
  return keys.filter((key) => asked[key] !== undefined && JSON.stringify(asked[key]) !== JSON.stringify(known[key]));
}

function itselfWhenGone(error: unknown): EnsError {
  if (error instanceof EnsError && error.gone) return error;
  throw error;
}

/** What ENS says now. The reason stays the one we gave for as long as the status stays: ENS words it in two ways. */
function merged(state: Omit<SubscriptionState, "status"> & { status?: string }, live: Live): SubscriptionState {
  const { statusReason, ...seen } = live;
  const eventCategoryTypes = spelt(seen.eventCategoryTypes, state.eventCategoryTypes);
  const turned = state.status !== undefined && state.status !== live.status;
  return { ...state, ...seen, eventCategoryTypes, ...(turned && statusReason ? { statusReason } : {}) };
}
