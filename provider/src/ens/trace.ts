import { appendFileSync } from "node:fs";

const GUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/** One try of one call. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** HTTP status, or why there was none. */
  readonly outcome: number | "no response";
  readonly milliseconds: number;
  /** 1 for the first. */
  readonly attempt: number;
}

/**
 * Writes a JSON line for each call into the file that `ENS_TRACE` names: method, path with `{id}` for ids, the ids,
 * outcome, milliseconds, attempt. Nothing else is ever written, so that there is nothing to redact. A file that cannot
 * be written is no reason to fail.
 */
export function writeTrace({ method, path, outcome, milliseconds, attempt }: Call): void {
  const file = process.env.ENS_TRACE;
  if (!file) return;
  const template = path.replace(GUID, "{id}");
  const ids = path.match(GUID) ?? [];
  const line = { at: new Date().toISOString(), method, path: template, ids, outcome, milliseconds, attempt };
  try {
    appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch {
    // It is an aid for a person, not a part of the work.
  }
}
