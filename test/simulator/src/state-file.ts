import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { sync as writeAtomically } from "write-file-atomic";
import { z } from "zod";
import type { Grant } from "./api/token";
import type { State } from "./store";
import { type Answers, defaults, turn } from "./switches";

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
    this.#path = resolve(path);
  }

  /**
   * `undefined` when there is none yet. Throws when it is no state file, and when it could not be written later; either
   * way nothing is changed.
   */
  load(): Saved | undefined {
    this.#tryToWrite();
    const text = this.#read();
    return text === undefined ? undefined : this.#parse(text);
  }

  save(state: Saved): void {
    const text = JSON.stringify(state);
    if (text === this.#written) return;
    writeAtomically(this.#path, text, { mode: 0o600 });
    this.#written = text;
  }

  /** A later `save` needs the same: files beside it are written and renamed. */
  #tryToWrite(): void {
    const trial = `${this.#path}.${process.pid}.trial`;
    const folder = dirname(this.#path);
    try {
      writeFileSync(trial, "trial", { mode: 0o600 });
      rmSync(trial);
    } catch (cause) {
      const why = existsSync(folder) ? reasonOf(cause) : `the folder ${folder} does not exist`;
      throw this.#failure("written", why, "Repair that", cause);
    }
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#path, "utf8");
    } catch (cause) {
      if (codeOf(cause) === "ENOENT") return undefined;
      throw this.#failure("read", reasonOf(cause), "Repair that", cause);
    }
  }

  #parse(text: string): Saved {
    try {
      return parsed(text);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw this.#failure("used", why, "Move it away to start with nothing", cause);
    }
  }

  #failure(done: string, why: string, wayOut: string, cause: unknown): Error {
    return new Error(`The state file ${this.#path} cannot be ${done}: ${why}. ${wayOut}, or name another file.`, {
      cause,
    });
  }
}

/** Throws with what is wrong with it; never with a part of the text, which has secrets in it. */
function parsed(text: string): Saved {
  const found = json(text);
  const version = typeof found === "object" && found !== null && "version" in found ? found.version : undefined;
  if (version !== 1) throw new Error("it was not written by this version of the simulator, whose files have version 1");
  const [issue] = saved.safeParse(found).error?.issues ?? [];
  if (issue !== undefined) throw new Error(`${issue.path.join(".")}: ${issue.message}`);
  turn(defaults(), (found as Saved).switches);
  return found as Saved;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(text.trim() === "" ? "it is empty" : "it is not valid JSON");
  }
}

const codeOf = (error: unknown) => String((error as NodeJS.ErrnoException).code);

/** In words, where there are better ones than those of the operating system. */
const reasonOf = (error: unknown) => REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "the permission is missing",
  EISDIR: "it is a folder",
  ENOENT: "no file can be made there",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is not a folder",
  EPERM: "the permission is missing",
  EROFS: "the file system is read-only",
};
