import type { z } from "zod";
import type { World } from "../world";

/** What a route of the admin API is called with, checked by its schemas. */
export interface AdminCall {
  readonly world: World;
  /** Empty for routes without. */
  readonly id: string;
  readonly query: unknown;
  readonly body: unknown;
}

export interface AdminRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/_simulator/`; `{id}` is one segment. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The status of its success, and what it answers. */
  readonly status: 200 | 204;
  readonly answer?: z.ZodType;
  readonly handle: (call: AdminCall) => unknown;
}

/** Ties the types of a route's schemas to its work. */
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

/** Thrown for an object that is not there. */
export class NotThere extends Error {}
