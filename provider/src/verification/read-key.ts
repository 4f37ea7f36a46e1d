import { z } from "zod";
import { parseJson } from "../ens/codec";
import { textCheck } from "../validation/validators";

/** What ENS posts to a new callback. Source: ENS REST contract §2.1. */
const probe = z.object({ callbackId: z.string(), verificationKey: z.string().trim().min(1) });

/** The key of one callback in a probe's body, or in a log with one JSON text in each line; the last one counts. */
export function findKey(text: string, callbackId: string): string | undefined {
  const found = [text, ...text.split("\n").reverse()].map((part) => probe.safeParse(parseJson(part)));
  return found.find(({ data }) => data?.callbackId.toLowerCase() === callbackId.toLowerCase())?.data?.verificationKey;
}

/**
 * The key in what a person pasted or a program printed: the key alone, with or without quotation marks, or the whole JSON
 * that ENS posted. Throws when there is none for this callback. A wrong key may use up the right one, so that nothing is
 * sent on trial.
 */
export function readKey(text: string, callbackId: string): string {
  const found = findKey(text, callbackId);
  if (found !== undefined) return found;
  const problem = keyProblem(text);
  if (problem !== undefined) throw new Error(problem);
  const bare = bareKey(text);
  if (bare === undefined) throw new Error("is the key of another callback");
  return bare;
}

/** Why a text cannot hold a key, whichever callback it is for. The text is not repeated. */
export function keyProblem(text: string): string | undefined {
  if (text.trim() === "") return "is empty";
  if (text.split("\n").some((line) => probe.safeParse(parseJson(line)).success)) return undefined;
  if (probe.safeParse(parseJson(text)).success) return undefined;
  if (/^\s*[{[]/.test(text)) return "is JSON without callbackId and verificationKey";
  return bareKey(text) === undefined ? "has white space in it, so it is not the key alone" : undefined;
}

/** The check of a key that a program gives. */
export const verificationKey = textCheck("the key that ENS posted, as a secret").refine(
  (given) => keyProblem(given) === undefined,
  {
    error: ({ input }) => `${keyProblem(String(input))}; give the key that ENS posted, or the whole JSON that holds it`,
  },
);

function bareKey(text: string): string | undefined {
  const key = text
    .trim()
    .replace(/^(["'`])(.*)\1$/s, "$2")
    .trim();
  return /^[^\s"'`{}[\]]+$/.test(key) ? key : undefined;
}
