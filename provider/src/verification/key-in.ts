import { z } from "zod";

const probe = z.object({ callbackId: z.string(), verificationKey: z.string().min(1) });

/** The key of one callback in a probe's body, or in a log with one JSON text in each line; the last one counts. */
export function keyIn(text: string, callbackId: string): string | undefined {
  const found = [text, ...text.split("\n").reverse()].map((part) => probe.safeParse(tryJson(part)));
  return found.find(({ data }) => data?.callbackId.toLowerCase() === callbackId.toLowerCase())?.data?.verificationKey;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
