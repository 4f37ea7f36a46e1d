import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionOptions, SecureContext } from "node:tls";
import { reason } from "../../ens/errors";

/** What is read of an answer. ENS looks at the status alone. */
const LARGEST_BYTES = 64 * 1024;

/** Where to send. */
export interface Target {
  readonly url: URL;
  /** What is trusted and which versions of TLS are taken; for https only. */
  readonly secureContext?: SecureContext | undefined;
}

export interface Message {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sends the body in pieces over this time. */
  readonly overMs?: number;
}

/** What became of a request: an answer, none in time, or a connection that broke. */
export type Outcome =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly contentType: string;
      readonly text: string;
      /** The answer was longer than what was read of it. */
      readonly cut: boolean;
      readonly milliseconds: number;
    }
  | { readonly kind: "late"; readonly milliseconds: number; readonly sentAfterMs: number | undefined }
  | { readonly kind: "broken"; readonly problem: string; readonly milliseconds: number };

const PIECES = 8;
const NOTICED_AFTER_MS = 100;

/**
 * Sends one request over a connection of its own and waits for the whole answer. Redirects are not followed, certificates
 * are checked, and no proxy is used. Never rejects.
 *
 * @param limitMs From the start of the connection to the end of the answer.
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
      // A receiver may answer and close before it has read everything.
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

/** Sends the first half of a body, cuts the connection and lets the receiver notice that. Never rejects. */
export function breakOff(target: Target, message: Message, limitMs: number): Promise<void> {
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
