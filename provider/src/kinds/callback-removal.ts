import { z } from "zod";
import type { EnsClient } from "../ens/client";
import { list } from "../ens/codec";
import { emptyWhenGone } from "../ens/errors";
import { pathOf } from "./callback-wire";
import { deleteUnlessUsed } from "./delete-unless-used";

const listed = z.object({ subscriptionId: z.string(), subscriptionName: z.string() });

/** Deletes a callback, unless subscriptions refer to it: then it rejects and names them. Source: §2.5. */
export async function removed(ens: EnsClient, id: string): Promise<void> {
  await deleteUnlessUsed(ens, pathOf(id), `callback ${id}`, {
    noun: "subscription",
    advice: "delete them first, or take them into this stack",
    find: async () => {
      const path = `/platform/v1/ens-subscriptions-by-cb/${encodeURIComponent(id)}`;
      const found = await ens.get(path, list(listed)).catch(emptyWhenGone);
      return found.map((each) => ({ id: each.subscriptionId, name: each.subscriptionName }));
    },
  });
}
