import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { Refusal } from "../api/refusal";
import { offered, routeOf, scopeOf } from "../api/routes";
import { deleteExpired } from "../api/verify";
import { Streams } from "../page/streams";
import { view } from "../page/view";
import type { World } from "../world";
import type { Certificate } from "./certificate";
import { earlyNote } from "./early";
import type { Fault } from "./fault";
import { pause, replacementOf, spoil, withFault } from "./injection";
import { headersOf } from "./journal";
import { answerOwn } from "./own";
import { type Received, receive } from "./received";
import { type Sent, write } from "./sent";

/** Creates the HTTP server, which reads requests, dispatches them and writes responses. It has no rules of ENS. */
export function serve(world: World, certificate?: Certificate): Server {
  const streams = new Streams(() => view(world));
  world.changes.on("change", () => streams.changed());
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handleRequest(world, streams, request, response).catch((error: unknown) => {
      // Either the client disconnected, or this is a bug of the simulator. ENS has no such response.
      const body = { message: `simulator: ${String(error)}`, errorcode: 0, documentation: "" };
      if (!response.headersSent) write(response, { status: 500, body });
    });
  };
  return certificate === undefined ? createServer(listener) : createTlsServer({ ...certificate }, listener);
}

async function handleRequest(
  world: World,
  streams: Streams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = await receive(request);
  if (received === undefined) {
    write(response, errorResponse(new Refusal(413, 10000, "The body is too large.")));
    return;
  }
  if (await answerOwn(world, streams, received, response)) return;
  const { method, path, query, headers, raw } = received;
  const note = earlyNote(world, path, raw);
  const fault = faultOf(world, received);
  const sent = await respond(world, received, fault);
  if (method !== "GET") world.changed();
  const dead = fault?.kind === "answer-lost" || fault?.kind === "reset";
  const body = dead ? "" : write(response, sent);
  if (dead) request.socket.destroy();
  world.journal.add({
    client: isAuth(path) ? "auth" : "rest",
    method,
    path,
    query,
    status: dead ? 0 : sent.status,
    ...(fault === undefined ? {} : { fault: fault.kind }),
    ...(note === undefined ? {} : { note }),
    request: { headers: headersOf(headers), body: raw },
    answer: { headers: dead ? {} : headersOf(response.getHeaders()), body },
  });
}

function faultOf(world: World, { method, path, headers }: Received): Fault | undefined {
  const { authorization } = headers;
  const [account, served] = [world.tokens.accountOf(authorization), world.tokens.served(authorization)];
  const fault = world.faults.take({ method, path, template: routeOf(method, path)?.route.path ?? "", account, served });
  if (fault !== undefined || isAuth(path)) return fault;
  return world.rateLimit.meet(account, world.switches.rateLimit, world.clock.now());
}

async function respond(world: World, received: Received, fault: Fault | undefined): Promise<Sent> {
  if (fault?.kind === "slow") await pause(fault.seconds ?? 1);
  if (fault?.kind === "reset") return { status: 500 };
  if (fault?.kind === "token-expired") world.tokens.expire(received.headers.authorization);
  const done =
    replacementOf(fault) ?? (isAuth(received.path) ? token(world, received) : await dispatch(world, received, fault));
  return spoil(fault, done, world.random);
}

async function dispatch(world: World, received: Received, fault: Fault | undefined): Promise<Sent> {
  try {
    const { method, path, query } = received;
    const { mid, tenant, scopes } = world.tokens.check(received);
    const { route, id } = offered(world.switches, method, path, query);
    const scope = scopeOf(world.switches, route);
    if (scope !== undefined && !scopes.includes(scope)) throw missingScope(world);
    const body = method === "POST" || method === "PUT" || route.idInBody ? parseBody(received) : undefined;
    deleteExpired(world);
    const service = withFault(fault, world);
    const store = method === "GET" ? world.history.behind(service.switches.readLag) : world.store;
    const associations = () => world.history.behind(service.switches.associationLag);
    return await route.handle({ ...service, store, mid, tenant, id, body, associations });
  } catch (error) {
    if (error instanceof Refusal) return errorResponse(error);
    throw error;
  }
}

/** The error for a missing permission, which is checked before the body. Observed on other routes. Source: ENS REST contract §1.4, §11 #36. */
function missingScope({ switches }: World): Refusal {
  if (switches.missingScope === "401") return new Refusal(401, 0, "Not Authorized");
  return new Refusal(403, 20002, "Insufficient privileges to complete this action.");
}

/** Parses a body. 415 for another media type and 10004 for invalid JSON: documented. Source: §9.2. */
function parseBody({ headers, raw }: Received): unknown {
  if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) {
    throw new Refusal(415, 0, "Unsupported Media Type");
  }
  try {
    return JSON.parse(raw);
  } catch {
    throw new Refusal(400, 10004, "The body is not JSON.");
  }
}

/** Returns whether a path is for tokens. The legacy route does not work for OAuth2 packages: documented. 404 is assumed. Source: §1.1, §11.3 A17. */
const isAuth = (path: string) => path === "/v2/token" || path === "/v1/requestToken";

function token(world: World, { method, path, raw }: Received): Sent {
  if (method !== "POST" || path !== "/v2/token") return errorResponse(new Refusal(404, 404, "Not Found"));
  return world.tokens.issue(raw, world.origin);
}

const errorResponse = (refusal: Refusal): Sent => ({ status: refusal.status, body: refusal.body });
