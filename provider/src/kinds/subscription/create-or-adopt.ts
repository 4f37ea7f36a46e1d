import {
  createSubscription,
  getCallbackStatus,
  getSubscription,
  type LiveSubscription,
  listCallbacks,
  listSubscriptions,
} from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { EnsError, nothingWhenGone } from "../../ens/errors";
import { poll, READ_LAG_MS, VERIFICATION_LAG_MS } from "../../ens/poll";
import { pickSent } from "../../properties/facts";
import { subscription as properties } from "../../properties/subscription";
import { type Holder, ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { createOnce } from "../create-once";
import { looksGenerated } from "../names";
import { findUndocumented } from "./lint-selection";
import type { Inputs } from "./schema";
import { asSets, sameSelection } from "./selection";

/** Source: ENS REST contract §7. */
const MOST_PER_CALLBACK = 200;
const HEAL = "if it is a resource of this stack, run 'pulumi up --refresh' to create it again";

/** ENS says that the name is taken. */
class Taken extends Error {
  constructor(readonly refusal: EnsError) {
    super(refusal.message, { cause: refusal });
  }
}

/**
 * The subscription of a resource that has none: created now; or one that the program adopts by its name; or one of this
 * very resource that the state does not know, because a run was killed or the entry was taken out of the state. That one
 * is recognized by its generated name and taken over in place, so that it goes on delivering.
 */
export async function createOrAdopt(run: Run, inputs: Inputs): Promise<LiveSubscription> {
  const { callbackId, subscriptionName: name } = inputs;
  const find = async () =>
    (await listSubscriptions(run.ens, callbackId)).find((each) => each.subscriptionName === name);
  const known = (await mayBeThere(run, inputs)) ? await find() : undefined;
  if (known !== undefined && inputs.adopt === "always") return adopt(run, inputs, known);
  const own = await takeOver(run, inputs, find, known);
  if (own !== undefined) return own;
  return createOnce<LiveSubscription, LiveSubscription>(run, {
    awaited: "the subscription that ENS may have made",
    post: () => createWhenAccepted(run, inputs),
    find,
    isTaken: (error) => error instanceof Taken,
    mayShowLate: () => inputs.generatedName !== undefined,
    async decide({ error, found, isLost, wasLost }) {
      // A name that the program gives proves nothing, so that the content must be what was sent just now.
      const isNew = wasLost && found !== undefined && found.subscriptionId !== known?.subscriptionId;
      if (isNew && (inputs.generatedName !== undefined || sameSelection(found, inputs))) return found;
      if (found !== undefined && !isLost && inputs.adopt === "always") return adopt(run, inputs, found);
      const late = await takeOver(run, inputs, find, found);
      if (late !== undefined) return late;
      if (isLost) throw error;
      const whose = await findNameOwner(run, name);
      const hidden = "another subscription, not to be seen from here, has the name";
      throw nameTakenError(error as Error, whose ?? hidden, found !== undefined);
    },
  });
}

/**
 * Whether the name may be there. Most generated names are free: one list for all creates of a run tells that, and ENS itself
 * refuses a name that is taken since. A typed name proves nothing when an answer is lost, so that what bears it must be known
 * from just before the POST.
 */
async function mayBeThere(run: Run, inputs: Inputs): Promise<boolean> {
  const { callbackId, generatedName } = inputs;
  if (generatedName === undefined) return true;
  // A callback that this run has created had none, and its id is part of the generated name.
  if (run.objects.creating.has(callbackId)) return false;
  const seen = await listBeforeCreates(run, callbackId);
  return seen.some(({ subscriptionName }) => subscriptionName === generatedName);
}

/** One that the program says to take over, unless another resource of the program has it. */
function adopt(run: Run, inputs: Inputs, found: LiveSubscription): LiveSubscription {
  const others = findOtherHolders(run, inputs, found);
  if (!others.some(({ owner }) => owner !== undefined && run.objects.inProgram.has(owner))) return found;
  const refused = new Error(`subscription ${found.subscriptionName} is not adopted`);
  throw nameTakenError(refused, "another resource of this program has it");
}

/** One that this very resource created and the state does not know; `undefined` when it is none. */
async function takeOver(
  run: Run,
  inputs: Inputs,
  find: () => Promise<LiveSubscription | undefined>,
  found: LiveSubscription | undefined,
): Promise<LiveSubscription | undefined> {
  const { subscriptionName: name, generatedName } = inputs;
  if (found === undefined || name !== generatedName) return undefined;
  const { subscriptionId: id } = found;
  if (run.objects.deleted.has(id) || run.objects.deleting.has(id)) return undefined;
  if (findOtherHolders(run, inputs, found).length > 0) {
    // It bore this name before it was renamed, and is renamed again in this run.
    const stays = async () => ((await find())?.subscriptionId === id ? undefined : true);
    if ((await poll(run, READ_LAG_MS, `the name ${name} to be free`, stays)) === true) return undefined;
    const why = `another resource of this stack has subscription ${id} with the name ${name}, which is generated for this one`;
    throw new Error(`${why}; run 'pulumi up' again when that resource has its new name`);
  }
  // A list may show it although it is gone.
  const live = await getSubscription(run.ens, id).catch(nothingWhenGone);
  if (live?.subscriptionName !== name) return undefined;
  await announce(run, inputs, id);
  return live;
}

/** A line for one that is taken over, which speaks for others at its callback: they may be hundreds. */
async function announce(run: Run, { callbackId, subscriptionName: name }: Inputs, id: string): Promise<void> {
  const { announced } = run.objects;
  const taken = `subscription ${id} (${name}) of this resource exists already and is taken over in place`;
  if (run.objects.isHeld(id)) {
    const way = "to create another one, give the resource the option deleteBeforeReplace: true";
    run.warn(`${taken}; ENS takes a name once: ${way}`);
    return;
  }
  if (announced.has(callbackId)) return;
  const others = (await listBeforeCreates(run, callbackId)).filter(
    (each) =>
      each.subscriptionId !== id && !run.objects.isHeld(each.subscriptionId) && looksGenerated(each.subscriptionName),
  );
  if (announced.has(callbackId)) return;
  if (others.length > 0) announced.add(callbackId);
  const rest = `callback ${callbackId} has ${others.length} more with generated names: those of this stack are taken over, too`;
  run.warn(others.length > 0 ? `${taken}; ${rest}` : taken);
}

function listBeforeCreates(run: Run, callbackId: string): Promise<LiveSubscription[]> {
  return run.askOnce(`subscriptions of ${callbackId} before creates`, () => listSubscriptions(run.ens, callbackId));
}

/** Entries of the state that hold it for another resource, as far as this run was told. */
function findOtherHolders(run: Run, { owner }: Inputs, { subscriptionId }: LiveSubscription): Holder[] {
  const own = ownerKey("Subscription", owner);
  return run.objects.holders(subscriptionId).filter((holder) => holder.owner !== undefined && holder.owner !== own);
}

/** A callback that was verified a moment ago may be refused for a while; nothing else is asked again. Source: §11 #38. */
async function createWhenAccepted(run: Run, inputs: Inputs): Promise<LiveSubscription> {
  const { subscriptionName, callbackId } = inputs;
  const body = asSets(pickSent(properties, ["fixed", "stored"], inputs));
  const awaited = `ENS to accept subscriptions to callback ${callbackId}`;
  let refused: unknown;
  const live = await poll(run, VERIFICATION_LAG_MS, awaited, async () => {
    try {
      return await createSubscription(run.ens, body);
    } catch (error) {
      refused = error;
      if (!(error instanceof EnsError)) throw error;
      await throwUnlessTransient(run, inputs, error);
      return undefined;
    }
  });
  if (live !== undefined) return live;
  const whose = await findNameOwner(run, subscriptionName);
  throw whose === undefined ? withInputHints(refused as EnsError, inputs) : nameTakenError(refused as EnsError, whose);
}

/**
 * Rejects with an explanation, unless the refusal may be one that waiting cures. Statuses and codes are open, so ENS is
 * asked what is the matter. Source: §9.2, §11 #17, #24, #25, #26, #38.
 */
async function throwUnlessTransient(run: Run, inputs: Inputs, error: EnsError): Promise<void> {
  const { callbackId, subscriptionName: name } = inputs;
  if (error.status === 304) throw new Taken(error);
  if (error.lost || ![400, 404, 409].includes(error.status ?? 0)) throw error;
  if (isInvalid(error) && findUndocumented(inputs).length > 0) throw withInputHints(error, inputs);
  const callback = await getCallbackStatus(run.ens, callbackId).catch(nothingWhenGone);
  const refused = (why: string) => new Error(`${error.message}; ${why}`, { cause: error });
  if (callback === undefined) throw refused(`callback ${callbackId} does not exist in this business unit; ${HEAL}`);
  if (!isVerified(callback.status)) {
    throw refused(`callback ${callbackId} is "${callback.status}": it must be verified before it takes subscriptions`);
  }
  const others = await listSubscriptions(run.ens, callbackId);
  if (others.some((each) => each.subscriptionName === name)) throw new Taken(error);
  if (others.length >= MOST_PER_CALLBACK) {
    const way = "use another callback, or one subscription for several event types";
    throw refused(`callback ${callbackId} has ${others.length} subscriptions, the most ENS allows; ${way}`);
  }
  if (error.status === 409) throw new Taken(error);
  if (isInvalid(error)) throw error;
}

/** ENS refused what is in the body, as far as it says: no state of an object. Source: ENS REST contract §9.2. */
const isInvalid = ({ status, errorcode = 0 }: EnsError) => status === 400 && errorcode < 30_000;

/** A refusal, with what of ours looks unknown, if anything does. */
export function withInputHints(error: EnsError, inputs: Pick<Inputs, "eventCategoryTypes" | "filters">): Error {
  const looks = error.status === 400 ? findUndocumented(inputs) : [];
  return looks.length === 0 ? error : new Error(`${error.message}; ${looks.join("; ")}`, { cause: error });
}

/** A refusal of a name, and what to do; `adoptable` when who has it is on the very callback. */
export function nameTakenError(refusal: Error, whose: string, adoptable = false): Error {
  const way = `choose another subscriptionName${adoptable ? ', or take it over with adopt: "always"' : ""}`;
  return new Error(`${refusal.message}; ${whose}; ${way}`, { cause: refusal });
}

/** Who has a name, as far as this package may see it: names may be unique in a wider place. Source: §11 #16. */
export async function findNameOwner(run: Run, name: string): Promise<string | undefined> {
  const callbacks = await listCallbacks(run.ens, { shared: true }).catch(emptyWhenRefused);
  const all = await Promise.all(
    callbacks.map(async ({ callbackId, callbackName }) => {
      const subscriptions = await listSubscriptions(run.ens, callbackId, { shared: true }).catch(emptyWhenRefused);
      const found = subscriptions.find((each) => each.subscriptionName === name);
      return found && `callback ${callbackName} (${callbackId}) has a subscription ${name} (${found.subscriptionId})`;
    }),
  );
  const whose = all.find((each) => each !== undefined);
  return whose && `${whose}, not made by this resource`;
}

/** Only to say more about a failure, so that another failure says nothing. */
function emptyWhenRefused(error: unknown): never[] {
  if (error instanceof EnsError) return [];
  throw error;
}
