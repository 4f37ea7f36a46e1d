import type { IncomingMessage, ServerResponse } from "node:http";
import type { Receiver, ReceiverAnswer } from "../receiver";
import { readBody } from "./read-body";

/**
 * Creates a listener for `createServer` of `node:http`. The listener responds to every request. Use a framework to serve
 * other routes as well.
 *
 *     createServer(toNodeListener(receiver)).listen(8080);
 */
export function toNodeListener(receiver: Receiver): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void readBody(request, receiver.largestBody).then(
      (body) => respondNode(receiver, request, response, body),
      () => response.destroy(), // the client closed the connection
    );
  };
}

/** Responds to a request of Node.js whose body was read. `undefined` stands for a body that is too large. */
export async function respondNode(
  receiver: Receiver,
  request: IncomingMessage & { readonly originalUrl?: string },
  response: ServerResponse,
  body: Uint8Array | undefined,
): Promise<void> {
  const { method = "GET", headers } = request;
  // Express removes the mount path of a router from `url`.
  const url = request.originalUrl ?? request.url ?? "/";
  const answer: ReceiverAnswer =
    body === undefined
      ? { status: 413, headers: { connection: "close" }, body: "" }
      : await receiver.receive({ method, url, header: (name) => headers[name], body });
  // ENS waits for the response before it stores the callback, so the work begins after the response was sent.
  if (answer.after !== undefined) response.once("finish", () => void answer.after?.());
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
