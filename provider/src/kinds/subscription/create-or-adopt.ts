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
const RECREATE = "If it is a resource of this stack, run 'pulumi up --refresh' to re-create it.";

/** ENS rejected the name, because another subscription uses it. */
class NameTaken extends Error {
  constructor(rejection: EnsError) {
    super(rejection.message, { cause: rejection });
  }
}

/**
 * Creates the subscription of a resource, or adopts one by its name if the program asks for it, or takes over one that
 * this resource created earlier and that is not in the state, because a run was interrupted or the entry was removed.
 * The generated name identifies such a subscription. It is taken over in place, so that ENS continues to deliver its
 * events.
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
    awaited: "the subscription that ENS may have created",
    post: () => createWhenAccepted(run, inputs),
    find,
    isTaken: (error) => error instanceof NameTaken,
    mayShowLate: () => inputs.generatedName !== undefined,
    async decide({ error, found, isLost, wasLost }) {
      // A name that the program sets does not identify the subscription, so its content must match what was just sent.
      const isNew = wasLost && found !== undefined && found.subscriptionId !== known?.subscriptionId;
      if (isNew && (inputs.generatedName !== undefined || sameSelection(found, inputs))) return found;
      if (found !== undefined && !isLost && inputs.adopt === "always") return adopt(run, inputs, found);
      const late = await takeOver(run, inputs, find, found);
      if (late !== undefined) return late;
      if (isLost) throw error;
      const owner = await findNameOwner(run, name);
      const hidden = "The name is used by a subscription that these credentials cannot see.";
      throw nameTakenError(error as Error, owner ?? hidden, found !== undefined);
    },
  });
}

/**
 * Whether a subscription with the name may exist. Most generated names are free. One list shows that for all creates of
 * a run, and ENS rejects a name that is used since then. A name that the program sets does not identify the
 * subscription after a lost response, so the subscriptions must be read just before the POST.
 */
async function mayBeThere(run: Run, inputs: Inputs): Promise<boolean> {
  const { callbackId, generatedName } = inputs;
  if (generatedName === undefined) return true;
  // A callback that this run has created had no subscriptions, and its id is part of the generated name.
  if (run.objects.creating.has(callbackId)) return false;
  const seen = await listBeforeCreates(run, callbackId);
  return seen.some(({ subscriptionName }) => subscriptionName === generatedName);
}

/** Returns a subscription that the program adopts. Throws if another resource of the program manages it. */
function adopt(run: Run, inputs: Inputs, found: LiveSubscription): LiveSubscription {
  const others = findOtherHolders(run, inputs, found);
  if (!others.some(({ owner }) => owner !== undefined && run.objects.inProgram.has(owner))) return found;
  const rejection = new Error(`subscription ${found.subscriptionName} cannot be adopted`);
  throw nameTakenError(rejection, "Another resource of this program manages it.");
}

/**
 * Takes over a subscription that this resource created and that is not in the state; `undefined` if it is another one.
 */
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
    // The other resource had this name before, and this run renames its subscription.
    const isFree = async () => ((await find())?.subscriptionId === id ? undefined : true);
    if ((await poll(run, READ_LAG_MS, `the name ${name} to be free`, isFree)) === true) return undefined;
    const why = `another resource of this stack manages subscription ${id}, whose name ${name} is generated for this resource`;
    throw new Error(`${why}. Run 'pulumi up' again after the other resource has its new name.`);
  }
  // A list may contain a subscription that no longer exists.
  const live = await getSubscription(run.ens, id).catch(nothingWhenGone);
  if (live?.subscriptionName !== name) return undefined;
  await announce(run, inputs, id);
  return live;
}

/**
 * Reports a subscription that is taken over. The line also covers the others of its callback, which may be hundreds.
 */
async function announce(run: Run, { callbackId, subscriptionName: name }: Inputs, id: string): Promise<void> {
  const { announced } = run.objects;
  const taken = `subscription ${id} (${name}) of this resource already exists and is taken over in place`;
  if (run.objects.isHeld(id)) {
    const way = "To create a new subscription, set the resource option deleteBeforeReplace: true.";
    run.warn(`${taken}, because ENS accepts a name only once. ${way}`);
    return;
  }
  if (announced.has(callbackId)) return;
  const others = (await listBeforeCreates(run, callbackId)).filter(
    (each) =>
      each.subscriptionId !== id && !run.objects.isHeld(each.subscriptionId) && looksGenerated(each.subscriptionName),
  );
  if (announced.has(callbackId)) return;
  if (others.length > 0) announced.add(callbackId);
  const more = `${others.length} more subscription${others.length === 1 ? "" : "s"} with a generated name`;
  const rest = `Callback ${callbackId} has ${more}. Those of this stack are taken over too.`;
  run.warn(others.length > 0 ? `${taken}. ${rest}` : taken);
}

function listBeforeCreates(run: Run, callbackId: string): Promise<LiveSubscription[]> {
  return run.askOnce(`subscriptions of ${callbackId} before creates`, () => listSubscriptions(run.ens, callbackId));
}

