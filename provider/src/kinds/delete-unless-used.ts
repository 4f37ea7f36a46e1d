import { EnsError, reason } from "../ens/errors";
import { ASSOCIATION_LAG_MS, poll } from "../ens/poll";
import type { Run } from "../run/run";
import { type Blocker, listText, someManaged } from "./blockers";

/** How long the blockers must stay the same before the delete fails. This run or another one may be deleting them. */
const PATIENCE_MS = 3000;
/** How long a list without blockers is used again. */
const LOOK_AGAIN_MS = 10_000;

const DELETE_BY_STACK =
  " Delete the objects of a stack with that stack. If it is this stack, use --target, because a literal id in the program " +
  "creates no dependency.";

/** The object to delete. */
export interface Target {
  readonly id: string;
  /** Name of the object in messages. */
  readonly object: string;
  delete(): Promise<void>;
}

/** Objects that may block the delete, and the advice for messages about them. */
export interface Users {
  readonly noun: string;
  /** Full sentences. */
  readonly advice: string;
  find(): Promise<Found>;
  /** Deletes blockers if the program asks for it, except those that resources of the stack manage. */
  clear?(blockers: Blocker[]): Promise<void>;
}

export interface Found {
  readonly blockers: readonly Blocker[];
  /** Possible blockers, if ENS does not show which objects use the target. */
  readonly perhaps?: readonly Blocker[];
}

/**
 * Deletes an object that ENS does not delete while other objects refer to it. A rejection without a visible blocker
 * means that ENS still knows a deleted association, so the request is repeated for up to three minutes. Throws an error
 * with the names of the blockers if they stay.
 *
 * Source: ENS REST contract §2.5 (409 for callbacks), §11 #6 (schemes: the status is not documented).
 */
export async function deleteUnlessUsed(run: Run, target: Target, by: Users): Promise<void> {
  const { id: own, object } = target;
  const watch = new BlockerWatch(run, by);
  let refused: EnsError | undefined;
  const outcome = await poll(run, ASSOCIATION_LAG_MS, `ENS to accept the delete of ${object}`, async () => {
    try {
      await run.trackDelete(own, () => target.delete());
      return "deleted" as const;
    } catch (error) {
      if (!(error instanceof EnsError && meansUsed(error, by.noun))) throw error;
      refused = error;
    }
    await watch.look();
    const staying = watch.blockers.filter(({ id }) => !run.objects.deleting.has(id));
    const clearable = by.clear === undefined ? [] : staying.filter(({ id }) => !run.objects.isHeld(id));
    if (clearable.length === 0) return watch.stays ? ("used" as const) : undefined;
    await by.clear?.(clearable);
    return undefined;
  });
  if (outcome !== "deleted") throw new Error(watch.explain(object, String(refused?.message)), { cause: refused });
}

/**
 * Whether a rejection means that other objects refer to the target. Error codes from 10000 to 19999 are about
 * parameters.
 * Source: ENS REST contract §11 #6, §9.2.
 */
function meansUsed({ status = 0, errorcode = 0, detail }: EnsError, noun: string): boolean {
  if (status === 409 || (status === 400 && !(errorcode >= 10_000 && errorcode < 20_000))) return true;
  const words = new RegExp(`associat|in use|attached|depend|referenc|\\b${noun}s?\\b`, "i");
  return status >= 400 && status < 500 && status !== 429 && words.test(detail);
}

/** The last seen blockers, and since when they have been the same. */
class BlockerWatch {
  readonly #run: Run;
  readonly #by: Users;
  #found: Found = { blockers: [] };
  /** Why the blockers could not be listed. */
  #listFailure: string | undefined;
  #looked = Number.NEGATIVE_INFINITY;
  #same = { ids: "", since: 0 };

  constructor(run: Run, by: Users) {
    this.#run = run;
    this.#by = by;
  }

  get blockers(): Blocker[] {
    return this.#found.blockers.filter(({ id }) => !this.#run.objects.deleted.has(id));
  }

  get stays(): boolean {
    const { ids, since } = this.#same;
    return ids !== "" && this.#run.clock.now() - since >= PATIENCE_MS;
  }

  async look(): Promise<void> {
    const now = this.#run.clock.now();
    if (this.blockers.length === 0) {
      this.#same = { ids: "", since: now };
      if (now - this.#looked < LOOK_AGAIN_MS) return;
    }
    this.#looked = now;
    try {
      this.#found = await this.#by.find();
      this.#listFailure = undefined;
    } catch (error) {
      this.#listFailure = reason(error);
    }
    const staying = this.blockers.filter(({ id }) => !this.#run.objects.deleting.has(id));
    const ids = staying
      .map(({ id }) => id)
      .toSorted()
      .join();
    if (ids !== this.#same.ids) this.#same = { ids, since: now };
  }

  /** Returns the message for a delete of `object` that ENS rejected with `rejection` until the end. */
  explain(object: string, rejection: string): string {
    const { noun, advice } = this.#by;
    const { blockers } = this;
    if (blockers.length > 0) {
      const byStack = someManaged(this.#run, blockers) ? DELETE_BY_STACK : "";
      return `${object} still has ${countText(blockers, noun)}: ${listText(this.#run, blockers)}${advice}${byStack}`;
    }
    const lasting = `${rejection}\nENS has rejected the delete for ${ASSOCIATION_LAG_MS / 1000} s`;
    if (this.#listFailure !== undefined) {
      return `${lasting}. The ${noun}s that use ${object} could not be listed: ${this.#listFailure}`;
    }
    const perhaps = (this.#found.perhaps ?? []).filter(({ id }) => !this.#run.objects.deleted.has(id));
    if (perhaps.length > 0) {
      const users = `It may be used by a ${noun} of another business unit, or by one of these: ${listText(this.#run, perhaps)}`;
      return `${lasting} and does not show which ${noun}s use ${object}. ${users}${advice}`;
    }
    return `${lasting}, but lists no ${noun} that uses ${object}. Run the same command again later.`;
  }
}

function countText(blockers: readonly Blocker[], noun: string): string {
  return `${blockers.length} ${noun}${blockers.length === 1 ? "" : "s"}`;
}
