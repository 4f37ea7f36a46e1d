import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { closed } from "./closed.ts";
import { tokensFrom } from "./token.ts";

/** ENS's routes for the paths `/<collection>` and `/<collection>/<id>` of a generic REST provider. */
const COLLECTIONS = {
  authentications: { path: "/platform/v1/ens-authentications", id: "authId" },
  callbacks: { path: "/platform/v1/ens-callbacks", id: "callbackId" },
  subscriptions: { path: "/platform/v1/ens-subscriptions", id: "subscriptionId" },
} as Record<string, { path: string; id: string } | undefined>;

const POLL_MS = 20;

export type Body = Record<string, unknown>;
export interface Answer {
  status: number;
  body: unknown;
}

/**
 * Adapts ENS to a generic REST provider, which sends and expects one object, puts ids into paths, and sends no token.
 * The adapter sends one request to ENS for each request. In addition, it requests a token once, and after the POST of a
 * callback it sends GETs until the callback is verified, because nothing else in such a program can wait for this. It
 * remembers auth schemes, which ENS does not return.
 */
export async function startAdapter({ restUrl, authUrl }: { restUrl: string; authUrl: string }) {
  const tokens = tokensFrom(authUrl);
  const schemes: Map<string, unknown> = new Map();

  async function call(method: string, path: string, object?: Body): Promise<Answer> {
    const headers = { "content-type": "application/json", authorization: `Bearer ${await tokens.token()}` };
    const sent = object === undefined ? {} : { body: JSON.stringify([object]) };
    const answer = await fetch(`${restUrl}${path}`, { method, headers, ...sent });
    const body = parsed(await answer.text());
    return { status: answer.status, body: Array.isArray(body) ? body[0] : body };
  }

  async function respond(method: string, name: string, id: string, object: Body | undefined) {
    const collection = COLLECTIONS[name];
    if (collection === undefined) return { status: 404, body: {} };
    if (method === "GET" && name === "authentications") {
      return schemes.has(id) ? { status: 200, body: schemes.get(id) } : { status: 404, body: {} };
    }
    if (method === "PUT") return call(method, collection.path, { ...object, [collection.id]: id });
    const answer = await call(method, id === "" ? collection.path : `${collection.path}/${id}`, object);
    if (method !== "POST" || answer.status >= 300) return answer;
    const made = answer.body as Body;
    const madeId = String(made[collection.id]);
    if (name === "authentications") schemes.set(madeId, made);
    return name === "callbacks" ? { ...answer, body: { ...made, ...(await verified(madeId)) } } : answer;
  }

  async function verified(callbackId: string): Promise<Body> {
    for (;;) {
      const { status, body } = await call("GET", `/platform/v1/ens-callbacks/${callbackId}`);
      const live = body as Body;
      if (status !== 200 || live.status === "verified") return live;
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  const server = createServer(async (request, response) => {
    try {
      const [, name = "", id = ""] = (request.url ?? "").split("/");
      const object = parsed(await text(request));
      const { status, body } = await respond(request.method ?? "", name, id, object as Body | undefined);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body ?? {}));
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, forgetToken: tokens.forget, close: () => closed(server) };
}

/** Parses a response. Some responses have no body, or a body that is not JSON. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
