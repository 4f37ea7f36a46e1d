import { EnsError, reason } from "../ens/errors";
import { ASSOCIATION_LAG_MS, poll } from "../ens/poll";
import type { Run } from "../run/run";
import { type Blocker, listText, someManaged } from "./blockers";

/** How long blockers must stay as they are: the delete of one may be on its way, in this run or in another. */
const PATIENCE_MS = 3000;
/** A list that showed nobody is not asked for again at each try. */
const LOOK_AGAIN_MS = 10_000;

const THEIRS =
  "; what a stack made, delete by that stack (by --target, if it is this one: an id given as a text makes no order)";

/** What is to be deleted. */
export interface Target {
  readonly id: string;
  /** How messages call it. */
  readonly object: string;
  delete(): Promise<void>;
}

/** Who may stand in the way, and how a person clears it. */
export interface Users {
  readonly noun: string;
  readonly advice: string;
  find(): Promise<Found>;
  /** Deletes them, where the program asked for that: all but those that resources of the stack hold. */
  clear?(blockers: Blocker[]): Promise<void>;
}

export interface Found {
  readonly blockers: readonly Blocker[];
  /** ENS does not show who uses it: it may be any of these. */
  readonly perhaps?: readonly Blocker[];
}

/**
 * Deletes an object that ENS refuses to delete while others refer to it. A refusal with nobody in sight is the lag of an
 * association that is gone: it is asked again for up to three minutes. Those who are in sight and stay are named.
 *
 * Source: ENS REST contract §2.5 (409 for callbacks), §11 #6 (schemes: the status is not documented).
 */
export async function deleteUnlessUsed(run: Run, target: Target, by: Users): Promise<void> {
  const { id: own, object } = target;
  const sight = new BlockerWatch(run, by);
  let refused: EnsError | undefined;
  const outcome = await poll(run, ASSOCIATION_LAG_MS, `ENS to let go of ${object}`, async () => {
    try {
      await run.trackDelete(own, () => target.delete());
      return "deleted" as const;
    } catch (error) {
      if (!(error instanceof EnsError && meansUsed(error, by.noun))) throw error;
      refused = error;
    }
    await sight.look();
    const staying = sight.blockers.filter(({ id }) => !run.objects.deleting.has(id));
    const clearable = by.clear === undefined ? [] : staying.filter(({ id }) => !run.objects.isHeld(id));
    if (clearable.length === 0) return sight.stays ? ("used" as const) : undefined;
    await by.clear?.(clearable);
    return undefined;
  });
  if (outcome !== "deleted") throw new Error(sight.explained(object, String(refused?.message)), { cause: refused });
}

/** Source: ENS REST contract §11 #6, §9.2: 10000 to 19999 are about parameters, so not about what refers to it. */
function meansUsed({ status = 0, errorcode = 0, detail }: EnsError, noun: string): boolean {
  if (status === 409 || (status === 400 && !(errorcode >= 10_000 && errorcode < 20_000))) return true;
  const speaks = new RegExp(`associat|in use|attached|depend|referenc|\\b${noun}s?\\b`, "i");
  return status >= 400 && status < 500 && status !== 429 && speaks.test(detail);
}

/** Who was in the way when it was looked last, and since when it has been these. */
class BlockerWatch {
  readonly #run: Run;
  readonly #by: Users;
  #found: Found = { blockers: [] };
  #unseen: string | undefined;
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
      this.#unseen = undefined;
    } catch (error) {
      this.#unseen = reason(error);
    }
    const staying = this.blockers.filter(({ id }) => !this.#run.objects.deleting.has(id));
    const ids = staying
      .map(({ id }) => id)
      .toSorted()
      .join();
    if (ids !== this.#same.ids) this.#same = { ids, since: now };
  }

  explained(object: string, refused: string): string {
    const { noun, advice } = this.#by;
    const { blockers } = this;
    if (blockers.length > 0) {
      const theirs = someManaged(this.#run, blockers) ? THEIRS : "";
      return `${object} still has ${countText(blockers, noun)}: ${listText(this.#run, blockers)}${advice}${theirs}`;
    }
    const lasting = `${refused}, after ${ASSOCIATION_LAG_MS / 1000} s`;
    if (this.#unseen !== undefined) return `${lasting}; which ${noun}s use it cannot be seen: ${this.#unseen}`;
    const perhaps = (this.#found.perhaps ?? []).filter(({ id }) => !this.#run.objects.deleted.has(id));
    if (perhaps.length > 0) {
      const any = `no ${noun} is listed as using it, and ENS may not show that: then it is one of another business unit or of`;
      return `${lasting}; ${any} ${countText(perhaps, noun)}: ${listText(this.#run, perhaps)}${advice}`;
    }
    return `${lasting} and although no ${noun} is listed; run the same command again later`;
  }
}

function countText(blockers: readonly Blocker[], noun: string): string {
  return `${blockers.length} ${noun}${blockers.length === 1 ? "" : "s"}`;
}
