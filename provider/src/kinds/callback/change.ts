import { isDeepStrictEqual } from "node:util";
import { getCallback, type LiveCallback, updateCallback } from "../../ens/api";
import { EnsError } from "../../ens/errors";
import { poll, READ_LAG_MS, readLagLeft } from "../../ens/poll";
import type { CallbackChange } from "../../ens/routes";
import { callback as properties } from "../../properties/callback";
import { namesWhere, pickSent } from "../../properties/facts";
import type { Run } from "../../run/run";
import { without } from "../kind";
import { mergeLive } from "../live";
import type { Progress } from "../progress";
import type { CallbackState, Inputs } from "./schema";
import { losesVerification, stateAfterChange } from "./state";

/** Properties that ENS requires in every update. */
const STORED = namesWhere(properties, ({ ens }) => ens === "stored");

/**
 * Updates a callback in ENS and checks the result. The name and the batch size are always sent, because ENS requires
 * the name and may reset the batch size. A scheme that changes is sent. An unchanged scheme is a dilemma: ENS may
 * detach a scheme that is not sent, and may reject one that is sent. Therefore an unchanged scheme is sent only if ENS
 * does not show the scheme of the callback. If ENS shows that it detached the scheme, the scheme is attached again.
 * Source: ENS REST contract §2.4, §11 #8, #9, #13.
 */
export async function changeCallback(run: Run, progress: Progress<CallbackState>, asked: Inputs): Promise<void> {
  await learnWhetherSchemeIsShown(run, progress);
  const before = progress.state;
  const { callbackId, authIdShown } = before;
  const changesScheme = asked.authId !== before.authId;
  const required = { callbackId, ...pickSent(properties, ["stored"], asked) };
  const hidden = before.authId !== undefined && authIdShown !== true;
  const scheme = changesScheme ? { authId: asked.authId ?? null } : hidden ? { authId: before.authId } : {};
  const failure = await send(run, progress, { ...required, ...scheme }).catch(async (error: unknown) => {
    if (!(error instanceof EnsError && error.status === 400 && hidden && !changesScheme)) throw error;
    return send(run, progress, required);
  });
  let live = await waitForUpdate(run, before, asked);
  const keepsScheme = !changesScheme && before.authId !== undefined && authIdShown === true;
  if (keepsScheme && live.authId !== before.authId) {
    await send(run, progress, { ...required, authId: before.authId });
    live = await waitForUpdate(run, before, asked);
  }
  progress.record(stateAfterChange({ before, wanted: asked, live }));
  const problem = problemOf(before, asked, live);
  if (failure !== undefined && problem !== undefined) throw failure;
  if (problem !== undefined) throw new Error(problem);
}

/** Sends an update. Resolves with the error if the response was lost, because ENS may have accepted the update. */
async function send(run: Run, progress: Progress<CallbackState>, body: CallbackChange): Promise<EnsError | undefined> {
  const { createdAt, callbackId } = progress.state;
  let unknown: EnsError | undefined;
  // ENS may return 404 for a new callback.
  const outcome = await poll(run, readLagLeft(run, createdAt), `ENS to find callback ${callbackId}`, async () => {
    try {
      await updateCallback(run.ens, body);
      return { failure: undefined };
    } catch (error) {
      if (!(error instanceof EnsError)) throw error;
      if (error.lost) return { failure: error };
      if (!error.gone) throw error;
      unknown = error;
      return undefined;
    }
  });
  if (outcome === undefined) throw unknown;
  progress.record({ ...progress.state, unconfirmed: true }); // until ENS shows the update
  return outcome.failure;
}

/** Waits until ENS shows the update, and returns what ENS shows in the end. Source: §11 #37. */
async function waitForUpdate(run: Run, before: CallbackState, asked: Inputs): Promise<LiveCallback> {
  const { callbackId } = before;
  let live: LiveCallback | undefined;
  let gone: EnsError | undefined;
  await poll(run, READ_LAG_MS, `ENS to show the update of callback ${callbackId}`, async () => {
    try {
      live = await getCallback(run.ens, callbackId);
    } catch (error) {
      if (!(error instanceof EnsError && error.gone)) throw error;
      gone = error;
      return undefined;
    }
    return problemOf(before, asked, live) === undefined || losesScheme(before, asked, live) ? true : undefined;
  });
  if (live === undefined) throw gone;
  return live;
}

const losesScheme = ({ authId, authIdShown }: CallbackState, asked: Inputs, live: LiveCallback) =>
  authIdShown === true && asked.authId === authId && !live.authId;

/** Describes a difference between what was sent and what ENS shows, with a hint; `undefined` if there is none. */
function problemOf(before: CallbackState, asked: Inputs, live: LiveCallback): string | undefined {
  const { authId, authIdShown, callbackId } = before;
  const object = `callback ${callbackId}`;
  if (live.callbackName !== asked.callbackName)
    return `ENS accepted the update of ${object} but still shows the old name`;
  const shown = mergeLive(properties, asked, pickSent(properties, ["stored"], live));
  const ignored = STORED.find((name) => !isDeepStrictEqual(Reflect.get(shown, name), Reflect.get(asked, name)));
  if (ignored !== undefined) {
    return `ENS accepted the update of ${object} but shows ${ignored} ${Reflect.get(live, ignored)}`;
  }
  if (losesVerification({ before, live })) {
    return `ENS reports "${live.status}" for ${object} after it was renamed, although it was verified before. Verify the callback again.`;
  }
  if (asked.authId === undefined && authId !== undefined && live.authId) {
    return `ENS kept auth scheme ${live.authId} on ${object}. Replace the callback to detach the scheme.`;
  }
  const shows = Boolean(live.authId) || authIdShown === true;
  if (asked.authId === undefined || !shows || live.authId === asked.authId) return undefined;
  const kept = live.authId ? `kept auth scheme ${live.authId}` : `shows no auth scheme`;
  return `ENS ${kept} on ${object}, but the program requires ${asked.authId}. Replace the callback to attach this scheme.`;
}

/** Records whether ENS shows the scheme of a callback, which is not documented. Source: §11 #9. */
async function learnWhetherSchemeIsShown(run: Run, progress: Progress<CallbackState>): Promise<void> {
  const { state } = progress;
  if (state.authId === undefined || state.authIdShown === true) return;
  const live = await getCallback(run.ens, state.callbackId).catch(() => undefined);
  if (live?.authId === state.authId) progress.learn({ ...state, authIdShown: true });
}

/** Renames a finished callback. Until then it has the pending name by which a later run recognizes it. */
export async function giveFinalName(run: Run, progress: Progress<CallbackState>, inputs: Inputs): Promise<void> {
  if (progress.state.pendingName === undefined) return;
  await changeCallback(run, progress, inputs);
  progress.record(without(progress.state, "pendingName"));
}
