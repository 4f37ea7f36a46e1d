import type { Access } from "pulumi-ens-receiver/internal";
import type { Dispatcher } from "undici";
import type { z } from "zod";
import { type Clock, realClock } from "./clock";
import { openDispatcher } from "./dispatcher";
import { EnsError, noResponseError, reason, rejectionError } from "./errors";
import { Pace } from "./pace";
import { type Attempt, RetryBudget, retry } from "./retry";
import { textsToMask } from "./texts-to-mask";
import { type TokenFacts, TokenSource } from "./token";
import { writeTrace } from "./trace";

/**
 * Maximum number of concurrent requests. The engine runs the same number of operations by default on a machine with four
 * cores. `--parallel` lowers both.
 */
const CONCURRENCY = 16;
/** The create of a callback takes up to 30 s, because ENS sends the verification request first. Source: ENS REST contract §2.1. */
const RESPONSE_TIMEOUT_MS = 90_000;
/** How long the response of a shared list is reused. */
const LIST_MS = 10_000;
/** Far larger than any list. The limit keeps an endless body from filling the memory. */
const LARGEST_BYTES = 32 * 1024 * 1024;

type Method = "GET" | "POST" | "PUT" | "DELETE";
interface Response {
  readonly status: number;
  readonly body: string;
}

/** Settings of a client, and hooks that can prevent its requests. */
export interface ClientOptions {
  readonly clock?: Clock;
  /** Runs before each request. When the hook rejects, the request is not sent. */
  beforeCall?(path: string): Promise<void>;
  /** Runs before each attempt of each request other than GET. When the hook rejects, the request is not sent. */
  beforeChange?(): Promise<void>;
}

/**
 * Sends requests to ENS. The schema that is passed with a request validates the response, and every failure is an
 * `EnsError`. Each client has its own token and its own connection pool. Source: ENS REST contract §1, §9.
 */
export class EnsClient {
  readonly clock: Clock;
  readonly #base: URL;
  readonly #dispatcher: Dispatcher;
  readonly #token: TokenSource;
  readonly #budget = new RetryBudget();
  readonly #pace: Pace;
  readonly #lists = new Map<string, { readonly until: number; readonly response: Promise<unknown> }>();
  readonly #beforeCall: (path: string) => Promise<void>;
  readonly #beforeChange: () => Promise<void>;

