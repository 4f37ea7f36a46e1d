import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { administer } from "../admin/admin";
import { type Body, objectOf } from "../api/field";
import { Refusal } from "../api/refusal";
import { routeOf } from "../api/routes";
import type { Reply } from "../api/service";
import type { World } from "../world";
import type { Fault } from "./fault";

const LARGEST_BYTES = 4 * 1024 * 1024;
/** Sent after the head of an answer, which has a body or none. */
interface Sent extends Reply {
  readonly retryAfter?: number;
  readonly html?: boolean;
}

/** Reads, dispatches, writes. The rules are elsewhere. */
export function serve(world: World): Server {
  return createServer((request, response) => {
    answer(world, request, response).catch((error: unknown) => {
      // A bug of the simulator itself: nothing in the contract answers so.
      write(response, {
        status: 500,
        body: { message: `simulator: ${String(error)}`, errorcode: 0, documentation: "" },
      });
    });
  });
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? "GET";
  const url = URL.parse(request.url ?? "/", "http://simulator");
  const path = url?.pathname ?? "/";
  const raw = await read(request);
  if (raw === undefined) return write(response, refused(new Refusal(413, 10000, "The body is too large.")));
  if (path === "/_simulator" || path.startsWith("/_simulator/")) {
    return write(response, await administer(world, method, path.slice("/_simulator".length), raw));
  }
  const client = path === "/v2/token" ? "auth" : "rest";
  const fault = world.faults.take(method, path);
  if (fault?.kind === "slow") await new Promise((resolve) => setTimeout(resolve, (fault.seconds ?? 1) * 1000));
  const injected = fault === undefined ? undefined : faulty(fault);
  const early = injected !== undefined || fault?.kind === "reset";
  const done = early
    ? injected
    : client === "auth"
      ? token(world, method, raw)
      : await dispatch(world, request, path, raw);
  const dead = fault?.kind === "answer-lost" || fault?.kind === "reset";
  const status = dead ? 0 : (done?.status ?? 0);
  world.journal.add({ client, method, path, status, ...(fault === undefined ? {} : { fault: fault.kind }) });
  if (dead || done === undefined) request.socket.destroy();
  else write(response, done);
}

async function dispatch(world: World, request: IncomingMessage, path: string, raw: string): Promise<Sent> {
  try {
    const method = request.method ?? "GET";
    const grant = world.tokens.check(request.headers.authorization);
    const found = routeOf(method, path);
    if (found === undefined) throw new Refusal(404, 404, "Not Found");
    const { scope } = found.route;
    if (scope !== undefined && !grant.scopes.includes(scope)) throw withoutScope(world);
    const body = method === "POST" || method === "PUT" ? parsed(request, raw) : undefined;
    const { store, switches, clock, outbound } = world;
    return await found.route.handle({ store, switches, clock, outbound, mid: grant.mid, id: found.id, body });
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    throw error;
  }
}

/** Checked before the body. Observed on other routes. Source: ENS REST contract §1.4, §11 #36. */
function withoutScope({ switches }: World): Refusal {
  if (switches.missingScope === "401") return new Refusal(401, 0, "Not Authorized");
  return new Refusal(403, 20002, "Insufficient privileges to complete this action.");
}

/** 415 for another media type and 10004 for what is not JSON: documented. Source: §9.2. */
function parsed(request: IncomingMessage, raw: string): unknown {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    throw new Refusal(415, 0, "Unsupported Media Type");
  }
  try {
    return JSON.parse(raw);
  } catch {
    throw new Refusal(400, 10004, "The body is not JSON.");
  }
}

function token(world: World, method: string, raw: string): Sent {
  if (method !== "POST") return refused(new Refusal(404, 404, "Not Found"));
  let body: Body;
  try {
    body = objectOf(JSON.parse(raw));
  } catch {
    return {
      status: 400,
      body: { error: "invalid_request", error_description: "The body is no JSON object.", error_uri: "" },
    };
  }
  return world.tokens.issue(body, world.origin);
}

/** Source of the bodies: ENS REST contract §9.1, §9.3. */
function faulty({ kind, status, errorcode, retryAfter }: Fault): Sent | undefined {
  if (kind === "html") return { status: status ?? 502, body: "<html><body>Bad Gateway</body></html>", html: true };
  if (kind !== "status") return undefined;
  const body = { message: "Injected fault.", errorcode: errorcode ?? 0, documentation: "", retryAfter };
  return { status: status ?? 503, body, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

const refused = (refusal: Refusal): Sent => ({ status: refusal.status, body: refusal.body });

function write(response: ServerResponse, { status, body, retryAfter, html }: Sent): void {
  if (retryAfter !== undefined) response.setHeader("Retry-After", String(retryAfter));
  if (status === 304 || body === undefined) {
    response.writeHead(status).end();
    return;
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = html ? "text/html" : typeof body === "string" ? "text/plain" : "application/json";
  response.writeHead(status, { "Content-Type": `${type}; charset=utf-8` }).end(text);
}

/** The whole body; `undefined` when it is too large. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BYTES) chunks.push(chunk);
  }
  return size > LARGEST_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}
