import type { IncomingMessage, ServerResponse } from "node:http";
import type { Receiver } from "../receiver";
import { answerNode } from "./node";
import { readBody } from "./read-body";

/** What a handler gets from Express, and from routers like it. */
type ExpressRequest = IncomingMessage & { readonly originalUrl?: string; readonly body?: unknown };

/**
 * A handler for Express. Mount it before `express.json()`, because a signature is checked on the body as it came.
 *
 *     app.use("/ens/orders", toExpressHandler(receiver));
 *     app.use(express.json());
 *
 * Behind `express.raw({ type: "*" + "/*" })` it takes the raw body from there. When something else has parsed the body, the
 * error goes to Express's error handler.
 */
export function toExpressHandler(
  receiver: Receiver,
): (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => void {
  return (request, response, next) => {
    rawBodyOf(request, receiver.largestBody)
      .then((body) => answerNode(receiver, request, response, body))
      .catch(next);
  };
}

async function rawBodyOf(request: ExpressRequest, most: number): Promise<Uint8Array | undefined> {
  const { body } = request;
  if (body instanceof Uint8Array) return body.length > most ? undefined : body;
  if (!request.readableEnded) return readBody(request, most);
  throw new Error(
    "The body of the delivery was parsed before the ENS receiver got it, so that its signature cannot be checked. Mount " +
      "the receiver before express.json() and other body parsers.",
  );
}
