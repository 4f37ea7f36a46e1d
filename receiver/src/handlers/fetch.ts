import type { Receiver, ReceiverAnswer } from "../receiver";

/** Context of Cloudflare Workers and similar platforms that allows work after the response. */
export interface ExecutionContextLike {
  waitUntil(promise: Promise<unknown>): void;
}

/**
 * Creates a handler from a `Request` to a `Response`, for Hono, Next.js, Bun, Deno and Cloudflare Workers (with the flag
 * `nodejs_compat`).
 *
 *     app.post("/ens/orders", (c) => handler(c.req.raw));                        // Hono on Node.js
 *     export default { fetch: (request, env, context) => handler(request, context) };  // Workers
 *
 * Without a context, the work after the response begins when the `Response` is returned, shortly before it is sent.
 */
export function toFetchHandler(
  receiver: Receiver,
): (request: Request, context?: ExecutionContextLike) => Promise<Response> {
  return async (request, context) => {
    const { pathname, search } = new URL(request.url);
    const body = await readBody(request, receiver.largestBody);
    const response: ReceiverAnswer =
      body === undefined
        ? { status: 413, headers: {}, body: "" }
        : await receiver.receive({
            method: request.method,
            url: pathname + search,
            header: (name) => request.headers.get(name),
            body,
          });
    const { after } = response;
    if (after !== undefined) {
      const work = new Promise<void>((done) => setTimeout(done, 0)).then(after);
      context?.waitUntil(work);
    }
    // A Response with status 204 must not have a body.
    return new Response(response.body === "" ? null : response.body, {
      status: response.status,
      headers: { ...response.headers },
    });
  };
}

async function readBody(request: Request, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return Buffer.concat(chunks);
    size += value.length;
    if (size > most) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(value);
  }
}
