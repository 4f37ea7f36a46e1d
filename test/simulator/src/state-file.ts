import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { sync as writeAtomically } from "write-file-atomic";
import { z } from "zod";
import type { Grant } from "./api/token";
import type { State } from "./store";
import { type Answers, defaults, setSwitches } from "./switches";

/**
 * Data that a state file keeps between runs: objects, tokens with their expiry, the advance of the clock, and the
 * switches. Pending deliveries, faults and the journal are not kept.
 */
export interface Saved {
  readonly version: 1;
  readonly objects: State;
  readonly grants: readonly (readonly [string, Grant])[];
  readonly advancedSeconds: number;
  readonly switches: Answers;
  /** Numbers drawn from the seed so far, so that the same seed never repeats an id or a key. */
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

/** A state file, which is complete at any time because it is replaced by renaming. Only its owner can read it. */
export class StateFile {
  readonly #path: string;
  #written = "";

  constructor(path: string) {
    this.#path = resolve(path);
  }

  /**
   * Reads the file. Returns `undefined` when it does not exist. Throws, without changing anything, when it is not a state
   * file or cannot be written.
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

  /** Checks the permissions that `save` needs later, by writing a file in the same folder. */
  #tryToWrite(): void {
    const trial = `${this.#path}.${process.pid}.trial`;
    const folder = dirname(this.#path);
    try {
      writeFileSync(trial, "trial", { mode: 0o600 });
      rmSync(trial);
    } catch (cause) {
      const why = existsSync(folder) ? reasonOf(cause) : `the folder ${folder} does not exist`;
      throw this.#failure("written", why, "Fix this", cause);
    }
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#path, "utf8");
    } catch (cause) {
      if (codeOf(cause) === "ENOENT") return undefined;
      throw this.#failure("read", reasonOf(cause), "Fix this", cause);
    }
  }

  #parse(text: string): Saved {
    try {
      return parsed(text);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw this.#failure("used", why, "Move the file away to start without state", cause);
    }
  }

  #failure(done: string, why: string, wayOut: string, cause: unknown): Error {
    return new Error(`The state file ${this.#path} cannot be ${done}: ${why}. ${wayOut}, or choose another file.`, {
      cause,
    });
  }
}

/** Parses a state file. Error messages never quote the text, which contains secrets. */
function parsed(text: string): Saved {
  const found = json(text);
  const version = typeof found === "object" && found !== null && "version" in found ? found.version : undefined;
  if (version !== 1) throw new Error("this version of the simulator reads files of version 1 only");
  const [issue] = saved.safeParse(found).error?.issues ?? [];
  if (issue !== undefined) throw new Error(`${issue.path.join(".")}: ${issue.message}`);
  setSwitches(defaults(), (found as Saved).switches);
  return found as Saved;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(text.trim() === "" ? "the file is empty" : "the file is not valid JSON");
  }
}

const codeOf = (error: unknown) => String((error as NodeJS.ErrnoException).code);

/** Replaces the error texts of the operating system by plainer ones. */
const reasonOf = (error: unknown) => REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "the permission is missing",
  EISDIR: "the path is a folder",
  ENOENT: "the file cannot be created",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is not a folder",
  EPERM: "the permission is missing",
  EROFS: "the file system is read-only",
};
