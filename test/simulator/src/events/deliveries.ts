import type { Body } from "../api/field";
import type { Service } from "../api/service";
import type { CustomerTokens } from "../customer/customer-tokens";
import type { Faults } from "../http/fault";
import { attempt, type Post } from "./attempt";
import type { Effect } from "./effect";
import type { Delivery, Emission } from "./emission";
import { payloadOf } from "./payload/payload";
import { type Due, recipientsOf, stillDue } from "./recipients";
import { afterFailure } from "./retry";
import { keyOf } from "./signature";
import { isSuspended, Suspensions } from "./suspension";

/** A batch that is not finished. */
interface Batch {
  readonly due: Due;
  readonly body: Buffer;
  readonly since: number;
  /** Its current state. */
  delivery: Delivery;
  /** Resolves when the batch is finished or waits for a later attempt. `rest` resolves it. */
  readonly rested: Promise<void>;
  readonly rest: () => void;
}

/** The business unit of events that name none. */
export interface Home {
  readonly mid: number;
  /** Returns the enterprise of a business unit. */
  readonly tenantOf: (mid: number) => number;
}

const MOST_KEPT = 10_000;

/** Emits events in batches, with attempts and retries in the simulator's time. */
export class Deliveries {
  readonly #service: Service & { readonly faults: Faults };
  readonly #tokens: CustomerTokens;
  readonly #effect: () => Effect;
  readonly #home: Home;
  readonly #onChange: () => void;
  readonly #suspensions = new Suspensions();
  readonly #batches = new Set<Batch>();
  /** Deliveries by number, finished ones included. */
  readonly #log = new Map<number, Delivery>();
  #count = 0;

  constructor(
    service: Service & { readonly faults: Faults },
    tokens: CustomerTokens,
    effect: () => Effect,
    home: Home,
    onChange = () => {},
  ) {
    this.#service = service;
    this.#tokens = tokens;
    this.#effect = effect;
    this.#home = home;
    this.#onChange = onChange;
  }

  /** The business unit of events that name none, and its enterprise. */
  get home(): { readonly mid: number; readonly eid: number } {
    const { mid, tenantOf } = this.#home;
    return { mid, eid: tenantOf(mid) };
  }

