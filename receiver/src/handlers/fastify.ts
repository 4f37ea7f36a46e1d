import type { Receiver } from "../receiver";

/** The part of a Fastify instance that the plugin uses. */
export interface FastifyLike {
  removeAllContentTypeParsers(): void;
  addContentTypeParser(
    contentType: string,
    options: { parseAs: "buffer"; bodyLimit?: number },
    parser: (request: unknown, body: Buffer, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown;
  all(path: string, handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>): unknown;
}
interface FastifyRequestLike {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
}
interface FastifyReplyLike {
  readonly raw: { once(event: "finish", listener: () => void): unknown };
  code(status: number): FastifyReplyLike;
  headers(values: Record<string, string>): FastifyReplyLike;
  send(body: string): unknown;
}

/**
 * Creates a plugin for Fastify. The plugin reads raw bodies only in its own scope. Other routes keep their parsers.
 *
 *     fastify.register(toFastifyPlugin(receiver), { prefix: "/ens/orders" });
 */
export function toFastifyPlugin(receiver: Receiver): (fastify: FastifyLike) => Promise<void> {
  return async (fastify) => {
    fastify.removeAllContentTypeParsers();
    const options = { parseAs: "buffer", bodyLimit: receiver.largestBody } as const;
    fastify.addContentTypeParser("*", options, (_, body, done) => done(null, body));
    for (const path of ["/", "/:callbackId"])
      fastify.all(path, (request, reply) => respondFastify(receiver, request, reply));
  };
}

async function respondFastify(
  receiver: Receiver,
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
): Promise<unknown> {
  const { method, url, headers, body } = request;
  const raw = body instanceof Uint8Array ? body : new Uint8Array();
  const {
    status,
    headers: more,
    body: text,
    after,
  } = await receiver.receive({
    method,
    url,
    header: (name) => headers[name],
    body: raw,
  });
  if (after !== undefined) reply.raw.once("finish", () => void after());
  return reply
    .code(status)
    .headers({ ...more })
    .send(text);
}
