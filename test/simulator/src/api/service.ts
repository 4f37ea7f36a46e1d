import type { Clock } from "../clock";
import type { Outbound } from "../customer/outbound";
import type { Random } from "../random";
import type { Collection, State, Store } from "../store";
import type { Switches } from "../switches";
import { type Body, guid } from "./field";
import { notFound } from "./refusal";

/** What the rules work on. */
export interface Service {
  /** For reads, the objects as reads see them. */
  readonly store: Store;
  readonly switches: Switches;
  readonly clock: Clock;
  readonly outbound: Pick<Outbound, "post">;
  readonly random: Random;
  /** Receives a line for the terminal. */
  readonly log: (line: string) => void;
}

/** One call of a route, its token checked. */
export interface Call extends Service {
  /** The business unit of the token. */
  readonly mid: number;
  /** Its enterprise. */
  readonly tenant: number;
  /** The id in the path; empty for routes without. */
  readonly id: string;
  /** The parsed body; `undefined` without one. */
  readonly body: unknown;
  /** The objects as deletes see them that look for an association. */
  associations(): Store;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** The id in the path. One that is no GUID: assumed. Source: ENS REST contract §11 #35, §11.3 A14. */
export function idInPath({ id, switches }: Call, what: string): string {
  try {
    return guid(id, what);
  } catch (refusal) {
    throw switches.malformedId === "404" ? notFound() : refusal;
  }
}

/** A list as a client sees it. Source: §11 #27, #33, #34. */
export function listed(call: Service, items: Body[]): Reply {
  if (items.length === 0 && call.switches.emptyList === "404") throw notFound();
  const ordered = shuffled(call, items);
  return { status: 200, body: call.switches.listShape === "items" ? { items: ordered } : ordered };
}

/** The order of lists, also of those inside an object. Assumed. Source: §11 #27. */
export function shuffled<Item>({ switches }: Service, items: readonly Item[]): Item[] {
  return switches.shuffle === "on" ? items.toReversed() : [...items];
}

/** Deletes, if `free` does not refuse. One that is gone already: assumed. Source: §11 #31, #32. */
export function deleted<Name extends Collection>(
  call: Call,
  collection: Name,
  id: string,
  free: (object: State[Name][number]) => void = () => {},
): Reply {
  const object = call.store.find(collection, call.mid, id);
  if (object !== undefined) {
    free(object);
    call.store.remove(collection, id);
  } else if (call.switches.repeatDelete === "404" || !call.store.wasThere(collection, call.mid, id)) {
    throw notFound();
  }
  const { deleteBody } = call.switches;
  if (deleteBody === "json") return { status: 200, body: {} };
  return deleteBody === "text" ? { status: 200, body: "OK" } : { status: 200 };
}
