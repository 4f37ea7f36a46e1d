import { rootCertificates } from "node:tls";
import { Agent, type Dispatcher, errors } from "undici";
import { type Clock, LimitPassed } from "../clock";
import { headersOf, type Journal } from "../http/journal";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Thrown when a customer's server did not respond. `kind` is a value of .NET's WebExceptionStatus. */
export class NoAnswer extends Error {
  readonly kind: "NameResolutionFailure" | "ConnectFailure" | "Timeout" | "TrustFailure";
  /** The address of `connectTo` at which nothing listens. Only for the terminal, because ENS knows no such address. */
  readonly closed: string | undefined;

  constructor(kind: NoAnswer["kind"], message: string, closed?: string) {
    super(message);
    this.kind = kind;
    this.closed = closed;
  }
}

/**
 * Sends real requests to customers' servers. URLs stay `https://host/path`, as ENS requires. `connectTo` maps such a host
 * to the address where it really listens, so that tests need no weaker rules. Redirects are not followed.
 */
export class Outbound {
  readonly #connectTo: ReadonlyMap<string, string>;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #dispatcher: Agent;

  /** `customerCa` is an additional trusted authority. No client certificate is sent. Assumed. Source: §6.4. */
  constructor(connectTo: Record<string, string>, customerCa: string | undefined, journal: Journal, clock: Clock) {
    this.#connectTo = new Map(Object.entries(connectTo));
    const trust = customerCa === undefined ? {} : { connect: { ca: [...rootCertificates, customerCa] } };
    this.#dispatcher = new Agent({ connections: 32, connectTimeout: 10_000, maxResponseSize: 1024 * 1024, ...trust });
    this.#clock = clock;
    this.#journal = journal;
  }

  /** Sends a POST. Rejects with `NoAnswer` when there is no response within `seconds` of the simulator's clock. */
  async post(address: string, headers: Record<string, string>, body: string, seconds: number): Promise<Answer> {
    const url = new URL(address);
    let answer: Answer | undefined;
    let answered: Record<string, string> = {};
    try {
      answer = await this.#clock.limited(seconds, async (signal) => {
        const response = await this.#send(url, headers, body, signal);
        answered = headersOf(response.headers);
        return { status: response.statusCode, body: await response.body.text() };
      });
      return answer;
    } catch (error) {
      const late = error instanceof LimitPassed;
      throw late
        ? new NoAnswer("Timeout", `no answer within ${seconds} s`)
        : noAnswer(error, url.hostname, this.#realAddress(url));
    } finally {
      this.#journal.add({
        client: "outbound",
        method: "POST",
        path: `${url.origin}${url.pathname}`,
        query: url.search,
        status: answer?.status ?? 0,
        request: { headers: headersOf(headers), body },
        answer: { headers: answered, body: answer?.body ?? "" },
      });
    }
  }

  #send(
    url: URL,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const real = this.#realAddress(url);
    return this.#dispatcher.request({
      origin: real === undefined ? url.origin : real.includes("://") ? real : `http://${real}`,
      path: `${url.pathname}${url.search}`,
      method: "POST",
      headers: { ...headers, host: url.host },
      body,
      signal,
    });
  }

  #realAddress({ host, hostname }: URL): string | undefined {
    return this.#connectTo.get(host) ?? this.#connectTo.get(hostname);
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

function noAnswer(error: unknown, host: string, real: string | undefined): NoAnswer {
  const code = String((error as { code?: unknown }).code ?? "");
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new NoAnswer("NameResolutionFailure", `The remote name could not be resolved: '${host}'`);
  }
  if (/CERT|SSL|TLS|SIGNATURE/.test(code)) return new NoAnswer("TrustFailure", "no trust in the server's certificate");
  if (error instanceof errors.HeadersTimeoutError) return new NoAnswer("Timeout", "no answer in time");
  return new NoAnswer("ConnectFailure", "the connection failed", code === "ECONNREFUSED" ? real : undefined);
}