/** Returns the entries of the state in which another resource manages the subscription, as far as this run knows. */
function findOtherHolders(run: Run, { owner }: Inputs, { subscriptionId }: LiveSubscription): Holder[] {
  const own = ownerKey("Subscription", owner);
  return run.objects.holders(subscriptionId).filter((holder) => holder.owner !== undefined && holder.owner !== own);
}

/**
 * Creates a subscription. Repeats the request if ENS rejects it because the callback was verified only recently. No
 * other rejection is repeated. Source: §11 #38.
 */
async function createWhenAccepted(run: Run, inputs: Inputs): Promise<LiveSubscription> {
  const { subscriptionName, callbackId } = inputs;
  const body = asSets(pickSent(properties, ["fixed", "stored"], inputs));
  const awaited = `ENS to accept subscriptions to callback ${callbackId}`;
  let rejection: unknown;
  const live = await poll(run, VERIFICATION_LAG_MS, awaited, async () => {
    try {
      return await createSubscription(run.ens, body);
    } catch (error) {
      rejection = error;
      if (!(error instanceof EnsError)) throw error;
      await throwUnlessTransient(run, inputs, error);
      return undefined;
    }
  });
  if (live !== undefined) return live;
  const owner = await findNameOwner(run, subscriptionName);
  throw owner === undefined
    ? withInputHints(rejection as EnsError, inputs)
    : nameTakenError(rejection as EnsError, owner);
}

/**
 * Throws with an explanation, unless the rejection may be a transient error. The status codes are not documented, so
 * the cause is read from ENS. Source: §9.2, §11 #17, #24, #25, #26, #38.
 */
async function throwUnlessTransient(run: Run, inputs: Inputs, error: EnsError): Promise<void> {
  const { callbackId, subscriptionName: name } = inputs;
  if (error.status === 304) throw new NameTaken(error);
  if (error.lost || ![400, 404, 409].includes(error.status ?? 0)) throw error;
  if (isInvalid(error) && findUndocumented(inputs).length > 0) throw withInputHints(error, inputs);
  const callback = await getCallbackStatus(run.ens, callbackId).catch(nothingWhenGone);
  const explained = (why: string) => new Error(`${error.message}\n${why}`, { cause: error });
  if (callback === undefined) {
    throw explained(`Callback ${callbackId} does not exist in this business unit. ${RECREATE}`);
  }
  if (!isVerified(callback.status)) {
    throw explained(
      `Callback ${callbackId} is "${callback.status}". It must be verified before it accepts subscriptions.`,
    );
  }
  const others = await listSubscriptions(run.ens, callbackId);
  if (others.some((each) => each.subscriptionName === name)) throw new NameTaken(error);
  if (others.length >= MOST_PER_CALLBACK) {
    const way = "Use another callback, or one subscription for several event types.";
    throw explained(`Callback ${callbackId} has ${others.length} subscriptions, which is the maximum in ENS. ${way}`);
  }
  if (error.status === 409) throw new NameTaken(error);
  if (isInvalid(error)) throw error;
}

/** Whether ENS rejected the content of the request, and not the state of an object. Source: ENS REST contract §9.2. */
const isInvalid = ({ status, errorcode = 0 }: EnsError) => status === 400 && errorcode < 30_000;

/** Adds inputs that are not documented to a rejection, because they may be its cause. */
export function withInputHints(error: EnsError, inputs: Pick<Inputs, "eventCategoryTypes" | "filters">): Error {
  const hints = error.status === 400 ? findUndocumented(inputs) : [];
  return hints.length === 0 ? error : new Error([error.message, ...hints].join("\n"), { cause: error });
}

/** Explains a rejected name. `adoptable`: the subscription with the name belongs to the same callback. */
export function nameTakenError(rejection: Error, owner: string, adoptable = false): Error {
  const way = `Choose another subscriptionName${adoptable ? ', or adopt the subscription with adopt: "always"' : ""}.`;
  return new Error(`${rejection.message}\n${owner} ${way}`, { cause: rejection });
}

/** Describes the subscription with a name, if these credentials can see it. Source: §11 #16. */
export async function findNameOwner(run: Run, name: string): Promise<string | undefined> {
  const callbacks = await listCallbacks(run.ens, { shared: true }).catch(emptyWhenRejected);
  const all = await Promise.all(
    callbacks.map(async ({ callbackId, callbackName }) => {
      const subscriptions = await listSubscriptions(run.ens, callbackId, { shared: true }).catch(emptyWhenRejected);
      const found = subscriptions.find((each) => each.subscriptionName === name);
      return found && `Callback ${callbackName} (${callbackId}) has a subscription ${name} (${found.subscriptionId})`;
    }),
  );
  const owner = all.find((each) => each !== undefined);
  return owner && `${owner} that this resource did not create.`;
}

/** For `catch` on a list that only adds details to another failure. */
function emptyWhenRejected(error: unknown): never[] {
  if (error instanceof EnsError) return [];
  throw error;
}
