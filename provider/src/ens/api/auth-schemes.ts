import { z } from "zod";
import type { EnsClient } from "../client";
import { isRecord, oneItem } from "../codec";
import { routes } from "../routes";
import type { SchemeShape } from "../scheme-shape";

/** An array or an object, with any spelling of the id. ENS never returns credentials. Source: §5.1, §11 #1, #2. */
const scheme = oneItem(
  z.preprocess(
    (body) => (isRecord(body) ? { ...body, authId: authIdOf(body) } : body),
    z.object({ authId: z.string().min(1), authUrl: z.string().optional(), grantType: z.string().optional() }),
  ),
);
/** An auth scheme as ENS returns it. */
export type LiveAuthScheme = z.output<typeof scheme>;

/**
 * Lists the auth schemes and ignores the content of the response. The route is undocumented. Rejects with a 404 or 405 if
 * ENS does not offer it. Callers share one response for ten seconds.
 * Source: ENS REST contract §11 #3.
 */
export function listAuthSchemes(ens: EnsClient): Promise<unknown> {
  return ens.list(routes.authSchemes, z.unknown());
}

/** Gets one auth scheme. Rejects with a 404 or 405 if ENS does not offer the route. Source: ENS REST contract §11 #3. */
export function getAuthScheme(ens: EnsClient, id: string): Promise<LiveAuthScheme> {
  return ens.get(routes.authScheme(id), scheme);
}

/**
 * Creates an auth scheme. ENS first requests a token from its `authUrl`. Rejects with a 400 when that fails, and with a 400,
 * 405 or 415 when ENS expects another request format. Source: ENS REST contract §5.1, §5.2.
 */
export function createAuthScheme(ens: EnsClient, shape: SchemeShape, body: object): Promise<LiveAuthScheme> {
  return ens.post(routes.authSchemes, bodyInShape(shape, body), scheme);
}

/**
 * Updates an auth scheme with all of its properties. ENS may give the auth scheme another id. Resolves with `undefined` for
 * a 304. Rejects with a 404 when the auth scheme does not exist, and otherwise like `createAuthScheme`. Source: ENS REST contract §5.1, §5.2, §11 #2, #5.
 */
export function updateAuthScheme(
  ens: EnsClient,
  shape: SchemeShape,
  id: string,
  body: object,
): Promise<LiveAuthScheme | undefined> {
  return shape.putId === "put-id-in-path"
    ? ens.put(routes.authScheme(id), bodyInShape(shape, body), scheme)
    : ens.put(routes.authSchemes, bodyInShape(shape, { ...body, [shape.idName]: id }), scheme);
}

/**
 * Deletes an auth scheme. Succeeds if it no longer exists. Rejects while callbacks use it; the status is undocumented.
 * Source: ENS REST contract §5.2, §11 #4, #6.
 */
export function deleteAuthScheme(ens: EnsClient, shape: SchemeShape, id: string): Promise<void> {
  return shape.deleteId === "delete-id-in-path"
    ? ens.delete(routes.authScheme(id))
    : ens.delete(routes.authSchemes, bodyInShape(shape, { [shape.idName]: id }));
}

function bodyInShape(shape: SchemeShape, body: object): object {
  return shape.body === "array" ? [body] : body;
}

function authIdOf(body: Record<string, unknown>): unknown {
  const key = Object.keys(body).find((name) => name.toLowerCase() === "authid");
  return key === undefined ? undefined : body[key];
}
