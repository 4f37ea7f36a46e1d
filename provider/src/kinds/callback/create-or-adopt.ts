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

/** Makes the names of this process unique. */
const THIS_PROCESS = randomUUID();

/**
 * Creates the callback of a resource, or takes over an existing one if the program or `ENS_RECOVER` allows it. A
 * pending callback of an interrupted `create` of this resource is recognized by its pending name and deleted. Any other
 * callback at the URL is finished. It is never deleted and never gets a new key, and the function throws.
 *
 * Source: ENS REST contract §2.1, §9.5, §11 #17, #22.
 */
export async function createOrAdopt(run: Run, inputs: Inputs): Promise<Obtained> {
  const pending = pendingNameOf(inputs);
  await run.firstRefusal.settled();
  throwAfterRefusal(run, inputs);
  // Most URLs are free. One list shows that for all creates, and ENS rejects a URL that is used since then.
  const seen = (await listBeforeCreates(run)).filter(({ url }) => isSameUrl(url, inputs.url));
  const needsDecision = seen.some(({ callbackName }) => callbackName === inputs.generatedName) && !run.takesOver;
  const look = () => takeOverOrClear(run, inputs, pending, seen.length > 0);
  const taken = needsDecision ? await run.firstRefusal.inTurn(look) : await look();
  return taken ?? createPending(run, inputs, pending);
}

/** Takes over a finished callback at the URL, or deletes a pending one, so that the URL is free. */
async function takeOverOrClear(
  run: Run,
  inputs: Inputs,
  pending: string,
  isTaken: boolean,
): Promise<Obtained | undefined> {
  throwAfterRefusal(run, inputs);
  const existing = isTaken ? await findAtUrl(run, inputs.url) : [];
  const leftovers = existing.filter(({ callbackName }) => callbackName === pending);
  for (const leftover of leftovers) await deleteLeftover(run, leftover, pending);
  const now = leftovers.length === 0 ? existing : await findAtUrl(run, inputs.url);
  return takeOverFinished(
    run,
    inputs,
    now.filter(({ callbackName }) => callbackName !== pending),
  );
}

/**
 * Returns the pending name. Inputs of versions before 0.3 do not identify the resource, so the pending callback of an
 * interrupted run could belong to another program. In this case the name is unique to this process, and no later run
 * recognizes it.
 */
export function pendingNameOf({ owner, callbackName, url }: Inputs): string {
  return pendingName(owner ?? ownerWithin(THIS_PROCESS, callbackName), url);
}

/** Deletes the pending callback of an interrupted run, because its signature key is lost. */
async function deleteLeftover(run: Run, { callbackId, status }: LiveCallback, pending: string): Promise<void> {
  const failed = `an interrupted run left callback ${callbackId}, which could not be deleted`;
  // The interrupted run may have finished the callback, and a rename may show with a delay.
  const name = isVerified(status) ? await readSettledName(run, callbackId, pending) : pending;
  if (name !== pending) return;
  await deleteCallbackUnlessUsed(run, callbackId).catch((cause: unknown) => {
    throw new Error(`${failed}: ${reason(cause)}`, { cause });
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

/**
 * Creates a callback with its pending name. After a lost response, the callback is re-created, because its key is lost.
 */
async function createPending(run: Run, inputs: Inputs, pending: string): Promise<Obtained> {
  const { url } = inputs;
  const body = { ...pickSent(properties, ["fixed", "stored", "switched"], inputs), callbackName: pending };
  return createOnce<LiveCallback[], Obtained>(run, {
    awaited: "the callback that ENS may have created",
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
        throw new Error(`${reason(error)}\n${reason(cause)}`, { cause: error });
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
  const problem = `${error.summary}, because ENS's verification request failed. ENS returned: "${error.detail}"`;
  throw new Error(`${problem}\n${outcome} ${adviceForFailedProbe(error.detail)}`, { cause: error });
}
