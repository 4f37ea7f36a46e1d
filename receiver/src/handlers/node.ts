import type { IncomingMessage, ServerResponse } from "node:http";
import type { Receiver, ReceiverAnswer } from "../receiver";
import { readBody } from "./read-body";

/**
 * A listener for `createServer` of `node:http`. It answers every request, so that nothing else can be served beside it; for
 * that, use a framework.
 *
 *     createServer(toNodeListener(receiver)).listen(8080);
 */
export function toNodeListener(receiver: Receiver): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void readBody(request, receiver.largestBody).then(
      (body) => answerNode(receiver, request, response, body),
      () => response.destroy(), // the sender is gone
    );
  };
}

/** Answers a request of Node.js whose body was read. `undefined` stands for a body that is too large. */
export async function answerNode(
  receiver: Receiver,
  request: IncomingMessage & { readonly originalUrl?: string },
  response: ServerResponse,
  body: Uint8Array | undefined,
): Promise<void> {
  const { method = "GET", headers } = request;
  // Express cuts the path that a router is mounted at from `url`.
  const url = request.originalUrl ?? request.url ?? "/";
  const answer: ReceiverAnswer =
    body === undefined
      ? { status: 413, headers: { connection: "close" }, body: "" }
      : await receiver.receive({ method, url, header: (name) => headers[name], body });
  // ENS waits for the answer before it stores the callback, so that the work begins when the answer is sent.
  if (answer.after !== undefined) response.once("finish", () => void answer.after?.());
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
