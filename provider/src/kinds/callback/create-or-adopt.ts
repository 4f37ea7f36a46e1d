import { randomUUID } from "node:crypto";
import { createCallback, deleteCallback, getCallback, type LiveCallback, listCallbacks } from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { orphanIn } from "../../ens/codec";
import { EnsError, nothingWhenGone, reason } from "../../ens/errors";
import { poll, READ_LAG_MS } from "../../ens/poll";
import { callback as properties } from "../../properties/callback";
import { pickSent } from "../../properties/facts";
import { ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { isSameUrl } from "../../validation/url";
import { adviceForFailedProbe } from "../../verification/failed-probe";
import { createOnce } from "../create-once";
import { ownerWithin, pendingName } from "../names";
import { listBeforeCreates, throwAfterRefusal } from "./refusal";
import { deleteCallbackUnlessUsed } from "./removal";
import type { Inputs } from "./schema";
import { type Obtained, replacedBy, takeOverFinished } from "./take-over";

/** No other process gives the same names. */
const THIS_PROCESS = randomUUID();

/**
 * The callback of a resource that has none: created now, or taken over where the program or the person allows it. What an
 * interrupted `create` of this very resource left is recognized by a name that only such a create gives, and deleted. Any
 * other callback at the url is finished: it is never deleted and gets no other key, and the run stops.
 *
 * Source: ENS REST contract §2.1, §9.5, §11 #17, #22.
 */
export async function createOrAdopt(run: Run, inputs: Inputs): Promise<Obtained> {
  const pending = pendingNameOf(inputs);
  await run.firstRefusal.settled();
  throwAfterRefusal(run, inputs);
  // Most urls are free: that list tells it, and ENS itself refuses a url that is taken since.
  const seen = (await listBeforeCreates(run)).filter(({ url }) => isSameUrl(url, inputs.url));
  const needsDecision = seen.some(({ callbackName }) => callbackName === inputs.generatedName) && !run.takesOver;
  const look = () => takeOrClear(run, inputs, pending, seen.length > 0);
  const taken = needsDecision ? await run.firstRefusal.inTurn(look) : await look();
  return taken ?? createPending(run, inputs, pending);
}

/** What stands at the url is taken over; what is left in the making is deleted, so that the url is free. */
async function takeOrClear(run: Run, inputs: Inputs, pending: string, isTaken: boolean): Promise<Obtained | undefined> {
  throwAfterRefusal(run, inputs);
  const there = isTaken ? await findAtUrl(run, inputs.url) : [];
  const leftovers = there.filter(({ callbackName }) => callbackName === pending);
  for (const leftover of leftovers) await deleteLeftover(run, leftover, pending);
  const now = leftovers.length === 0 ? there : await findAtUrl(run, inputs.url);
  return takeOverFinished(
    run,
    inputs,
    now.filter(({ callbackName }) => callbackName !== pending),
  );
}

/**
 * A program side of a version before 0.3 does not say which resource it is. What its interrupted create left cannot be told
 * from that of another program then, so that no later run takes it for its own.
 */
export function pendingNameOf({ owner, callbackName, url }: Inputs): string {
  return pendingName(owner ?? ownerWithin(THIS_PROCESS, callbackName), url);
}

/** An interrupted create left it. Its key is nowhere, so that another one is created. */
async function deleteLeftover(run: Run, { callbackId, status }: LiveCallback, pending: string): Promise<void> {
  const left = `an interrupted run left callback ${callbackId}, which is deleted and created again`;
  // The run that was interrupted may have finished it, and a rename may show late.
  const name = isVerified(status) ? await readSettledName(run, callbackId, pending) : pending;
  if (name !== pending) return;
  await deleteCallbackUnlessUsed(run, callbackId).catch((cause: unknown) => {
    throw new Error(`${left}: ${reason(cause)}`, { cause });
  });
}

async function readSettledName(run: Run, callbackId: string, pending: string): Promise<string | undefined> {
  let name: string | undefined = pending;
  await poll(run, READ_LAG_MS, `ENS to show the name of callback ${callbackId}`, async () => {
    const live = await getCallback(run.ens, callbackId).catch(nothingWhenGone);
    name = live?.callbackName;
    return name === pending ? undefined : true;
  });
  return name;
}

/** Creates a callback under a name that nobody else gives. When an answer is lost, its key is lost, too: it is created again. */
async function createPending(run: Run, inputs: Inputs, pending: string): Promise<Obtained> {
  const { url } = inputs;
  const body = { ...pickSent(properties, ["fixed", "stored", "switched"], inputs), callbackName: pending };
  return createOnce<LiveCallback[], Obtained>(run, {
    awaited: "the callback that ENS may have made",
    async post() {
      try {
        const live = await createCallback(run.ens, body);
        run.objects.creating.set(live.callbackId, ownerKey("Callback", inputs.owner));
        return { live, how: "created", known: { pendingName: pending, ...replacedBy(run, inputs) } };
      } catch (error) {
        if (error instanceof EnsError) await removeOrphan(run, inputs, pending, error);
        throw error;
      }
    },
    find: () => findAtUrl(run, url).then((all) => (all.length > 0 ? all : undefined)),
    isTaken: (error) => error instanceof EnsError && [304, 400, 409].includes(error.status ?? 0),
    mayShowLate: (error) => error instanceof EnsError && error.status !== 400,
    async decide({ error, found, isLastTry }) {
      const own = found?.find(({ callbackName }) => callbackName === pending);
      if (own !== undefined && !isLastTry) {
        await deleteCallbackUnlessUsed(run, own.callbackId);
        return undefined;
      }
      if (found === undefined || own !== undefined) throw error;
      const take = () => takeOverFinished(run, inputs, found);
      const taken = await run.firstRefusal.inTurn(take).catch((cause: unknown) => {
        throw new Error(`${reason(error)}; ${reason(cause)}`, { cause: error });
      });
      if (taken === undefined) throw error;
      return taken;
    },
  });
}

async function findAtUrl(run: Run, url: string): Promise<LiveCallback[]> {
  const all = await listCallbacks(run.ens);
  return all.filter((each) => isSameUrl(each.url, url) && !run.objects.deleted.has(each.callbackId));
}

/**
 * Deletes the callback that ENS keeps after a failed verification request and that blocks its URL, if this run created it.
 * Source: ENS REST contract §2.1.
 */
async function removeOrphan(run: Run, inputs: Inputs, pending: string, error: EnsError): Promise<void> {
  const id = error.status === 400 ? orphanIn(error.detail) : undefined;
  if (id === undefined) return;
  let outcome = "The callback that ENS had created was deleted, so no callback is left behind.";
  try {
    const live = await getCallback(run.ens, id);
    const ours = isSameUrl(live.url, inputs.url) && live.callbackName === pending && !isVerified(live.status);
    if (ours) await run.trackDelete(id, () => deleteCallback(run.ens, id));
    else outcome = `Callback ${id} was not deleted, because it is not the one that this run created.`;
  } catch (failure) {
    if (!(failure instanceof EnsError && failure.gone)) {
      outcome = `Callback ${id} could not be deleted and blocks the URL: ${reason(failure)}. Delete it by hand.`;
    }
  }
  const problem = `${error.summary}, because ENS's verification request failed. ENS said: "${error.detail}"`;
  throw new Error(`${problem}\n${outcome} ${adviceForFailedProbe(error.detail)}`, { cause: error });
}
