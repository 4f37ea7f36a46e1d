import { z } from "zod";
import { parseJson } from "../ens/codec";
import { textCheck } from "../validation/validators";

/** Body of ENS's verification request. Source: ENS REST contract §2.1. */
const probe = z.object({ callbackId: z.string(), verificationKey: z.string().trim().min(1) });

/** Finds the key of one callback in the body of a verification request, or in a log with one JSON text per line. The last one counts. */
export function findKey(text: string, callbackId: string): string | undefined {
  const found = [text, ...text.split("\n").reverse()].map((part) => probe.safeParse(parseJson(part)));
  return found.find(({ data }) => data?.callbackId.toLowerCase() === callbackId.toLowerCase())?.data?.verificationKey;
}

/**
 * Reads the key from text that a person pasted or a program printed: the key alone, with or without quotation marks, or the
 * whole JSON that ENS posted. Throws when the text has no key for this callback. Sending a wrong key to ENS may invalidate
 * the right one, so a doubtful text is rejected.
 */
export function readKey(text: string, callbackId: string): string {
  const found = findKey(text, callbackId);
  if (found !== undefined) return found;
  const problem = keyProblem(text);
  if (problem !== undefined) throw new Error(problem);
  const bare = bareKey(text);
  if (bare === undefined) throw new Error("belongs to another callback");
  return bare;
}

/** Explains why a text cannot contain the key of any callback, without repeating the text. */
export function keyProblem(text: string): string | undefined {
  if (text.trim() === "") return "is empty";
  if (text.split("\n").some((line) => probe.safeParse(parseJson(line)).success)) return undefined;
  if (probe.safeParse(parseJson(text)).success) return undefined;
  if (/^\s*[{[]/.test(text)) return "is JSON without callbackId and verificationKey";
  return bareKey(text) === undefined ? "contains white space, so it is not a key" : undefined;
}

/** Validates a key that a program sets. */
export const verificationKey = textCheck("the key that ENS posted, as a secret").refine(
  (given) => keyProblem(given) === undefined,
  {
    error: ({ input }) =>
      `${keyProblem(String(input))}; give the key that ENS posted, or the whole JSON that contains it`,
  },
);

/** Returns the text without white space and quotation marks, if it can be a key alone. */
function bareKey(text: string): string | undefined {
  const key = text
    .trim()
    .replace(/^(["'`])(.*)\1$/s, "$2")
    .trim();
  return /^[^\s"'`{}[\]]+$/.test(key) ? key : undefined;
}