  constructor(access: Access, options: ClientOptions = {}) {
    this.clock = options.clock ?? realClock;
    this.#beforeCall = options.beforeCall ?? (async () => {});
    this.#beforeChange = options.beforeChange ?? (async () => {});
    this.#base = new URL(access.restUrl);
    this.#dispatcher = openDispatcher({
      connections: CONCURRENCY,
      connectTimeout: 10_000,
      maxResponseSize: LARGEST_BYTES,
    });
    this.#pace = new Pace(this.clock);
    this.#token = new TokenSource(access, this.#dispatcher, this.clock, this.#budget);
  }

  async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
    return this.#parse("GET", path, await this.#call("GET", path), schema);
  }

  /**
   * Gets a list. Callers share one response for ten seconds, or until this client writes. All callers must pass the same
   * schema, because the response is parsed once.
   */
  list<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
    const held = this.#lists.get(path);
    if (held !== undefined && held.until > this.clock.now()) return held.response as Promise<z.output<Schema>>;
    const response = this.get(path, schema);
    const entry = { until: this.clock.now() + LIST_MS, response };
    this.#lists.set(path, entry);
    response.catch(() => {
      if (this.#lists.get(path) === entry) this.#lists.delete(path);
    });
    return response;
  }

  /**
   * Sends a POST, and repeats it only when ENS certainly did not process it. When the response was lost, the caller must
   * look for the object. A 304 means that the object already exists, and rejects.
   */
  async post<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>> {
    const response = await this.#call("POST", path, body);
    if (response.status === 304) {
      throw new EnsError(`POST ${path} returned 304: the object already exists`, { status: 304 });
    }
    return this.#parse("POST", path, response, schema);
  }

  /** Sends a PUT. Resolves with `undefined` for a 304, because ENS had nothing to change. */
  async put<Schema extends z.ZodType>(
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined> {
    const response = await this.#call("PUT", path, body);
    return response.status === 304 ? undefined : this.#parse("PUT", path, response, schema);
  }

  /** Deletes an object. A 404 counts as success. `body` is for a route whose path does not contain the id. */
  async delete(path: string, body?: object): Promise<void> {
    await this.#call("DELETE", path, body).catch((error: unknown) => {
      if (!(error instanceof EnsError && error.gone)) throw error;
    });
  }

  /** Returns what the token response says about this client. Rejects when ENS returns no token. */
  tokenFacts(): Promise<TokenFacts> {
    return this.#token.facts();
  }

  async close(): Promise<void> {
    await this.#dispatcher.close();
  }

  #parse<Schema extends z.ZodType>(method: Method, path: string, response: Response, schema: Schema): z.output<Schema> {
    const body: unknown = response.body === "" ? undefined : JSON.parse(response.body);
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the body"}: ${issue.message}`);
    throw new EnsError(`${method} ${path} returned ${response.status} with an unexpected body: ${where.join(", ")}`, {
      status: response.status,
    });
  }

  async #call(method: Method, path: string, body?: unknown): Promise<Response> {
    await this.#beforeCall(path);
    return this.#send(method, path, body);
  }

  async #send(method: Method, path: string, body?: unknown): Promise<Response> {
    if (method !== "GET") this.#lists.clear();
    try {
      return await retry(this.clock, this.#budget, this.#pace, method, (attempt) =>
        this.#attempt(method, path, body, attempt),
      );
    } finally {
      if (method !== "GET") this.#lists.clear();
    }
  }

  async #attempt(
    method: Method,
    path: string,
    body: unknown,
    attempt: number,
    rejectedToken?: string,
  ): Promise<Attempt<Response>> {
    if (method !== "GET") await this.#beforeChange();
    const token = await this.#token.get(rejectedToken).catch(throwUnsent);
    const start = performance.now();
    const traced = (outcome: number | "no response") =>
      writeTrace({ method, path, outcome, milliseconds: Math.round(performance.now() - start), attempt });
    let response: Dispatcher.ResponseData;
    let text: string;
    try {
      response = await this.#dispatcher.request({
        origin: this.#base.origin,
        path: `${this.#base.pathname === "/" ? "" : this.#base.pathname}${path}`,
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
        headersTimeout: RESPONSE_TIMEOUT_MS,
        bodyTimeout: RESPONSE_TIMEOUT_MS,
      });
      text = await response.body.text();
    } catch (cause) {
      traced("no response");
      return { error: noResponseError(method, path, this.#base.origin, cause) };
    }
    const status = response.statusCode;
    traced(status);
    if ((status >= 200 && status < 300) || status === 304) {
      // The response body of a DELETE is undocumented and not needed. Source: §11 #31.
      if (method === "DELETE" || text === "" || isJson(text)) return { value: { status, body: text } };
      return {
        error: new EnsError(`${method} ${path} returned ${status} with a body that is not JSON`, { status }),
      };
    }
    if (status === 401 && rejectedToken === undefined) return this.#attempt(method, path, body, attempt, token);
    const error = rejectionError(method, path, status, text, [token, ...textsToMask(body)]);
    return { error, retryAfterSeconds: Number(response.headers["retry-after"]) || undefined };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Without a token, the request itself was never sent. */
function throwUnsent(cause: unknown): never {
  const refusedCredentials = cause instanceof EnsError && cause.refusedCredentials;
  const noResponse = cause instanceof EnsError ? cause.noResponseFrom : undefined;
  throw new EnsError(
    `could not get an access token: ${reason(cause)}`,
    { sent: false, refusedCredentials, ...(noResponse === undefined ? {} : { noResponseFrom: noResponse }) },
    cause,
  );
}
