import { z } from "zod";
import type { EnsClient } from "../client";
import { isRecord, oneItem } from "../codec";
import { routes } from "../routes";
import type { SchemeShape } from "../scheme-shape";

/** Array or object, whatever the spelling of the id. Credentials never come back. Source: §5.1, §11 #1, #2. */
const answer = oneItem(
  z.preprocess(
    (body) => (isRecord(body) ? { ...body, authId: authIdOf(body) } : body),
    z.object({ authId: z.string().min(1), authUrl: z.string().optional(), grantType: z.string().optional() }),
  ),
);
/** An auth scheme as ENS shows it. */
export type LiveAuthScheme = z.output<typeof answer>;

/**
 * Lists the auth schemes. What ENS answers is not looked at: no document says that it offers this, and where it does not,
 * the call rejects with a 404 or 405. One answer serves all who ask within ten seconds.
 * Source: ENS REST contract §11 #3.
 */
export function listAuthSchemes(ens: EnsClient): Promise<unknown> {
  return ens.list(routes.authSchemes, z.unknown());
}

/** Gets one auth scheme. Rejects with a 404 or 405 where ENS does not offer it. Source: ENS REST contract §11 #3. */
export function getAuthScheme(ens: EnsClient, id: string): Promise<LiveAuthScheme> {
  return ens.get(routes.authScheme(id), answer);
}

/**
 * Creates an auth scheme. ENS first asks its `authUrl` for a token. Rejects with a 400 when that fails, and with a 400, 405
 * or 415 when ENS wants another form. Source: ENS REST contract §5.1, §5.2.
 */
export function createAuthScheme(ens: EnsClient, shape: SchemeShape, scheme: object): Promise<LiveAuthScheme> {
  return ens.post(routes.authSchemes, bodyInShape(shape, scheme), answer);
}

/**
 * Changes an auth scheme, all of it: ENS may give it another id. Resolves with `undefined` for a 304. Rejects with a 404
 * when there is none, and otherwise like `createAuthScheme`. Source: ENS REST contract §5.1, §5.2, §11 #2, #5.
 */
export function updateAuthScheme(
  ens: EnsClient,
  shape: SchemeShape,
  id: string,
  scheme: object,
): Promise<LiveAuthScheme | undefined> {
  return shape.putId === "put-id-in-path"
    ? ens.put(routes.authScheme(id), bodyInShape(shape, scheme), answer)
    : ens.put(routes.authSchemes, bodyInShape(shape, { ...scheme, [shape.idName]: id }), answer);
}

/**
 * Deletes an auth scheme; one that is gone is no error. Rejects while callbacks use it, with a status that is in no
 * document. Source: ENS REST contract §5.2, §11 #4, #6.
 */
export function deleteAuthScheme(ens: EnsClient, shape: SchemeShape, id: string): Promise<void> {
  return shape.deleteId === "delete-id-in-path"
    ? ens.delete(routes.authScheme(id))
    : ens.delete(routes.authSchemes, bodyInShape(shape, { [shape.idName]: id }));
}

function bodyInShape({ body }: SchemeShape, scheme: object): object {
  return body === "array" ? [scheme] : scheme;
}

function authIdOf(body: Record<string, unknown>): unknown {
  const key = Object.keys(body).find((name) => name.toLowerCase() === "authid");
  return key === undefined ? undefined : body[key];
}
