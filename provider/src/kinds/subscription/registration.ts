import { z } from "zod";
import type { EnsClient } from "../../ens/client";
import { list, one } from "../../ens/codec";
import { EnsError } from "../../ens/errors";
import { poll, READ_LAG_MS, VERIFICATION_LAG_MS } from "../../ens/poll";
import { isVerified } from "../../verification/verify";
import { isOurs } from "../kind";
import { unknowns } from "./doubts";
import { answer, attached, byCallback, type Inputs, type Live, PATH, pathOf } from "./wire";

/** Source: ENS REST contract §7. */
const MOST_PER_CALLBACK = 200;
/** How long an object is looked for whose creation nobody confirmed. */
const LOST_MS = 5000;
const TRIES = 3;
const CALLBACKS = "/platform/v1/ens-callbacks";

const target = z.object({ status: z.string().nullish() });
const listed = z.object({ callbackId: z.string(), callbackName: z.string() });

/** ENS says that the name is taken. */
class Taken extends Error {
  constructor(readonly refusal: EnsError) {
    super(refusal.message, { cause: refusal });
  }
}

/**
 * The subscription in ENS: made now, after what an earlier run of this very resource left is removed; or made by somebody
 * else under this name on this callback, where `adopt` allows it.
 */
export async function registered(ens: EnsClient, inputs: Inputs): Promise<Live> {
  const { callbackId, subscriptionName: name } = inputs;
  const named = async () => (await attached(ens, callbackId)).find((each) => each.subscriptionName === name);
  const known = await named();
  const adopts = inputs.adopt === "always";
  if (known !== undefined && adopts) return known;
  let lost = false;
  for (let tries = 1; ; tries += 1) {
    try {
      return await accepted(ens, inputs);
    } catch (error) {
      const unclear = error instanceof EnsError && error.lost;
      if (!unclear && !(error instanceof Taken)) throw error;
      // A name of ours is made from the callback's id, so that only this callback can have it.
      const lookFor = unclear ? LOST_MS : lost || isOurs(name) ? READ_LAG_MS : 0;
      lost ||= unclear;
      const found = await poll(ens, lookFor, "the subscription that ENS may have made", named);
      const madeNow = lost && found?.subscriptionId !== known?.subscriptionId;
      if (found !== undefined && (madeNow || adopts)) return found;
      // An earlier run left it: it was killed, or could not delete what it had replaced. It is made anew, not taken
      // over, because the engine may still delete the old one by its id.
      if (found !== undefined && isOurs(name) && tries < TRIES) {
        await ens.delete(pathOf(found.subscriptionId));
        continue;
      }
      // ENS takes a name once, so that after a look another try cannot make a second subscription.
      if (found === undefined && unclear && tries < TRIES) continue;
      if (unclear) throw error;
      const whose = await holder(ens, name);
      throw nameless(
        error,
        whose ?? "another subscription, not to be seen from here, has the name",
        found !== undefined,
      );
    }
  }
}

/** A callback that was verified a moment ago may be refused for a while; nothing else is asked again. Source: §11 #38. */
async function accepted(ens: EnsClient, inputs: Inputs): Promise<Live> {
  const { status: _, statusReason: __, adopt: ___, ...body } = inputs;
  const awaited = `ENS to accept subscriptions to callback ${inputs.callbackId}`;
  let refused: unknown;
  const live = await poll(ens, VERIFICATION_LAG_MS, awaited, async () => {
    try {
      return await ens.post(PATH, [body], one(answer));
    } catch (error) {
      refused = error;
      if (!(error instanceof EnsError)) throw error;
      await mayPass(ens, inputs, error);
      return undefined;
    }
  });
  if (live !== undefined) return live;
  const whose = await holder(ens, inputs.subscriptionName);
  throw whose === undefined ? doubtful(refused as EnsError, inputs) : nameless(refused as EnsError, whose);
}

/**
 * Rejects with an explanation, unless the refusal may be one that waiting cures. Statuses and codes are open, so ENS is
 * asked what is the matter. Source: §9.2, §11 #17, #24, #25, #26, #38.
 */
async function mayPass(ens: EnsClient, inputs: Inputs, error: EnsError): Promise<void> {
  const { callbackId, subscriptionName: name } = inputs;
  if (error.status === 304) throw new Taken(error);
  if (error.lost || ![400, 404, 409].includes(error.status ?? 0)) throw error;
  if (isInvalid(error) && unknowns(inputs).length > 0) throw doubtful(error, inputs);
  const callback = await ens.get(`${CALLBACKS}/${encodeURIComponent(callbackId)}`, target).catch(nothingWhenGone);
  const refused = (why: string) => new Error(`${error.message}; ${why}`, { cause: error });
  if (callback === undefined) throw refused(`callback ${callbackId} does not exist in this business unit`);
  if (!isVerified(callback.status)) {
    throw refused(`callback ${callbackId} is "${callback.status}": it must be verified before it takes subscriptions`);
  }
  const others = await attached(ens, callbackId);
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
export function doubtful(error: EnsError, inputs: Pick<Inputs, "eventCategoryTypes" | "filters">): Error {
  const looks = error.status === 400 ? unknowns(inputs) : [];
  return looks.length === 0 ? error : new Error(`${error.message}; ${looks.join("; ")}`, { cause: error });
}

/** A refusal of a name, and what to do; `adoptable` when who has it is on the very callback. */
export function nameless(refusal: Error, whose: string, adoptable = false): Error {
  const way = `choose another subscriptionName${adoptable ? ', or take it over with adopt: "always"' : ""}`;
  return new Error(`${refusal.message}; ${whose}; ${way}`, { cause: refusal });
}

/** Who has a name, as far as this package may see it: names may be unique in a wider place. Source: §11 #16. */
export async function holder(ens: EnsClient, name: string): Promise<string | undefined> {
  const callbacks = await ens.list(CALLBACKS, list(listed)).catch(emptyWhenRefused);
  const all = await Promise.all(
    callbacks.map(async ({ callbackId, callbackName }) => {
      const subscriptions = await ens.list(byCallback(callbackId), list(answer)).catch(emptyWhenRefused);
      const found = subscriptions.find((each) => each.subscriptionName === name);
      return found && `callback ${callbackName} (${callbackId}) has a subscription ${name} (${found.subscriptionId})`;
    }),
  );
  const whose = all.find((each) => each !== undefined);
  return whose && `${whose}, not made by this resource`;
}

function nothingWhenGone(error: unknown): undefined {
  if (!(error instanceof EnsError && error.gone)) throw error;
}

/** Only to say more about a failure, so that another failure says nothing. */
function emptyWhenRefused(error: unknown): never[] {
  if (error instanceof EnsError) return [];
  throw error;
}
