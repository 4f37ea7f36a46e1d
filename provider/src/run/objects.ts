import type { KnownKey } from "../properties/callback";

/** An entry of the stack's state that manages an object. Two entries can manage the same object. */
export interface Holder {
  /** When the entry was created, ISO 8601. It distinguishes the entries of one object. */
  readonly stamp: string;
  /** The resource that the entry belongs to, if known. */
  readonly owner?: string | undefined;
  readonly key?: KnownKey | undefined;
}

/** The object of a resource before its replacement. */
export interface Predecessor {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/**
 * What this run knows about the objects in ENS, and what it has done to them. The engine calls `diff`, `update` and `create`
 * with one entry each and never lists all entries, so entries that it has not passed yet are unknown.
 */
export class Objects {
  /** Ids that this run has deleted. Lists may still contain them for a while. */
  readonly deleted = new Set<string>();
  /** Ids that are being deleted, including those whose delete waits. */
  readonly deleting = new Set<string>();
  /** Ids that this run has created, with their resources. Unfinished ones are not in an entry yet. */
  readonly creating = new Map<string, string | undefined>();
  /** Ids that this run keeps in ENS on purpose. */
  readonly left = new Set<string>();
  /** Callbacks for which the run has already reported that it takes over their subscriptions, of which there may be hundreds. */
  readonly announced = new Set<string>();
  /** Resources whose callback this run has deleted, for example to replace it. */
  readonly deletedFor = new Set<string>();
  /** Resources of the program, whose inputs the engine has checked. A refresh does not check inputs. */
  readonly inProgram = new Set<string>();
  /** Inputs of the last run by resource. The engine passes them before it decides on a replacement, but not afterwards. */
  readonly lastInputs = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #holders = new Map<string, Map<string, Holder>>();
  readonly #predecessors = new Map<string, Predecessor>();
  readonly #successors = new Map<string, number>();

  /** Records that an entry of the state manages the object. Later facts are added to earlier ones. */
  hold(id: string, holder: Holder): void {
    const holders = this.#holders.get(id) ?? new Map<string, Holder>();
    const known = holders.get(holder.stamp);
    const merged = { ...holder, owner: holder.owner ?? known?.owner, key: holder.key ?? known?.key };
    this.#holders.set(id, holders.set(holder.stamp, merged));
  }

  /** Removes an entry that is about to leave the state. Returns the remaining entries of the object. */
  release(id: string, stamp: string): Holder[] {
    this.#holders.get(id)?.delete(stamp);
    return this.holders(id);
  }

  /** Returns the entries that manage the object. */
  holders(id: string): Holder[] {
    return [...(this.#holders.get(id)?.values() ?? [])];
  }

  isHeld(id: string): boolean {
    return this.holders(id).length > 0;
  }

  /** Records that a resource is replaced, so that the following `create` knows the replaced object. */
  rememberPredecessor(owner: string, predecessor: Predecessor): void {
    this.#predecessors.set(owner, predecessor);
  }

  predecessorOf(owner: string | undefined): Predecessor | undefined {
    return owner === undefined ? undefined : this.#predecessors.get(owner);
  }

  /** Records that an object replaced another one at this time, in milliseconds since the epoch. */
  rememberSuccessor(oldId: string, since: number): void {
    this.#successors.set(oldId, since);
  }

  /** Returns when another object replaced this one; `undefined` if no replacement is known. */
  succeededAt(oldId: string): number | undefined {
    return this.#successors.get(oldId);
  }
}

/** Returns a key that identifies a resource: the name of its kind and the owner that its constructor set. */
export function ownerKey(kind: string, owner: unknown): string | undefined {
  return typeof owner === "string" ? `${kind} ${owner}` : undefined;
}

/** Returns the owner in such a key. */
export function ownerIn(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}
