import { getCallbackStatus, verifyCallback } from "../ens/api";
import { isVerified } from "../ens/callback-status";
import { EnsError } from "../ens/errors";
import { poll, READ_LAG_MS } from "../ens/poll";
import type { Run } from "../run/run";
import type { KeySource } from "./strategy";

/** How long a verification key is valid, in milliseconds. Documented. Source: ENS REST contract §3. */
export const KEY_LIFE_MS = 4 * 60 * 60 * 1000;

/** How long the run waits before its progress line explains what to do. */
const HINT_AFTER_MS = 30_000;

/** What the progress line of `verify` may say. */
export interface VerifyOptions {
  /** Command that makes ENS send a new verification request; `undefined` when it is not known. */
  readonly startOver?: string | undefined;
  /** ENS sent the verification request in an earlier run, so the progress line explains from the start what to do. */
  readonly late?: boolean;
}

/**
 * Waits until a callback is verified. Asks ENS for the status and the source for the key in turn, until ENS returns
 * `verified` or the time is up.
 *
 * Resolves with the last status. Rejects when the source rejects, or when ENS rejects the key because it is wrong, was
 * already used, or is older than four hours. A 404 in the first 30 s is ignored.
 * Source: ENS REST contract §2.6, §3; §11 #18 for the statuses.
 */
export async function verify(
  run: Run,
  callbackId: string,
  source: KeySource,
  forMilliseconds: number,
  { startOver, late = false }: VerifyOptions = {},
): Promise<string> {
  const start = run.clock.now();
  const hint = hintFor(source, startOver);
  let isAnnounced = !late;
  const early = () => run.clock.now() - start < READ_LAG_MS;
  const getStatus = () => getCallbackStatus(run.ens, callbackId).catch(absentWhile(early));
  let status = "unverified";
  const hintAfter = (elapsedMs: number) => (late || elapsedMs >= HINT_AFTER_MS ? hint : "");
  const check = async () => {
    status = (await getStatus()).status ?? status;
    if (isVerified(status)) return true;
    const verificationKey = await source.key(callbackId);
    if (verificationKey === undefined) {
      if (!isAnnounced && forMilliseconds > 0) run.report(`waiting for ${source.awaited}${hint}`);
      isAnnounced = true;
      return undefined;
    }
    if (!(await sendKey(run, callbackId, verificationKey))) {
      status = (await getStatus()).status ?? status;
      if (isVerified(status)) return true;
      if (early() && forMilliseconds > 0) return undefined;
      throw new Error(
        "ENS rejected the verification key, which is wrong, was already used, or is older than four hours",
      );
    }
    status = "verified";
    return true;
  };
  await poll(run, forMilliseconds, source.awaited, check, hintAfter);
  return status;
}

/** ENS sends a verification key once, so only a replaced callback helps a receiver that has lost its key. */
function hintFor({ lookAt }: KeySource, startOver: string | undefined): string {
  const command =
    startOver &&
    `If the receiver was restarted and has lost its key, stop this run and get a new verification request: ${startOver}`;
  return [lookAt, command].map((sentence) => (sentence ? `. ${sentence}` : "")).join("");
}

/** Sends the key and returns whether ENS certainly accepted it. When the response was lost, the status decides. */
async function sendKey(run: Run, callbackId: string, verificationKey: string): Promise<boolean> {
  try {
    await verifyCallback(run.ens, { callbackId, verificationKey });
    return true;
  } catch (error) {
    if (error instanceof EnsError && (error.lost || [304, 400, 404].includes(error.status ?? 0))) return false;
    throw error;
  }
}

/** For `catch`: treats a 404 as an unknown status as long as `early` returns true. */
function absentWhile(early: () => boolean): (error: unknown) => { status?: string } {
  return (error) => {
    if (!(error instanceof EnsError && error.gone && early())) throw error;
    return {};
  };
}
