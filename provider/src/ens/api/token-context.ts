import { z } from "zod";
import type { EnsClient } from "../client";
import { routes } from "../routes";

const context = z.object({ organization: z.object({ id: z.union([z.int(), z.string().regex(/^\d+$/)]) }) });

/**
 * Gets the business unit of the token. `organization.id` is its MID. The request needs no permission. Rejects with a 401,
 * 403, 404 or 405 when the route is not available, and with a 200 when the response has another format.
 * Source: ENS REST contract §1.6.
 */
export function getTokenContext(ens: EnsClient): Promise<z.output<typeof context>> {
  return ens.get(routes.tokenContext, context);
}
