import type { ServerResponse } from "node:http";
import { administer } from "../admin/admin";
import { health, startPage } from "../page/start";
import type { Streams } from "../page/streams";
import { answerPage } from "../page/ui";
import type { World } from "../world";
import { foreignReason } from "./foreign";
import type { Received } from "./received";
import { write } from "./sent";

const ADMIN = "/_simulator/";
const PAGE = `${ADMIN}ui`;

/**
 * Responds to requests for the simulator's own routes: the start page, `/health`, the admin API and its page. They meet
 * no faults and are not in the journal. Resolves with false when the request is for ENS.
 */
export async function answerOwn(
  world: World,
  streams: Streams,
  received: Received,
  response: ServerResponse,
): Promise<boolean> {
  const { method, path, headers } = received;
  const looks = method === "GET" || method === "HEAD";
  if (looks && path === "/") write(response, startPage(world, headers.accept));
  else if (looks && path === "/health") write(response, health(world));
  else if (looks && (path === ADMIN || `${path}/` === ADMIN))
    write(response, { status: 302, headers: { Location: PAGE } });
  else if (!path.startsWith(ADMIN)) return false;
  else await answerAdmin(world, streams, received, response);
  return true;
}

async function answerAdmin(
  world: World,
  streams: Streams,
  { method, path, query, headers, raw }: Received,
  response: ServerResponse,
): Promise<void> {
  const reason = foreignReason(method, headers, world.hosts);
  const looks = method === "GET" || method === "HEAD";
  if (reason !== undefined) {
    write(response, { status: 403, body: { message: reason } });
  } else if (method === "GET" && path === `${PAGE}/stream`) {
    streams.open(response);
  } else if (looks && (path === PAGE || path.startsWith(`${PAGE}/`))) {
    write(response, answerPage(world, path.slice(PAGE.length)));
  } else {
    const done = await administer(world, method, path.slice(ADMIN.length), new URLSearchParams(query), raw);
    if (method !== "GET") world.changed();
    write(response, done);
  }
}
