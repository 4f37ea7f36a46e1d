import type { ServerResponse } from "node:http";
import type { Reply } from "../api/service";

/** A response. A body that is a text is sent unchanged, any other body as JSON. */
export interface Sent extends Reply {
  /** Media type of a text. Default `text/plain`. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a response and returns the body that was sent. 304 has no body: documented. Source: ENS REST contract §9.1. */
export function write(response: ServerResponse, { status, body, type, headers = {} }: Sent): string {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (status === 304 || status === 204 || body === undefined) {
    response.writeHead(status).end();
    return "";
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const media = typeof body === "string" ? (type ?? "text/plain") : "application/json";
  response.setHeader("Content-Type", `${media}; charset=utf-8`);
  response.writeHead(status).end(text);
  return text;
}
