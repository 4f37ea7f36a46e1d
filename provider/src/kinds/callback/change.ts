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

/** What ENS wants with every change. */
const STORED = namesWhere(properties, ({ ens }) => ens === "stored");

/**
 * Changes a callback in ENS and looks at the result. Name and size are always sent, because ENS wants the one and may
 * reset the other. The scheme is sent when it changes; left out, it may be taken off, and sent, it may be refused, so that
 * it is sent unchanged only where ENS does not show it, and put back where ENS took it off.
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

/** Resolves with the error when the answer was lost: ENS may have taken the change. */
async function send(run: Run, progress: Progress<CallbackState>, body: CallbackChange): Promise<EnsError | undefined> {
  const { createdAt, callbackId } = progress.state;
  let unknown: EnsError | undefined;
  // A callback that was created a moment ago may not be known everywhere.
  const outcome = await poll(run, readLagLeft(run, createdAt), `ENS to know callback ${callbackId}`, async () => {
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
  progress.record({ ...progress.state, unconfirmed: true }); // until it is seen
  return outcome.failure;
}

/** What ENS shows in the end, whether that is as asked or not. A change may show late. Source: §11 #37. */
async function waitForUpdate(run: Run, before: CallbackState, asked: Inputs): Promise<LiveCallback> {
  const { callbackId } = before;
  let live: LiveCallback | undefined;
  let gone: EnsError | undefined;
  await poll(run, READ_LAG_MS, `ENS to show the change of callback ${callbackId}`, async () => {
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

/** What is not as asked, and the way out. */
function problemOf(before: CallbackState, asked: Inputs, live: LiveCallback): string | undefined {
  const { authId, authIdShown, callbackId } = before;
  const object = `callback ${callbackId}`;
  if (live.callbackName !== asked.callbackName) return `ENS took the change of ${object} and shows its old name`;
  const shown = mergeLive(properties, asked, pickSent(properties, ["stored"], live));
  const ignored = STORED.find((name) => !isDeepStrictEqual(Reflect.get(shown, name), Reflect.get(asked, name)));
  if (ignored !== undefined) {
    return `ENS took the change of ${object} and shows ${ignored} ${Reflect.get(live, ignored)}`;
  }
  if (losesVerification({ before, live })) {
    return `ENS says "${live.status}" of ${object} since it was renamed, and it was verified before: verify it again`;
  }
  if (asked.authId === undefined && authId !== undefined && live.authId) {
    return `ENS kept auth scheme ${live.authId} on ${object}; replace the callback to get rid of the scheme`;
  }
  const shows = Boolean(live.authId) || authIdShown === true;
  if (asked.authId === undefined || !shows || live.authId === asked.authId) return undefined;
  const kept = live.authId ? `kept auth scheme ${live.authId}` : `shows no auth scheme`;
  return `ENS ${kept} on ${object}, and ${asked.authId} is asked for; replace the callback to give it that scheme`;
}

/** Whether ENS shows which scheme a callback has is not documented. Source: §11 #9. */
async function learnWhetherSchemeIsShown(run: Run, progress: Progress<CallbackState>): Promise<void> {
  const { state } = progress;
  if (state.authId === undefined || state.authIdShown === true) return;
  const live = await getCallback(run.ens, state.callbackId).catch(() => undefined);
  if (live?.authId === state.authId) progress.learn({ ...state, authIdShown: true });
}

/** Gives a callback that is finished its name. Until then it bears one by which a later run recognizes it. */
export async function giveFinalName(run: Run, progress: Progress<CallbackState>, inputs: Inputs): Promise<void> {
  if (progress.state.pendingName === undefined) return;
  await changeCallback(run, progress, inputs);
  progress.record(without(progress.state, "pendingName"));
}
