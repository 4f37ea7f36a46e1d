import { appendFileSync } from "node:fs";

const GUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/** One attempt of one request. */
export interface TracedRequest {
  readonly method: string;
  readonly path: string;
  /** HTTP status, or the reason why there is none. */
  readonly outcome: number | "no response";
  readonly milliseconds: number;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
}

/**
 * Appends a JSON line for one request to the file in `ENS_TRACE`: method, path with `{id}` in place of ids, the ids,
 * outcome, milliseconds and attempt. Nothing else is written, so nothing must be redacted. Does nothing when the file
 * cannot be written.
 */
export function writeTrace({ method, path, outcome, milliseconds, attempt }: TracedRequest): void {
  const file = process.env.ENS_TRACE;
  if (!file) return;
  const template = path.replace(GUID, "{id}");
  const ids = path.match(GUID) ?? [];
  const line = { at: new Date().toISOString(), method, path: template, ids, outcome, milliseconds, attempt };
  try {
    appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch {
    // The trace only helps with debugging, so a failure to write it must not fail the run.
  }
}
