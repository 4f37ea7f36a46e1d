import type { z } from "zod";
import type { EnsClient } from "../ens/client";
import { reason } from "../ens/errors";

/** What one resource says about itself. The rest of the lifecycle is the same for all of them. */
export interface Kind<Inputs extends object, State extends object> {
  /** What ENS's pages call it. */
  readonly noun: string;
  /** Parses what the program asks for: limits, defaults, one order for sets. */
  readonly inputs: z.ZodObject & z.ZodType<Inputs>;
  /** Rules that look at more than one property. `has` is also true for a value that is not known yet. */
  rules?(inputs: Partial<Inputs>, has: (property: keyof Inputs & string) => boolean): Failure[];
  /** What is allowed and may still be a mistake, or a bad idea: one sentence each. Only called with inputs that pass. */
  warnings?(inputs: Partial<Inputs>): string[];
  /** Inputs that ENS cannot change in place. */
  readonly replaces: readonly (keyof Inputs & string)[];
  /** Inputs whose change alone is no reason to act. */
  readonly uncompared: readonly (keyof Inputs & string)[];
  /** Properties that ENS keeps unique, as far as known: the same value again means delete before create. */
  readonly unique: readonly (keyof Inputs & string)[];
  /** What comparing inputs with state cannot see. No network: the engine calls diff one by one. */
  unfinished?(state: State, inputs: Partial<Inputs>): boolean;
  /** What a person should know before an object is replaced; `deleteFirst` when one that is in use goes before. */
  replacement?(deleteFirst: boolean, state: State): string | undefined;
  /** The property that says that an object is of no use any more, so that it is replaced, and why. No network. */
  beyondRepair?(state: State): { readonly property: keyof State & string; readonly why: string } | undefined;
  /** How messages call the object, without any secret. */
  label(inputs: Partial<Inputs>): string;
  create(ens: EnsClient, inputs: Inputs): Promise<{ readonly id: string; readonly state: State }>;
  /** Rejects with a 404 `EnsError` when the object is gone. `state` holds what ENS tells only once. */
  read(ens: EnsClient, id: string, state: State): Promise<State>;
  update(ens: EnsClient, id: string, inputs: Inputs, state: State): Promise<State>;
  delete(ens: EnsClient, id: string, state: State): Promise<void>;
}

/** A property that cannot be taken as given, why, and the way out. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** The object exists in ENS but is not usable yet. It must be kept, and the next update goes on with it. */
export class InitializationFailed extends Error {
  override readonly name = "InitializationFailed";
  /** Not called `id`: the dynamic host takes any error with an `id` for a half-made object. */
  readonly resourceId: string;
  readonly state: object;

  constructor(resourceId: string, state: object, message: string, options?: ErrorOptions) {
    super(message, options);
    this.resourceId = resourceId;
    this.state = state;
  }
}

/** From here on the object exists, so whatever fails keeps it in state. */
export async function keeping<T>(noun: string, id: string, state: object, finish: () => Promise<T>): Promise<T> {
  try {
    return await finish();
  } catch (cause) {
    if (cause instanceof InitializationFailed) throw cause;
    const message = `${noun} ${id} exists but is not as asked: ${reason(cause)}; run 'pulumi up' again`;
    throw new InitializationFailed(id, state, message, { cause });
  }
}

/** A text ending in this was named by us: `<resource>-<7 hex>`. */
const MARK = /-[0-9a-f]{7}$/;

/** Whether a name tells that this very resource of this stack made the object: nobody else comes by such a name. */
export function isOurs(name: string): boolean {
  return MARK.test(name);
}

/** The resource's name in a name of ours. */
export function unmarked(name: string): string {
  return name.replace(MARK, "");
}

export function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = object;
  return rest;
}
