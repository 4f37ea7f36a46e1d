import type { KnownKey } from "../properties/callback";

/** One entry of the stack's state that holds an object. Two entries can hold the same one. */
export interface Holder {
  /** When the entry was created, ISO 8601: it tells the entries of one object apart. */
  readonly stamp: string;
  /** The resource that the entry belongs to, as far as known. */
  readonly owner?: string | undefined;
  readonly key?: KnownKey | undefined;
}

/** What a resource had before the object that now replaces it. */
export interface Predecessor {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/**
 * What this run was told about the objects in ENS, and what it has done to them. The engine calls `diff`, `update` and
 * `create` with one entry each and never says which entries there are, so this is all that can be known; an entry that
 * nobody mentioned is unknown here.
 */
export class Objects {
  /** Ids that this run has deleted: lists may show them a little longer. */
  readonly deleted = new Set<string>();
  /** Ids whose delete is under way, also while it waits. */
  readonly deleting = new Set<string>();
  /** Ids that this run has created, with the resource that each is for. Those that are not finished are in no entry yet. */
  readonly creating = new Map<string, string | undefined>();
  /** Ids that this run left in ENS on purpose. */
  readonly left = new Set<string>();
  /** Callbacks of which a line has said that their subscriptions are taken over: they may be hundreds. */
  readonly announced = new Set<string>();
  /** Resources whose callback this run has deleted. Those that are replaced get another one. */
  readonly deletedFor = new Set<string>();
  /** Resources of the program: the engine has checked their inputs. A refresh does not. */
  readonly inProgram = new Set<string>();
  /** What the last run asked for, by resource: the engine tells it before it decides to replace, and not again after. */
  readonly lastInputs = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #holders = new Map<string, Map<string, Holder>>();
  readonly #predecessors = new Map<string, Predecessor>();
  readonly #successors = new Map<string, number>();

  /** An entry of the state holds the object. What is told later adds to what is known. */
  hold(id: string, holder: Holder): void {
    const holders = this.#holders.get(id) ?? new Map<string, Holder>();
    const known = holders.get(holder.stamp);
    const told = { ...holder, owner: holder.owner ?? known?.owner, key: holder.key ?? known?.key };
    this.#holders.set(id, holders.set(holder.stamp, told));
  }

  /** The entry is about to go. Those that stay are returned. */
  release(id: string, stamp: string): Holder[] {
    this.#holders.get(id)?.delete(stamp);
    return this.holders(id);
  }

  holders(id: string): Holder[] {
    return [...(this.#holders.get(id)?.values() ?? [])];
  }

  isHeld(id: string): boolean {
    return this.holders(id).length > 0;
  }

  /** `diff` decided that the resource is replaced: the `create` that follows is told of what it replaces. */
  rememberPredecessor(owner: string, predecessor: Predecessor): void {
    this.#predecessors.set(owner, predecessor);
  }

  predecessorOf(owner: string | undefined): Predecessor | undefined {
    return owner === undefined ? undefined : this.#predecessors.get(owner);
  }

  /** An object took the place of another one at this time, in milliseconds since the epoch. */
  rememberSuccessor(oldId: string, since: number): void {
    this.#successors.set(oldId, since);
  }

  /** Since when another object has been in the place of this one; `undefined` when none is known to be. */
  succeededAt(oldId: string): number | undefined {
    return this.#successors.get(oldId);
  }
}

/** How a resource is told from all others here: the name of its kind, and what its constructor said of it. */
export function ownerKey(kind: string, owner: unknown): string | undefined {
  return typeof owner === "string" ? `${kind} ${owner}` : undefined;
}

/** The resource of such a key, as its constructor said it. */
export function ownerIn(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}
