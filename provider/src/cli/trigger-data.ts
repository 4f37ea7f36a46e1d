import { readFileSync } from "node:fs";
import { isRecord, parseJson } from "../ens/codec";
import { reason } from "../ens/errors";
import { UsageError } from "./shared/usage-error";

export type Fields = Readonly<Record<string, unknown>>;

/** Reads the events or the fields in the file of `--data`. Throws a `UsageError` whose message does not quote the file. */
export function readData(path: string): Fields | Fields[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError(`cannot read the file that --data names: ${reason(cause)}`, { cause });
  }
  const given = parseJson(text);
  if (isRecord(given)) return given;
  if (Array.isArray(given) && given.length > 0 && given.every(isRecord)) return given;
  throw new UsageError("the file that --data names must hold a JSON object, or an array of such objects");
}

/** Returns an event with these fields in place of its own. Nested objects keep the fields that `data` does not name. */
export function withData(event: Fields, data: Fields | undefined): Fields {
  if (data === undefined) return event;
  const changed = Object.entries(data).map(([name, value]) => {
    const before = Object.hasOwn(event, name) ? event[name] : undefined;
    return [name, isRecord(value) && isRecord(before) ? withData(before, value) : value] as const;
  });
  return { ...event, ...Object.fromEntries(changed) };
}