  /** The last deliveries, oldest first. */
  get list(): Delivery[] {
    return [...this.#log.values()];
  }

  /**
   * Emits events at the same time. Resolves when every batch was delivered, was given up, is deferred, or waits for a
   * frozen clock.
   */
  async emit(given: readonly Body[]): Promise<Emission> {
    const { clock, random } = this.#service;
    const events = given.map((event) => {
      const mid = Number(event.mid ?? this.#home.mid);
      return payloadOf(event, { now: clock.now(), mid, eid: this.#home.tenantOf(mid), random });
    });
    const { due, skipped } = recipientsOf(this.#service, this.#effect(), events);
    const begun = due.flatMap((one) => this.#batchesOf(one)).map((one) => this.#begin(one));
    await Promise.all(begun.map(({ rested }) => rested));
    return { deliveries: begun.map(({ delivery }) => delivery), skipped };
  }

  /** Drops all deliveries, including those that wait for an attempt. */
  clear(): void {
    for (const { rest } of this.#batches) rest();
    this.#batches.clear();
    this.#log.clear();
    this.#count = 0;
    this.#suspensions.clear();
    this.#onChange();
  }

  /** At most `maxBatchSize` events each: documented. Source: ENS REST contract §6.1. */
  #batchesOf(due: Due): Due[] {
    const { maxBatchSize } = due.callback;
    const count = Math.ceil(due.events.length / maxBatchSize);
    return Array.from({ length: count }, (_, index) => {
      const events = due.events.slice(index * maxBatchSize, (index + 1) * maxBatchSize);
      return { ...due, events };
    });
  }

  #begin(due: Due): Batch {
    this.#count += 1;
    const { callbackId, url } = due.callback;
    let rest = () => {};
    const rested = new Promise<void>((resolve) => {
      rest = resolve;
    });
    const batch: Batch = {
      due,
      // An array even for one event: documented. All attempts send the same bytes. Source: §6.1.
      body: Buffer.from(JSON.stringify(due.events)),
      since: this.#service.clock.now(),
      delivery: {
        number: this.#count,
        callbackId,
        subscriptionId: due.subscriptionIds[0] ?? "",
        url,
        events: due.events.length,
        attempts: 0,
        outcome: "waiting",
        authorization: "none",
      },
      rested,
      rest,
    };
    this.#batches.add(batch);
    this.#plan(batch, "waiting", this.#service.switches.retryIntervals[0] ?? 0);
    return batch;
  }

  /** Records the state of a batch, and drops the oldest finished deliveries above the limit. */
  #note(batch: Batch, delivery: Delivery): void {
    if (!this.#batches.has(batch)) return;
    batch.delivery = delivery;
    this.#log.set(delivery.number, delivery);
    this.#onChange();
    for (const { number, outcome } of this.#log.values()) {
      if (this.#log.size <= MOST_KEPT) return;
      if (outcome !== "waiting" && outcome !== "deferred") this.#log.delete(number);
    }
  }

  #plan(batch: Batch, outcome: "waiting" | "deferred", seconds: number): void {
    const { clock } = this.#service;
    const at = clock.now() + seconds * 1000;
    this.#note(batch, { ...batch.delivery, outcome, nextAttemptAt: at });
    const run = () => void this.#attempt(batch).catch((bug: unknown) => this.#fail(batch, bug));
    if (seconds === 0) {
      run();
      return;
    }
    clock.at(at, run);
    if (outcome === "deferred" || clock.mode === "frozen") batch.rest();
  }

  async #attempt(batch: Batch): Promise<void> {
    const { switches, clock, store } = this.#service;
    const effect = this.#effect();
    const { mid, callbackId } = batch.due.callback;
    const stored = store.find("callbacks", mid, callbackId);
    if (stored === undefined || !stillDue(store, effect, batch.due)) return this.#end(batch, "deactivated");
    // Events for a suspended callback are dropped: documented. Source: §6.3.
    if (isSuspended(stored, switches, clock.now())) return this.#end(batch, "dropped");
    const callback = effect.callback(stored);
    const { url } = callback;
    const scheme = effect.scheme(callback);
    const post = { url, body: batch.body, key: keyOf(stored, clock.now(), batch.delivery.number), scheme };
    const { acknowledged, ...came } = await attempt(this.#service, this.#tokens, post);
    if (!this.#batches.has(batch)) return;
    const { status: _status, error: _error, nextAttemptAt: _next, ...same } = batch.delivery;
    const attempts = same.attempts + 1;
    this.#note(batch, { ...same, url, attempts, ...came });
    if (acknowledged) {
      this.#suspensions.succeeded(stored);
      await this.#again(batch, post);
      return this.#end(batch, "delivered");
    }
    const then = afterFailure(switches, attempts, clock.now() - batch.since);
    if ("seconds" in then) return this.#plan(batch, then.outcome, then.seconds);
    if (then.outcome === "dropped") this.#suspensions.failed(stored, clock.now());
    store.touch("callbacks", stored.callbackId);
    this.#end(batch, then.outcome);
  }

  /** Repeats an acknowledged delivery if a fault says so. At-least-once delivery is documented. Source: §6.1. */
  async #again(batch: Batch, post: Post): Promise<void> {
    const { mid: account } = batch.due.callback;
    const met = { method: "POST", path: post.url, template: "delivery", account };
    if (this.#service.faults.take(met)?.kind === "duplicate") await attempt(this.#service, this.#tokens, post);
  }

  /** Shows a bug of the simulator in the delivery that it affects. */
  #fail(batch: Batch, bug: unknown): void {
    this.#note(batch, { ...batch.delivery, error: `simulator: ${String(bug)}` });
    this.#end(batch, "failed");
  }

  #end(batch: Batch, outcome: Delivery["outcome"]): void {
    const { nextAttemptAt: _, ...rest } = batch.delivery;
    this.#note(batch, { ...rest, outcome });
    this.#batches.delete(batch);
    batch.rest();
  }
}
