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
/** Largest body of a verification request. A larger body is not parsed before its signature was verified. */
const LARGEST_PROBE = 16 * 1024;
/** Most concurrent verifications. Anybody may send verification requests, and each one causes requests to ENS. */
const MOST_HANDSHAKES = 20;

/** A request, independent of the framework. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Returns a header by its name in lower case. */
  header(name: string): string | readonly string[] | null | undefined;
  /** The raw body. */
  readonly body: Uint8Array;
}

/** The response, and the work to do after it is sent. `after` never rejects. */
export interface ReceiverAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly after?: () => Promise<void>;
}

/** Responds to the verification requests and deliveries of ENS. Pass a receiver to the handler of a framework. */
export interface Receiver {
  /** Processes a request. Never rejects: a failure becomes a status and is passed to `onError`. */
  receive(request: ReceivedRequest): Promise<ReceiverAnswer>;
  /** Largest body that a handler should read, in bytes. */
  readonly largestBody: number;
  /** Whether work may remain after a response, which some platforms do not allow. */
  readonly worksAfterAnswer: boolean;
}

/**
 * Creates a receiver. Throws when the options contradict each other or a key is invalid. Pass the receiver to the handler of
 * a framework: `pulumi-ens-receiver/node`, `/express`, `/fastify`, `/fetch` or `/lambda`.
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
    throwOnContradictions(options);
    const { duplicates = {}, acknowledgeWithin = 2.5, largestBody = 8 * MIB, handshake = true } = options;
    this.#options = options;
    this.#duplicates = duplicates === false ? undefined : new Duplicates(duplicates, () => Date.now());
    this.#acknowledgeMs = acknowledgeWithin * 1000;
    this.largestBody = largestBody;
    this.worksAfterAnswer = options.handle !== undefined || handshake !== false;
    if (handshake === true) this.#warnOfMissingSettings();
  }

  /** Reports missing settings at the start, because ENS sends a verification key only once. */
  #warnOfMissingSettings(): void {
    let problems: string[] = [];
    try {
      problems = findAccessProblems(environmentSource(process.env)).map(({ text }) => text);
    } catch {
      // The file of a setting may be written after the receiver has started.
    }
    if (problems.length === 0) return;
    const problem =
      `new callbacks cannot be verified because of missing or invalid settings: ${problems.join("; ")}. Set them, or set ` +
      "handshake: false.";
    this.#report(new Error(problem), "reading its settings");
  }

  async receive(request: ReceivedRequest): Promise<ReceiverAnswer> {
    try {
      const { method } = request;
      if (method === "GET" && this.#options.pullToken !== undefined) return await this.#returnProbe(request);
      if (method !== "POST") return { ...respond(405), headers: { allow: "POST" } };
      if (request.body.length > this.largestBody) return respond(413);
      const probe = request.body.length > LARGEST_PROBE ? undefined : parseProbe(parseJson(request.body));
      return await (probe === undefined ? this.#deliver(request) : this.#acceptProbe(probe));
    } catch (error) {
      this.#report(error, "responding to a request");
      return respond(503);
    }
  }

  /** Stores the key of a verification request and responds. ENS accepts only 200. Source: ENS REST contract §2.1. */
  async #acceptProbe(probe: Probe): Promise<ReceiverAnswer> {
    const { probes, handshake = true } = this.#options;
    if (handshake === false && probes === undefined) return respond(401);
    await probes?.put(probe);
    this.#log(`ENS posted the verification key of callback ${probe.callbackId}`);
    if (handshake === false) return respond(200);
    if (this.#handshakes >= MOST_HANDSHAKES) return respond(503);
    const options = handshake === true ? {} : { settings: handshake };
    return { ...respond(200), after: () => this.#complete({ ...probe, ...options }) };
  }

  /** Returns the key to ENS, and logs or reports the result. */
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

  /** Verifies and accepts a delivery. */
  async #deliver(request: ReceivedRequest): Promise<ReceiverAnswer> {
    const { keys, authorize, enqueue, handle } = this.#options;
    const known = parseSignatureKeys(typeof keys === "function" ? await keys() : keys);
    if (known.length === 0) {
      this.#report(new Error("there is no signature key yet, so ENS will repeat the delivery"), "checking a delivery");
      return respond(503);
    }
    const signature = request.header(SIGNATURE_HEADER);
    if (!verifySignature({ body: request.body, signature, keys: known })) {
      this.#log("rejected a request without a valid signature");
      return respond(401);
    }
    if (authorize !== undefined && !(await authorize(bearerToken(request.header("authorization"))))) {
      this.#log("rejected a delivery without a valid token");
      return respond(401);
    }
    const events = this.#parse(request.body);
    if (events === undefined) return respond(400);
    let fresh: EnsEvent[] = [];
    const accept = async (some: EnsEvent[]) => {
      fresh = some;
      await enqueue?.(some, { url: request.url, duplicates: events.length - some.length });
    };
    const work = this.#duplicates === undefined ? accept(events) : this.#duplicates.acceptOnce(events, accept);
    if (!(await this.#inTime(work))) return respond(503);
    const info: DeliveryInfo = { url: request.url, duplicates: events.length - fresh.length };
    this.#log(`events: ${events.length}, duplicates: ${info.duplicates}`);
    if (handle === undefined || fresh.length === 0) return respond(204);
    return { ...respond(204), after: () => this.#handle(fresh, info) };
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
      this.#report(error, "handling events after the response (ENS will not repeat them)");
    }
  }

  /** Returns whether the work was done in time. Late work continues, and the repeated events are then duplicates. */
  async #inTime(work: Promise<unknown>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((done) => {
      timer = setTimeout(done, this.#acknowledgeMs, "late");
    });
    try {
      if ((await Promise.race([work, late])) !== "late") return true;
      const limit = `${this.#acknowledgeMs / 1000} s`;
      this.#report(new Error(`enqueue took longer than ${limit}, so ENS will repeat the delivery`), "storing events");
      work.catch((error: unknown) => this.#report(error, "storing events"));
      return false;
    } catch (error) {
      this.#report(error, "storing events");
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns a stored verification key for the strategy `pull`. A 404 means that there is none yet. */
  async #returnProbe(request: ReceivedRequest): Promise<ReceiverAnswer> {
    const { probes, pullToken = "" } = this.#options;
    if (!isSame(bearerToken(request.header("authorization")) ?? "", pullToken)) return respond(401);
    const url = new URL(request.url, "http://receiver");
    const callbackId = url.searchParams.get("callbackId") ?? url.pathname.split("/").at(-1) ?? "";
    const probe = await probes?.get(callbackId);
    if (probe === undefined) return respond(404);
    const headers = { "content-type": "application/json", "cache-control": "no-store" };
    return { status: 200, headers, body: JSON.stringify(probe) };
  }

  #log(line: string): void {
    this.#options.log?.(line);
  }

  #report(cause: unknown, whileDoing: string): void {
    const { onError } = this.#options;
    const error = cause instanceof SyntaxError ? withoutInput(cause) : cause;
    try {
      if (onError !== undefined) onError(error, whileDoing);
      else console.error(`ENS receiver failed while ${whileDoing}: ${reason(error)}`);
    } catch {
      // A failure of onError must not prevent the response to ENS.
    }
  }
}

/**
 * Replaces the error of `JSON.parse`, which repeats a part of its input. The functions of a receiver parse keys, tokens and
 * events. The stack still shows which function failed.
 */
function withoutInput({ stack = "" }: SyntaxError): Error {
  const error = new Error("the input of a function of the receiver is not valid JSON");
  const calls = stack.split("\n").filter((line) => /^ +at /.test(line));
  error.stack = [`Error: ${error.message}`, ...calls].join("\n");
  return error;
}

function throwOnContradictions({ keys, enqueue, handle, handshake, probes, pullToken }: ReceiverOptions): void {
  if (typeof keys !== "function") parseSignatureKeys(keys);
  if (enqueue === undefined && handle === undefined) {
    throw new TypeError("a receiver needs enqueue or handle, because its events would be lost otherwise");
  }
  if (pullToken !== undefined && probes === undefined) {
    throw new TypeError("pullToken needs probes, for example keepProbesInMemory()");
  }
  if (pullToken !== undefined && pullToken.length < 16) {
    throw new TypeError("pullToken must have at least 16 characters, because it protects verification keys");
  }
  if (handshake !== undefined && typeof handshake !== "boolean" && typeof handshake !== "object") {
    throw new TypeError("handshake must be true, false, or settings with restUrl, authUrl, clientId and clientSecret");
  }
}

function respond(status: number): ReceiverAnswer {
  return { status, headers: {}, body: "" };
}

function bearerToken(header: string | readonly string[] | null | undefined): string | undefined {
  const [value, ...more] = Array.isArray(header) ? header : [header];
  if (typeof value !== "string" || more.length > 0) return undefined;
  const token = /^Bearer +(\S+) *$/i.exec(value)?.[1];
  return token === "null" ? undefined : token; // ENS sends "null" when it received no token. Source: ENS REST contract §5.4
}

/** Compares two texts in constant time. `timingSafeEqual` needs values of equal length, which hashes are. */
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
