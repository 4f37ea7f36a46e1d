import type { Clock } from "../clock";
import type { Outbound } from "../customer/outbound";
import type { Random } from "../random";
import type { Collection, State, Store } from "../store";
import type { Switches } from "../switches";
import { type Body, guid } from "./field";
import { notFound } from "./refusal";

/** The parts of the simulator that the rules use. */
export interface Service {
  /** The objects. For reads, the objects as reads see them. */
  readonly store: Store;
  readonly switches: Switches;
  readonly clock: Clock;
  readonly outbound: Pick<Outbound, "post">;
  readonly random: Random;
  /** Receives a line for the terminal. */
  readonly log: (line: string) => void;
}

/** A request to a route whose token was checked. */
export interface Call extends Service {
  /** The business unit of the token. */
  readonly mid: number;
  /** The enterprise of the token. */
  readonly tenant: number;
  /** The id in the path. Empty for routes without an id. */
  readonly id: string;
  /** The parsed body, or `undefined` without a body. */
  readonly body: unknown;
  /** Returns the objects as a delete sees them when it looks for associations. */
  associations(): Store;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** Reads the id in the path. The response to an id that is not a GUID is assumed. Source: ENS REST contract §11 #35, §11.3 A14. */
export function idInPath({ id, switches }: Call, what: string): string {
  try {
    return guid(id, what);
  } catch (refusal) {
    throw switches.malformedId === "404" ? notFound() : refusal;
  }
}

/** Builds the response of a list. Source: §11 #27, #33, #34. */
export function listed(call: Service, items: Body[]): Reply {
  if (items.length === 0 && call.switches.emptyList === "404") throw notFound();
  const ordered = shuffled(call, items);
  return { status: 200, body: call.switches.listShape === "items" ? { items: ordered } : ordered };
}

/** Applies the order of lists, also of those inside an object. Assumed. Source: §11 #27. */
export function shuffled<Item>({ switches }: Service, items: readonly Item[]): Item[] {
  return switches.shuffle === "on" ? items.toReversed() : [...items];
}

/** Deletes an object unless `free` throws. The response for an already deleted object is assumed. Source: §11 #31, #32. */
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
