import type { z } from "zod";
import type { World } from "../world";

/** A request to a route of the admin API, checked by the schemas of the route. */
export interface AdminCall {
  readonly world: World;
  /** The id in the path. Empty for routes without an id. */
  readonly id: string;
  readonly query: unknown;
  readonly body: unknown;
}

export interface AdminRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below `/_simulator/`. `{id}` stands for one segment. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Status and body of a successful response. */
  readonly status: 200 | 204;
  readonly answer?: z.ZodType;
  readonly handle: (call: AdminCall) => unknown;
}

/** Defines a route whose handler has the types of its schemas. */
export function route<Query extends z.ZodType, Body extends z.ZodType>(
  given: Omit<AdminRoute, "handle" | "query" | "body"> & {
    readonly query?: Query;
    readonly body?: Body;
    readonly handle: (
      world: World,
      call: { readonly id: string; readonly query: z.output<Query>; readonly body: z.output<Body> },
    ) => unknown;
  },
): AdminRoute {
  const { handle, ...facts } = given;
  return {
    ...facts,
    handle: ({ world, id, query, body }) =>
      handle(world, { id, query: query as z.output<Query>, body: body as z.output<Body> }),
  };
}

/** Thrown for an object that does not exist. */
export class NotFound extends Error {}
