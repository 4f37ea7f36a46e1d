import { existsSync, readFileSync } from "node:fs";
import { sync as writeAtomically } from "write-file-atomic";
import { z } from "zod";
import type { Grant } from "./api/token";
import type { State } from "./store";
import type { Answers } from "./switches";

/**
 * What outlives a run: the objects, the tokens with the time until which they hold, how far the clock was advanced, and
 * the switches. Deliveries on their way, faults and the journal do not.
 */
export interface Saved {
  readonly version: 1;
  readonly objects: State;
  readonly grants: readonly (readonly [string, Grant])[];
  readonly advancedSeconds: number;
  readonly switches: Answers;
  /** How far the numbers of a seed were drawn: with that seed again, no id or key comes twice. */
  readonly drawn: { readonly seed: number; readonly counts: readonly (readonly [string, number])[] };
}

const saved = z.object({
  version: z.literal(1),
  objects: z.object({
    callbacks: z.array(z.looseObject({ callbackId: z.string() })),
    subscriptions: z.array(z.looseObject({ subscriptionId: z.string() })),
    authentications: z.array(z.looseObject({ authId: z.string() })),
  }),
  grants: z.array(z.tuple([z.string(), z.looseObject({ until: z.number() })])),
  advancedSeconds: z.number(),
  switches: z.record(z.string(), z.unknown()),
  drawn: z.object({ seed: z.number(), counts: z.array(z.tuple([z.string(), z.number()])) }),
});

/** A file that is whole at any time: it is written beside itself and renamed. Only its owner may read it. */
export class StateFile {
  readonly #path: string;
  #written = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** `undefined` when there is none yet. Throws when it is no state file. */
  load(): Saved | undefined {
    if (!existsSync(this.#path)) return undefined;
    try {
      const found: unknown = JSON.parse(readFileSync(this.#path, "utf8"));
      saved.parse(found);
      return found as Saved;
    } catch (cause) {
      const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
      throw new Error(`${this.#path} is no state of this simulator (${why}); move it away to start with nothing`, {
        cause,
      });
    }
  }

  save(state: Saved): void {
    const text = JSON.stringify(state);
    if (text === this.#written) return;
    writeAtomically(this.#path, text, { mode: 0o600 });
    this.#written = text;
  }
}
