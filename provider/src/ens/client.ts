import type { Access } from "pulumi-ens-receiver/internal";
import type { Dispatcher } from "undici";
import type { z } from "zod";
import { type Clock, realClock } from "./clock";
import { openDispatcher } from "./dispatcher";
import { EnsError, noResponseError, reason, refusalError } from "./errors";
import { hiddenTexts } from "./hidden-texts";
import { Pace } from "./pace";
import { type Attempt, RetryBudget, retry } from "./retry";
import { type TokenFacts, TokenSource } from "./token";
import { writeTrace } from "./trace";

/** Calls under way at once, as many as operations of the engine on four cores. Its `--parallel` makes them fewer. */
const CONCURRENCY = 16;
/** ENS holds a callback's create for up to 30 s while it probes. Source: ENS REST contract §2.1. */
const ANSWER_MS = 90_000;
const LIST_MS = 10_000;
/** Far above any list; a body without end must not fill the memory. */
const LARGEST_BYTES = 32 * 1024 * 1024;

type Method = "GET" | "POST" | "PUT" | "DELETE";
interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What the owner of a client may decide about its calls. */
export interface ClientOptions {
  readonly clock?: Clock;
  /** It is asked before each call. When it rejects, the call is not sent. */
  beforeCall?(path: string): Promise<void>;
  /** It is asked before each try of each call that is not a GET, and rejects when nothing may be changed any more. */
  beforeChange?(): Promise<void>;
}

/**
 * ENS over HTTP. Every answer is checked by the schema given with the call; every failure is an `EnsError`.
 * One client has one token and one pool. Source: ENS REST contract §1, §9.
 */
export class EnsClient {
  readonly clock: Clock;
  readonly #base: URL;
  readonly #dispatcher: Dispatcher;
  readonly #token: TokenSource;
  readonly #budget = new RetryBudget();
  readonly #pace: Pace;
  readonly #lists = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();
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
    return this.#parsed("GET", path, await this.#call("GET", path), schema);
  }

  /**
   * A list, asked for once by all who need it within ten seconds and asked again after each write of ours. All of them must
   * give the same schema, because the answer is parsed once.
   */
  list<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
    const held = this.#lists.get(path);
    if (held !== undefined && held.until > this.clock.now()) return held.answer as Promise<z.output<Schema>>;
    const answer = this.get(path, schema);
    const entry = { until: this.clock.now() + LIST_MS, answer };
    this.#lists.set(path, entry);
    answer.catch(() => {
      if (this.#lists.get(path) === entry) this.#lists.delete(path);
    });
    return answer;
  }

  /** Sent once: when its answer is lost, the caller looks for the object. A 304 is a refusal: it exists already. */
  async post<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>> {
    const answer = await this.#call("POST", path, body);
    if (answer.status === 304) {
      throw new EnsError(`POST ${path} returned 304: the object already exists`, { status: 304 });
    }
    return this.#parsed("POST", path, answer, schema);
  }

  /** `undefined` means 304: ENS had nothing to change. */
  async put<Schema extends z.ZodType>(
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined> {
    const answer = await this.#call("PUT", path, body);
    return answer.status === 304 ? undefined : this.#parsed("PUT", path, answer, schema);
  }

  /** Done when it is gone, whoever removed it. `body` is for a route whose path does not tell the id. */
  async delete(path: string, body?: object): Promise<void> {
    await this.#call("DELETE", path, body).catch((error: unknown) => {
      if (!(error instanceof EnsError && error.gone)) throw error;
    });
  }

  /** What ENS said with the token of this client. Rejects when it gives none. */
  tokenFacts(): Promise<TokenFacts> {
    return this.#token.facts();
  }

  async close(): Promise<void> {
    await this.#dispatcher.close();
  }

  #parsed<Schema extends z.ZodType>(method: Method, path: string, answer: Answer, schema: Schema): z.output<Schema> {
    const body: unknown = answer.body === "" ? undefined : JSON.parse(answer.body);
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the body"}: ${issue.message}`);
    throw new EnsError(`${method} ${path} returned ${answer.status} with an unexpected body: ${where.join(", ")}`, {
      status: answer.status,
    });
  }

  async #call(method: Method, path: string, body?: unknown): Promise<Answer> {
    await this.#beforeCall(path);
    return this.#send(method, path, body);
  }

  async #send(method: Method, path: string, body?: unknown): Promise<Answer> {
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
    refused?: string,
  ): Promise<Attempt<Answer>> {
    if (method !== "GET") await this.#beforeChange();
    const token = await this.#token.get(refused).catch(throwUnsent);
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
        headersTimeout: ANSWER_MS,
        bodyTimeout: ANSWER_MS,
      });
      text = await response.body.text();
    } catch (cause) {
      traced("no response");
      return { error: noResponseError(method, path, this.#base.origin, cause) };
    }
    const status = response.statusCode;
    traced(status);
    if ((status >= 200 && status < 300) || status === 304) {
      // The body of a DELETE is not documented, and nothing in it is needed. Source: §11 #31.
      if (method === "DELETE" || text === "" || isJson(text)) return { value: { status, body: text } };
      return {
        error: new EnsError(`${method} ${path} returned ${status} with a body that is not JSON`, { status }),
      };
    }
    if (status === 401 && refused === undefined) return this.#attempt(method, path, body, attempt, token);
    const error = refusalError(method, path, status, text, [token, ...hiddenTexts(body)]);
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

/** Without a token the call itself never left. */
function throwUnsent(cause: unknown): never {
  const refusedCredentials = cause instanceof EnsError && cause.refusedCredentials;
  const noResponse = cause instanceof EnsError ? cause.noResponseFrom : undefined;
  throw new EnsError(
    `could not get an access token: ${reason(cause)}`,
    { sent: false, refusedCredentials, ...(noResponse === undefined ? {} : { noResponseFrom: noResponse }) },
    cause,
  );
}
