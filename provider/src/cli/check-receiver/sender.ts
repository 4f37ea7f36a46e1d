import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionOptions, SecureContext } from "node:tls";
import { reason } from "../../ens/errors";

/** Most bytes that are read of a response. ENS evaluates only the status. */
const LARGEST_BYTES = 64 * 1024;

/** Destination of requests. */
export interface Target {
  readonly url: URL;
  /** Trusted authorities and accepted TLS versions. For https only. */
  readonly secureContext?: SecureContext | undefined;
}

/** One HTTP request. */
export interface Message {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sends the body in pieces over this time in milliseconds. */
  readonly overMs?: number;
}

/** Outcome of a request: a response, no complete response in time, or a failed connection. */
export type Outcome =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly contentType: string;
      readonly text: string;
      /** True if the response was longer than the part that was read. */
      readonly cut: boolean;
      readonly milliseconds: number;
    }
  | { readonly kind: "late"; readonly milliseconds: number; readonly sentAfterMs: number | undefined }
  | { readonly kind: "broken"; readonly problem: string; readonly milliseconds: number };

const PIECES = 8;
const NOTICED_AFTER_MS = 100;

/**
 * Sends one request over a new connection and waits for the whole response. Follows no redirects, checks certificates, and
 * uses no proxy. Never rejects.
 *
 * @param limitMs Time limit from the start of the connection to the end of the response.
 */
export function send(target: Target, message: Message, limitMs: number): Promise<Outcome> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  return new Promise((resolve) => {
    let answer: http.IncomingMessage | undefined;
    let sentAfterMs: number | undefined;
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      resolve(outcome);
      outgoing.destroy();
    };
    const answered = ({ statusCode = 0, headers }: http.IncomingMessage): Outcome => ({
      kind: "answer",
      status: statusCode,
      contentType: headers["content-type"] ?? "",
      text: Buffer.concat(chunks).subarray(0, LARGEST_BYTES).toString("utf8"),
      cut: size > LARGEST_BYTES,
      milliseconds: elapsed(),
    });
    const outgoing = open(target, message);
    const timer = setTimeout(() => end({ kind: "late", milliseconds: elapsed(), sentAfterMs }), limitMs);
    const broken = (error: unknown) => {
      // A receiver may respond and close the connection before it has read the whole request.
      if (answer?.complete) end(answered(answer));
      else end({ kind: "broken", problem: reason(error), milliseconds: elapsed() });
    };
    outgoing.on("error", broken);
    outgoing.on("finish", () => {
      sentAfterMs = elapsed();
    });
    outgoing.on("response", (response) => {
      answer = response;
      response.on("error", broken);
      response.on("end", () => end(answered(response)));
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > LARGEST_BYTES) end(answered(response));
      });
    });
    void write(outgoing, message);
  });
}

/** Sends the first half of a body, closes the connection and gives the receiver time to notice. Never rejects. */
export function sendHalf(target: Target, message: Message, limitMs: number): Promise<void> {
  const { body = "" } = message;
  return new Promise((resolve) => {
    const outgoing = open(target, message);
    const cut = () => {
      clearTimeout(timer);
      outgoing.destroy();
      setTimeout(resolve, NOTICED_AFTER_MS);
    };
    const timer = setTimeout(cut, limitMs);
    outgoing.on("error", cut);
    outgoing.on("response", cut);
    outgoing.write(body.slice(0, body.length / 2), cut);
  });
}

function open({ url, secureContext }: Target, { method, headers, body }: Message): http.ClientRequest {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const common = { method, headers: { ...headers, ...length }, agent: false } as const;
  if (url.protocol === "http:") return http.request(url, common);
  const secure: https.RequestOptions & Pick<ConnectionOptions, "secureContext"> = { ...common, secureContext };
  return https.request(url, secure);
}

async function write(outgoing: http.ClientRequest, { body = "", overMs }: Message): Promise<void> {
  if (overMs === undefined) {
    outgoing.end(body);
    return;
  }
  const bytes = Buffer.from(body);
  const length = Math.ceil(bytes.length / PIECES);
  for (let at = 0; at < bytes.length && !outgoing.destroyed; at += length) {
    outgoing.write(bytes.subarray(at, at + length));
    await sleep(overMs / PIECES);
  }
  outgoing.end();
}
