import { getCallbackStatus, verifyCallback } from "../ens/api";
import { isVerified } from "../ens/callback-status";
import { EnsError } from "../ens/errors";
import { poll, READ_LAG_MS } from "../ens/poll";
import type { Run } from "../run/run";
import type { KeySource } from "./strategy";

/** ENS takes a key for this long. Documented. Source: ENS REST contract §3. */
export const KEY_LIFE_MS = 4 * 60 * 60 * 1000;

/**
 * Sees to it that a callback gets verified, by whoever comes first: it asks ENS for the status and the source for the
 * key in turn, until ENS says `verified` or the time is up.
 *
 * Resolves with ENS's last word. Rejects when the source gives up, or when ENS does not take the key: it is wrong,
 * was used, or is older than four hours. A 404 within 30 s is not believed.
 * Source: ENS REST contract §2.6, §3; §11 #18 for the words.
 */
export async function verify(
  run: Run,
  callbackId: string,
  source: KeySource,
  forMilliseconds: number,
): Promise<string> {
  const start = run.clock.now();
  const early = () => run.clock.now() - start < READ_LAG_MS;
  const ask = () => getCallbackStatus(run.ens, callbackId).catch(absentWhile(early));
  let status = "unverified";
  await poll(run, forMilliseconds, source.awaited, async () => {
    status = (await ask()).status ?? status;
    if (isVerified(status)) return true;
    const verificationKey = await source.key(callbackId);
    if (verificationKey === undefined) return undefined;
    if (!(await sendKey(run, callbackId, verificationKey))) {
      status = (await ask()).status ?? status;
      if (isVerified(status)) return true;
      if (early() && forMilliseconds > 0) return undefined;
      throw new Error("ENS does not take the verification key: it is wrong, was used, or is older than four hours");
    }
    status = "verified";
    return true;
  });
  return status;
}

/** Whether ENS took the key. A lost answer is no answer: the status tells. */
async function sendKey(run: Run, callbackId: string, verificationKey: string): Promise<boolean> {
  try {
    await verifyCallback(run.ens, { callbackId, verificationKey });
    return true;
  } catch (error) {
    if (error instanceof EnsError && (error.lost || [304, 400, 404].includes(error.status ?? 0))) return false;
    throw error;
  }
}

function absentWhile(early: () => boolean): (error: unknown) => { status?: string } {
  return (error) => {
    if (!(error instanceof EnsError && error.gone && early())) throw error;
    return {};
  };
}
