import type { IncomingMessage, ServerResponse } from "node:http";
import type { Receiver } from "../receiver";
import { respondNode } from "./node";
import { readBody } from "./read-body";

/** Request of Express and similar frameworks. */
type ExpressRequest = IncomingMessage & { readonly originalUrl?: string; readonly body?: unknown };

/**
 * Creates a handler for Express. Mount it before `express.json()`, because the signature is verified on the raw body.
 *
 *     app.use("/ens/orders", toExpressHandler(receiver));
 *     app.use(express.json());
 *
 * After `express.raw({ type: "*" + "/*" })`, the handler uses the raw body from there. When another parser has parsed the
 * body, the handler passes an error to Express's error handler.
 */
export function toExpressHandler(
  receiver: Receiver,
): (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => void {
  return (request, response, next) => {
    rawBodyOf(request, receiver.largestBody)
      .then((body) => respondNode(receiver, request, response, body))
      .catch(next);
  };
}

async function rawBodyOf(request: ExpressRequest, most: number): Promise<Uint8Array | undefined> {
  const { body } = request;
  if (body instanceof Uint8Array) return body.length > most ? undefined : body;
  if (!request.readableEnded) return readBody(request, most);
  throw new Error(
    "The body of the delivery was parsed before the ENS receiver got it, so its signature cannot be verified. Mount " +
      "the receiver before express.json() and other body parsers.",
  );
}
