import { createHash, timingSafeEqual } from "node:crypto";
import { Duplicates } from "./duplicates";
import { findAccessProblems } from "./ens/access";
import { environmentSource } from "./ens/environment";
import { reason } from "./ens/reason";
import type { Probe } from "./ens/routes";
import { parseDelivery } from "./events/parse-delivery";
import type { EnsEvent } from "./events/types";
import { completeHandshake, type HandshakeOptions } from "./handshake/complete";
import { parseProbe } from "./handshake/probe";
import type { DeliveryInfo, ReceiverOptions } from "./options";
import { parseSignatureKeys } from "./signature/keys";
import { SIGNATURE_HEADER } from "./signature/sign";
import { verifySignature } from "./signature/verify";

const MIB = 1024 * 1024;
/** A probe has two short words. Anything larger is no probe, and is not parsed before its signature is checked. */
const LARGEST_PROBE = 16 * 1024;
/** Anybody may post probes, and each costs calls to ENS. */
const MOST_HANDSHAKES = 20;

/** A request, whichever framework it comes from. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** A header by its name in lower case. */
  header(name: string): string | readonly string[] | null | undefined;
  /** The body as it came. */
  readonly body: Uint8Array;
}

/** What to answer, and what to do after the answer is sent. `after` never rejects. */
export interface ReceiverAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly after?: () => Promise<void>;
}

/** Answers what ENS sends: probes and deliveries. The handlers of the frameworks take one. */
export interface Receiver {
  /** Never rejects: what fails becomes a status and goes to `onError`. */
  receive(request: ReceivedRequest): Promise<ReceiverAnswer>;
  /** Bytes of the largest body that a handler should read. */
  readonly largestBody: number;
  /** Whether something is left to do after an answer is sent, which some platforms do not allow. */
  readonly worksAfterAnswer: boolean;
}

