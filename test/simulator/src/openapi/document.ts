import { z } from "zod";
import type { AdminRoute } from "../admin/route";
import { ROUTES, type Route } from "../api/routes";
import { healthSchema } from "../page/start";
import { OPERATIONS, type Operation, refusal, TOKEN } from "./rest";

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType): unknown => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
};
const content = (schema: z.ZodType) => ({ "application/json": { schema: schemaOf(schema) } });
const answer = (description: string, schema?: z.ZodType | null) =>
  schema === undefined || schema === null ? { description } : { description, content: content(schema) };
const idParameter = { name: "id", in: "path", required: true, schema: { type: "string" } };

const COMMON = "CommonRefusal";
const common = { $ref: `#/components/responses/${COMMON}` };
/** Error statuses that any route of ENS may return, by its own rules or by a fault. Source: ENS REST contract §2.16, §9.2. */
const ANYWHERE = [400, 401, 403, 404, 413, 429, 500, 503, 596];

/** Describes both APIs in OpenAPI 3.1, from the route tables that serve them. */
export function document(adminRoutes: readonly AdminRoute[]): Json {
  const operations: [string, string, Json][] = [
    ["/v2/token", "post", { ...described(TOKEN, "token"), tags: ["token"], operationId: "token", security: [] }],
    ...ROUTES.map((route): [string, string, Json] => [
      `/platform/v1/${route.path}`,
      route.method.toLowerCase(),
      restOperation(route),
    ]),
    ["/health", "get", health()],
    ...adminRoutes.map((route): [string, string, Json] => [
      `/_simulator/${route.path}`,
      route.method.toLowerCase(),
      adminOperation(route),
    ]),
  ];
  const paths: Record<string, Json> = {};
  for (const [path, method, operation] of operations) paths[path] = { ...paths[path], [method]: operation };
  return {
    openapi: "3.1.0",
    info: {
      title: "Simulator of the Event Notification Service (ENS)",
      version: "1",
      description:
        "The known REST routes and the token endpoint of ENS, and the simulator's own admin API. " +
        "docs/simulator.md says what is documented, observed or assumed about ENS.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [{ name: "token" }, { name: "ens" }, { name: "admin" }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      responses: { [COMMON]: answer("An error.", refusal) },
    },
  };
}

function restOperation(route: Route): Json {
  const operation = OPERATIONS[`${route.method} ${route.path}`];
  if (operation === undefined) throw new Error(`${route.method} ${route.path} is not described`);
  const media = operation.body === undefined ? [] : [415];
  return {
    ...described(operation, "ens"),
    operationId: nameOf("ens", route),
    ...(route.path.includes("{id}") ? { parameters: [idParameter] } : {}),
    security: [{ token: route.scope === undefined ? [] : [route.scope] }],
    responses: {
      ...Object.fromEntries([...ANYWHERE, ...media].map((status) => [status, common])),
      ...responses(operation),
    },
  };
}

function described(operation: Operation, tag: string): Json {
  return {
    tags: [tag],
    summary: operation.summary,
    ...(operation.body === undefined ? {} : { requestBody: { required: true, content: content(operation.body) } }),
    responses: responses(operation),
  };
}

function responses({ answers }: Operation): Json {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      answer(Number(status) < 300 ? "Done." : Number(status) < 400 ? "Nothing changed." : "An error.", schema),
    ]),
  );
}

function health(): Json {
  return {
    tags: ["admin"],
    operationId: "admin.get.health",
    summary: "Readiness, version and time of the simulator. ENS has no such route.",
    security: [],
    responses: { 200: answer("The simulator is ready.", healthSchema) },
  };
}

function adminOperation(route: AdminRoute): Json {
  const query = route.query === undefined ? {} : (schemaOf(route.query) as { properties?: Record<string, Json> });
  const parameters = [
    ...(route.path.includes("{id}") ? [idParameter] : []),
    ...Object.entries(query.properties ?? {}).map(([name, schema]) => ({ name, in: "query", schema })),
  ];
  const problem = z.object({ message: z.string() });
  return {
    tags: ["admin"],
    operationId: nameOf("admin", route),
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: content(route.body) } }),
    security: [],
    responses: {
      [route.status]: answer("Done.", route.answer),
      400: answer("The request is invalid. The message says why.", problem),
      404: answer("The object does not exist.", problem),
    },
  };
}

/** Builds an operation id, for example `ens.put.ens-callbacks`. */
function nameOf(api: string, { method, path }: { readonly method: string; readonly path: string }): string {
  return [api, method.toLowerCase(), ...path.replace("{id}", "id").split("/")].join(".");
}
