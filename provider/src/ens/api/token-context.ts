import { z } from "zod";
import type { EnsClient } from "../client";
import { routes } from "../routes";

const context = z.object({ organization: z.object({ id: z.union([z.int(), z.string().regex(/^\d+$/)]) }) });

/**
 * Gets the business unit that the token is for: `organization.id` is its MID. It needs no permission of ENS. Rejects with a
 * 401, 403, 404 or 405 where the route is not for us, and with a 200 where it says something else.
 * Source: ENS REST contract §1.6.
 */
export function getTokenContext(ens: EnsClient): Promise<z.output<typeof context>> {
  return ens.get(routes.tokenContext, context);
}
