import { z } from "zod";
import { checked } from "../http/checked";
import type { Sent } from "../http/sent";
import { document } from "../openapi/document";
import type { World } from "../world";
import { type AdminRoute, NotFound, route } from "./route";
import { ADMIN_ROUTES } from "./routes";

const ALL: readonly AdminRoute[] = [
  ...ADMIN_ROUTES,
  route({
    method: "GET",
    path: "openapi.json",
    summary: "This document.",
    status: 200,
    answer: z.record(z.string(), z.unknown()),
    handle: () => document(ALL),
  }),
];

/**
 * Responds to a request of the admin API, which shows all data, changes objects as an administrator in Setup does, and
 * emits events. Error messages say what to do.
 */
export async function administer(
  world: World,
  method: string,
  path: string,
  search: URLSearchParams,
  raw: string,
): Promise<Sent> {
  const found = ALL.map((each) => ({ each, id: idIn(each, method, path) })).find(({ id }) => id !== undefined);
  if (found === undefined) {
    const there = ALL.map((each) => `${each.method} ${each.path}`).join(", ");
    return { status: 404, body: { message: `The admin API has no route ${method} ${path}. Its routes are ${there}.` } };
  }
  const { each, id = "" } = found;
  try {
    const query = each.query && checked(each.query, Object.fromEntries(search), "query");
    const body = each.body && checked(each.body, parseBody(raw), "body");
    const answer = await each.handle({ world, id, query, body });
    return each.status === 204 ? { status: 204 } : { status: 200, body: answer };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: error instanceof NotFound ? 404 : 400, body: { message } };
  }
}

function parseBody(raw: string): unknown {
  if (raw === "") throw new Error("The body is empty. Send JSON.");
  try {
    return JSON.parse(raw);
  } catch (cause) {
    throw new Error(`The body is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

function idIn(each: AdminRoute, method: string, path: string): string | undefined {
  if (each.method !== method) return undefined;
  if (!each.path.endsWith("/{id}")) return path === each.path ? "" : undefined;
  const stem = each.path.slice(0, -"{id}".length);
  const id = path.startsWith(stem) ? path.slice(stem.length) : "";
  return id === "" || id.includes("/") ? undefined : id;
}
