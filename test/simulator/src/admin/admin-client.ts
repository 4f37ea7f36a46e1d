import { Agent, fetch } from "undici";
import type { Package, PackageChange } from "../api/packages";
import type { Delivery, Emission } from "../events/emission";
import type { Chance, Fault } from "../http/fault";
import type { Entry, JournalQuery } from "../http/journal";
import type { Collection, State } from "../store";
import type { Answers, Switches } from "../switches";

/** An event to emit: its type, and fields that override the defaults of this type. */
export type Emitted = { readonly eventCategoryType: string; readonly [field: string]: unknown };

/** A client of the admin API, also for a simulator in another process. Methods reject with the message of the API. */
export class AdminClient {
  readonly #url: string;
  readonly #dispatcher: Agent | undefined;

  /** `ca` is an additional trusted authority in PEM, for a simulator that serves HTTPS. */
  constructor(adminUrl: string, trust?: { readonly ca: string }) {
    this.#url = adminUrl.replace(/\/$/, "");
    this.#dispatcher = trust && new Agent({ connect: { ca: trust.ca } });
  }

  /** Returns all stored objects, secrets included, because the simulator is a test double. */
  state(): Promise<State> {
    return this.#call("GET", "state");
  }

  /** Creates an object as an administrator in Setup does, without the rules of the API. Resolves with its id. */
  async add(collection: Collection, fields: object): Promise<string> {
    return (await this.#call<{ id: string }>("POST", collection, fields)).id;
  }

  /** Updates an object as an administrator in Setup does, without the rules of the API. */
  async patch(collection: Collection, id: string, fields: object): Promise<void> {
    await this.#call("PATCH", `${collection}/${id}`, fields);
  }

  /** Deletes an object, without the rules of the API. */
  async remove(collection: Collection, id: string): Promise<void> {
    await this.#call("DELETE", `${collection}/${id}`);
  }

  /**
   * Emits one event, or several at the same time. Resolves as soon as each delivery has succeeded, has been given up, or
   * waits for a later attempt.
   */
  emit(events: Emitted | readonly Emitted[]): Promise<Emission> {
    return this.#call("POST", "events", events);
  }

  /** Returns the last deliveries and their outcomes, oldest first. */
  deliveries(): Promise<Delivery[]> {
    return this.#call("GET", "deliveries");
  }

  /** Returns the entries of the journal that match `query`, oldest first. */
  journal(query: JournalQuery = {}): Promise<Entry[]> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    return this.#call("GET", `journal?${search}`);
  }

  async clearJournal(): Promise<void> {
    await this.#call("DELETE", "journal");
  }

  /** Replaces the faults for the next requests. */
  async faults(faults: readonly Fault[]): Promise<void> {
    await this.#call("PUT", "faults", faults);
  }

  /** Replaces the settings of the random faults. */
  async chance(chance: Chance): Promise<void> {
    await this.#call("PUT", "faults/chance", chance);
  }

  /** Returns the remaining faults, the settings of the random faults, and the seed. */
  pending(): Promise<{ next: Fault[]; chance: Chance & { seed: number } }> {
    return this.#call("GET", "faults");
  }

  /** Sets some switches. Resolves with all of them. */
  switches(changes: Answers): Promise<Switches> {
    return this.#call("PUT", "switches", changes);
  }

  /** Moves the clock. Resolves when everything that became due is done. */
  clock(change: { readonly advanceSeconds: number }): Promise<{ now: number }> {
    return this.#call("POST", "clock", change);
  }

  /** Returns the installed packages, secrets included, with the permissions that were set last. */
  packages(): Promise<Package[]> {
    return this.#call("GET", "packages");
  }

  /** Updates a package as an administrator in Setup does. Tokens have new permissions after five minutes. */
  async changePackage(clientId: string, change: PackageChange): Promise<void> {
    await this.#call("PATCH", `packages/${clientId}`, change);
  }

  /** Deletes all objects, the journal and the faults, and resets switches, packages and random faults. */
  async reset(): Promise<void> {
    await this.#call("POST", "reset");
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const trusting = this.#dispatcher === undefined ? {} : { dispatcher: this.#dispatcher };
    const response = await fetch(`${this.#url}/${path}`, { method, ...sent, ...trusting });
    const text = await response.text();
    const answer: unknown = text === "" ? undefined : JSON.parse(text);
    if (!response.ok) throw new Error(`${method} ${path}: ${(answer as { message: string }).message}`);
    return answer as T;
  }
}
