import type { Clock } from "../clock";
import type { Outbound } from "../customer/outbound";
import type { Store } from "../store";
import type { Switches } from "../switches";
import type { Body } from "./field";

/** What the rules work on. */
export interface Service {
  readonly store: Store;
  readonly switches: Switches;
  readonly clock: Clock;
  readonly outbound: Pick<Outbound, "post">;
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
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** A list as a client sees it. Source: ENS REST contract §11 #27, #33, #34. */
export function listed({ switches }: Service, items: Body[]): Reply {
  if (items.length === 0 && switches.emptyList === "404") {
    return { status: 404, body: { message: "Not Found", errorcode: 404, documentation: "" } };
  }
  const ordered = switches.shuffle === "on" ? [...items].reverse() : items;
  return { status: 200, body: switches.listShape === "items" ? { items: ordered } : ordered };
}

/** The answer of a delete that worked; its body is not documented. Source: §11 #31. */
export function deleted({ switches }: Service): Reply {
  if (switches.deleteBody === "json") return { status: 200, body: {} };
  return switches.deleteBody === "text" ? { status: 200, body: "OK" } : { status: 200 };
}
