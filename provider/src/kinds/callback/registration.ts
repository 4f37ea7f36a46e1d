import type { EnsClient } from "../../ens/client";
import { list, one, orphanOf } from "../../ens/codec";
import { EnsError, emptyWhenGone, reason } from "../../ens/errors";
import { poll, READ_LAG_MS } from "../../ens/poll";
import { isSameUrl } from "../../ens/property";
import { isVerified } from "../../verification/verify";
import { isOurs } from "../kind";
import { removed } from "./removal";
import { answer, bodyOf, type Inputs, type Live, PATH, pathOf } from "./wire";

/** How long an object is looked for whose creation nobody confirmed. */
const LOST_MS = 5000;
const TRIES = 3;

/**
 * The callback in ENS: made now, or by an earlier run of this resource under an explicit name, unverified still, or by
 * somebody else where `adopt` allows it. Source: ENS REST contract §2.1, §9.5, §11 #17, #22.
 */
export async function registered(ens: EnsClient, inputs: Inputs): Promise<Live> {
  const known = await at(ens, inputs.url);
  const wanted = known.filter((each) => mayAdopt(inputs, each));
  if (wanted.length > 1) {
    const all = wanted.map((each) => `${each.callbackName} (${each.callbackId})`).join(", ");
    throw new Error(`several callbacks at ${inputs.url} could be adopted: ${all}; delete all but one`);
  }
  if (wanted[0] !== undefined) return wanted[0];
  let lost = false;
  for (let tries = 1; ; tries += 1) {
    try {
      return await ens.post(PATH, [bodyOf(inputs)], one(answer));
    } catch (error) {
      if (!(error instanceof EnsError)) throw error;
      await removeOrphan(ens, inputs, error);
      const taken = error.status === 304 || error.status === 409 || error.status === 400;
      if (!taken && !error.lost) throw error;
      const lookFor = error.lost ? LOST_MS : lost ? READ_LAG_MS : 0;
      lost ||= error.lost;
      const [found] =
        (await poll(ens, lookFor, "the callback that ENS may have made", () => someAt(ens, inputs.url))) ?? [];
      // ENS takes a url once, so that after a look another try cannot make a second callback.
      if (found === undefined && error.lost && tries < TRIES) continue;
      if (found === undefined) throw error;
      const madeNow = lost && !known.some(({ callbackId }) => callbackId === found.callbackId);
      const same = found.callbackName === inputs.callbackName;
      if (same && (madeNow || !(isOurs(found.callbackName) || isVerified(found.status)))) return found;
      if (same && isOurs(found.callbackName) && tries < TRIES) {
        await leftover(ens, found, inputs);
        continue;
      }
      throw new Error(`${error.message}; ${found.url} belongs to ${foreign(found)}`, { cause: error });
    }
  }
}

/**
 * What an earlier run of this very resource left: it was killed, or could not delete what it had replaced. It is removed
 * and made anew, not taken over: the engine may still delete the old one by its id.
 */
async function leftover(ens: EnsClient, { callbackId, url, status }: Live, { onDelete }: Inputs): Promise<void> {
  const left = `an earlier run left a callback at ${url}`;
  if (onDelete === "retain" && isVerified(status)) {
    const ways = 'take it over with adopt: "always", or delete it by hand';
    throw new Error(`${left}, and onDelete is "retain": callback ${callbackId} is not deleted; ${ways}`);
  }
  await removed(ens, callbackId).catch((cause: unknown) => {
    throw new Error(`${left}: ${reason(cause)}, or take it over with adopt: "always"`, { cause });
  });
}

async function someAt(ens: EnsClient, url: string): Promise<Live[] | undefined> {
  const there = await at(ens, url);
  return there.length > 0 ? there : undefined;
}

/** Somebody else's callback at our url, as the program says. */
function mayAdopt({ adopt }: Inputs, { status }: Live): boolean {
  return adopt === "always" || (adopt === "ifUnverified" && !isVerified(status));
}

const foreign = (found: Live) =>
  `callback ${found.callbackName} (${found.callbackId}), which this resource did not make: choose another url, ` +
  `delete that callback, or take it over with adopt: "${isVerified(found.status) ? "always" : "ifUnverified"}"`;

async function at(ens: EnsClient, url: string): Promise<Live[]> {
  const all = await ens.get(PATH, list(answer)).catch(emptyWhenGone);
  return all.filter((each) => isSameUrl(each.url, url));
}

/** A callback whose probe failed stays and blocks its url; it is removed if it is surely ours. Source: §2.1. */
async function removeOrphan(ens: EnsClient, inputs: Inputs, error: EnsError): Promise<void> {
  const id = error.status === 400 ? orphanOf(error.detail) : undefined;
  if (id === undefined) return;
  let kept: string;
  try {
    const live = await ens.get(pathOf(id), one(answer));
    const ours =
      isSameUrl(live.url, inputs.url) && live.callbackName === inputs.callbackName && !isVerified(live.status);
    if (ours) await ens.delete(pathOf(id));
    kept = ours ? "" : `callback ${id} was left alone: it is not the one that was to be made`;
  } catch (failure) {
    if (failure instanceof EnsError && failure.gone) kept = "";
    else kept = `callback ${id} could not be removed and blocks the url: ${reason(failure)}; delete it by hand`;
  }
  const next = kept || "nothing is left behind; make the receiver answer ENS's POST with 200 and run 'pulumi up' again";
  throw new Error(`${error.message}; ${next}`, { cause: error });
}
