import { Agent, fetch } from "undici";
import type { Package, PackageChange } from "../api/packages";
import type { Delivery, Emission } from "../events/emission";
import type { Chance, Fault } from "../http/fault";
import type { Entry, JournalQuery } from "../http/journal";
import type { Collection, State } from "../store";
import type { Answers, Switches } from "../switches";

/** An event to emit: its type, and what goes over the fields that events of this type usually have. */
export type Emitted = { readonly eventCategoryType: string; readonly [field: string]: unknown };

/** The admin API for programs, also for a simulator in another process. Each method rejects with the refusal's text. */
export class AdminClient {
  readonly #url: string;
  readonly #dispatcher: Agent | undefined;

  /** `ca`, in PEM, is trusted besides; for a simulator that speaks HTTPS. */
  constructor(adminUrl: string, trust?: { readonly ca: string }) {
    this.#url = adminUrl.replace(/\/$/, "");
    this.#dispatcher = trust && new Agent({ connect: { ca: trust.ca } });
  }

  /** All stored objects, secrets included: this is a test double. */
  state(): Promise<State> {
    return this.#call("GET", "state");
  }

  /** Makes an object as somebody in Setup would, without the API's rules; resolves with its id. */
  async add(collection: Collection, fields: object): Promise<string> {
    return (await this.#call<{ id: string }>("POST", collection, fields)).id;
  }

  /** Changes an object as somebody in Setup would, without the API's rules. */
  async patch(collection: Collection, id: string, fields: object): Promise<void> {
    await this.#call("PATCH", `${collection}/${id}`, fields);
  }

  async remove(collection: Collection, id: string): Promise<void> {
    await this.#call("DELETE", `${collection}/${id}`);
  }

  /**
   * Emits one event, or several that happen at once. Resolves when nothing more happens without time: what is not
   * delivered or given up waits for its next attempt.
   */
  emit(events: Emitted | readonly Emitted[]): Promise<Emission> {
    return this.#call("POST", "events", events);
  }

  /** How it stands with the last deliveries, the oldest first. */
  deliveries(): Promise<Delivery[]> {
    return this.#call("GET", "deliveries");
  }

  /** The oldest first; those that `query` leaves. */
  journal(query: JournalQuery = {}): Promise<Entry[]> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    return this.#call("GET", `journal?${search}`);
  }

  async clearJournal(): Promise<void> {
    await this.#call("DELETE", "journal");
  }

  /** Replaces all faults for the next requests. */
  async faults(faults: readonly Fault[]): Promise<void> {
    await this.#call("PUT", "faults", faults);
  }

  /** Replaces the faults by chance. */
  async chance(chance: Chance): Promise<void> {
    await this.#call("PUT", "faults/chance", chance);
  }

  /** What is left of the faults, and the seed. */
  pending(): Promise<{ next: Fault[]; chance: Chance & { seed: number } }> {
    return this.#call("GET", "faults");
  }

  switches(changes: Answers): Promise<Switches> {
    return this.#call("PUT", "switches", changes);
  }

  /** Resolves when all that became due is done. */
  clock(change: { readonly advanceSeconds: number }): Promise<{ now: number }> {
    return this.#call("POST", "clock", change);
  }

  /** The installed packages, secrets included; scopes as they were last given. */
  packages(): Promise<Package[]> {
    return this.#call("GET", "packages");
  }

  /** Changes a package as somebody in Setup would. New scopes show in tokens after five minutes. */
  async changePackage(clientId: string, change: PackageChange): Promise<void> {
    await this.#call("PATCH", `packages/${clientId}`, change);
  }

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