/**
 * Makes a receiver from what should be done with events. Throws when the options contradict each other or a key cannot be
 * right. Give it to a handler: `pulumi-ens-receiver/node`, `/express`, `/fastify`, `/fetch` or `/lambda`.
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  return new EnsReceiver(options);
}

class EnsReceiver implements Receiver {
  readonly largestBody: number;
  readonly worksAfterAnswer: boolean;
  readonly #options: ReceiverOptions;
  readonly #duplicates: Duplicates | undefined;
  readonly #acknowledgeMs: number;
  #handshakes = 0;

  constructor(options: ReceiverOptions) {
    refuseContradictions(options);
    const { duplicates = {}, acknowledgeWithin = 2.5, largestBody = 8 * MIB, handshake = true } = options;
    this.#options = options;
    this.#duplicates = duplicates === false ? undefined : new Duplicates(duplicates, () => Date.now());
    this.#acknowledgeMs = acknowledgeWithin * 1000;
    this.largestBody = largestBody;
    this.worksAfterAnswer = options.handle !== undefined || handshake !== false;
    if (handshake === true) this.#warnOfMissingSettings();
  }

  /** ENS posts a key once, so that a person should know before it comes that nobody could give it back. */
  #warnOfMissingSettings(): void {
    let problems: string[] = [];
    try {
      problems = findAccessProblems(environmentSource(process.env)).map(({ text }) => text);
    } catch {
      // A file that holds a setting may be written later than the receiver starts.
    }
    if (problems.length === 0) return;
    const problem = `new callbacks cannot be verified: ${problems.join("; ")}; give them, or set handshake: false`;
    this.#report(new Error(problem), "reading its settings");
  }

  async receive(request: ReceivedRequest): Promise<ReceiverAnswer> {
    try {
      const { method } = request;
      if (method === "GET" && this.#options.pullToken !== undefined) return await this.#hand(request);
      if (method !== "POST") return { ...answer(405), headers: { allow: "POST" } };
      if (request.body.length > this.largestBody) return answer(413);
      const probe = request.body.length > LARGEST_PROBE ? undefined : parseProbe(parseJson(request.body));
      return await (probe === undefined ? this.#deliver(request) : this.#keep(probe));
    } catch (error) {
      this.#report(error, "answering a request");
      return answer(503);
    }
  }

  /** The unsigned first POST to a new callback. ENS insists on 200. Source: ENS REST contract §2.1. */
  async #keep(probe: Probe): Promise<ReceiverAnswer> {
    const { probes, handshake = true } = this.#options;
    if (handshake === false && probes === undefined) return answer(401);
    await probes?.put(probe);
    this.#log(`ENS posted the verification key of callback ${probe.callbackId}`);
    if (handshake === false) return answer(200);
    if (this.#handshakes >= MOST_HANDSHAKES) return answer(503);
    const options = handshake === true ? {} : { settings: handshake };
    return { ...answer(200), after: () => this.#complete({ ...probe, ...options }) };
  }

  async #complete(probe: Probe & HandshakeOptions): Promise<void> {
    this.#handshakes += 1;
    try {
      await completeHandshake(probe);
      this.#log(`callback ${probe.callbackId} is verified`);
    } catch (error) {
      this.#report(error, `verifying callback ${probe.callbackId}`);
    } finally {
      this.#handshakes -= 1;
    }
  }

  async #deliver(request: ReceivedRequest): Promise<ReceiverAnswer> {
    const { keys, authorize, enqueue, handle } = this.#options;
    const known = parseSignatureKeys(typeof keys === "function" ? await keys() : keys);
    if (known.length === 0) {
      this.#report(new Error("there is no signature key yet; ENS delivers again"), "checking a delivery");
      return answer(503);
    }
    const signature = request.header(SIGNATURE_HEADER);
    if (!verifySignature({ body: request.body, signature, keys: known })) {
      this.#log("a request without a valid signature is refused");
      return answer(401);
    }
    if (authorize !== undefined && !(await authorize(bearerToken(request.header("authorization"))))) {
      this.#log("a delivery without a valid token is refused");
      return answer(401);
    }
    const events = this.#parse(request.body);
    if (events === undefined) return answer(400);
    let fresh: EnsEvent[] = [];
    const accept = async (some: EnsEvent[]) => {
      fresh = some;
      await enqueue?.(some, { url: request.url, duplicates: events.length - some.length });
    };
    const work = this.#duplicates === undefined ? accept(events) : this.#duplicates.acceptOnce(events, accept);
    if (!(await this.#inTime(work))) return answer(503);
    const info: DeliveryInfo = { url: request.url, duplicates: events.length - fresh.length };
    this.#log(`events: ${events.length}, duplicates: ${info.duplicates}`);
    if (handle === undefined || fresh.length === 0) return answer(204);
    return { ...answer(204), after: () => this.#handle(fresh, info) };
  }

  #parse(body: Uint8Array): EnsEvent[] | undefined {
    try {
      return parseDelivery(body);
    } catch (error) {
      this.#report(error, "reading a signed delivery");
      return undefined;
    }
  }

  async #handle(events: EnsEvent[], info: DeliveryInfo): Promise<void> {
    try {
      await this.#options.handle?.(events, info);
    } catch (error) {
      this.#report(error, "handling events after the answer, so that ENS does not deliver them again");
    }
  }

  /** Whether it was done in time. What takes longer goes on; when ENS delivers again, its events are duplicates. */
  async #inTime(work: Promise<unknown>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((done) => {
      timer = setTimeout(done, this.#acknowledgeMs, "late");
    });
    try {
      if ((await Promise.race([work, late])) !== "late") return true;
      const limit = `${this.#acknowledgeMs / 1000} s`;
      this.#report(new Error(`enqueue took longer than ${limit}; ENS delivers again`), "storing events");
      work.catch((error: unknown) => this.#report(error, "storing events"));
      return false;
    } catch (error) {
      this.#report(error, "storing events");
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A kept probe, for the strategy `pull`. A 404 says: not yet. */
  async #hand(request: ReceivedRequest): Promise<ReceiverAnswer> {
    const { probes, pullToken = "" } = this.#options;
    if (!isSame(bearerToken(request.header("authorization")) ?? "", pullToken)) return answer(401);
    const url = new URL(request.url, "http://receiver");
    const callbackId = url.searchParams.get("callbackId") ?? url.pathname.split("/").at(-1) ?? "";
    const probe = await probes?.get(callbackId);
    if (probe === undefined) return answer(404);
    const headers = { "content-type": "application/json", "cache-control": "no-store" };
    return { status: 200, headers, body: JSON.stringify(probe) };
  }

  #log(line: string): void {
    this.#options.log?.(line);
  }

  #report(error: unknown, whileDoing: string): void {
    const { onError } = this.#options;
    try {
      if (onError !== undefined) onError(error, whileDoing);
      else console.error(`ENS receiver failed while ${whileDoing}: ${reason(error)}`);
    } catch {
      // What fails while it reports must not take the answer away from ENS.
    }
  }
}

function refuseContradictions({ keys, enqueue, handle, handshake, probes, pullToken }: ReceiverOptions): void {
  if (typeof keys !== "function") parseSignatureKeys(keys);
  if (enqueue === undefined && handle === undefined) {
    throw new TypeError("a receiver needs enqueue or handle, or its events would be lost");
  }
  if (pullToken !== undefined && probes === undefined) {
    throw new TypeError("pullToken needs probes, for example keepProbesInMemory()");
  }
  if (pullToken !== undefined && pullToken.length < 16) {
    throw new TypeError("pullToken must have 16 characters or more, because it protects verification keys");
  }
  if (handshake !== undefined && typeof handshake !== "boolean" && typeof handshake !== "object") {
    throw new TypeError("handshake must be true, false, or settings with restUrl, authUrl, clientId and clientSecret");
  }
}

function answer(status: number): ReceiverAnswer {
  return { status, headers: {}, body: "" };
}

function bearerToken(header: string | readonly string[] | null | undefined): string | undefined {
  const [value, ...more] = Array.isArray(header) ? header : [header];
  if (typeof value !== "string" || more.length > 0) return undefined;
  const token = /^Bearer +(\S+) *$/i.exec(value)?.[1];
  return token === "null" ? undefined : token; // what ENS sends when it got none. Source: ENS REST contract §5.4
}

/** Hashes have one length, as `timingSafeEqual` needs it. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
