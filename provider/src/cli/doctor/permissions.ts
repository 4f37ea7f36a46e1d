import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { EnsClient } from "../../ens/client";
import { EnsError, reason } from "../../ens/errors";
import { routes } from "../../ens/routes";
import { failed, ok, type Result, skipped } from "./result";
import type { Visit } from "./visit";

interface Permission {
  readonly scope: string;
  /** What cannot be done without it. */
  readonly operations: string;
  /** A call that needs it and can change nothing: about an object that is not there, or about none. */
  ask(ens: EnsClient, nobody: string): Promise<unknown>;
}

const any = z.unknown();

/** Source: ENS REST contract §1.5; for auth schemes the callback's permission is assumed. */
const PERMISSIONS: readonly Permission[] = [
  {
    scope: "event_notification_callback_read",
    operations: "reading callbacks: every preview with a refresh, `ens list` and `ens drift`",
    ask: (ens) => ens.get(routes.callbacks, any),
  },
  {
    scope: "event_notification_callback_create",
    operations: "creating callbacks and auth schemes",
    ask: (ens) => ens.post(routes.callbacks, [], any),
  },
  {
    scope: "event_notification_callback_update",
    operations: "changing and verifying callbacks, rotating signature keys, changing auth schemes",
    ask: (ens, nobody) => ens.post(routes.verify, { callbackId: nobody, verificationKey: nobody }, any),
  },
  {
    scope: "event_notification_callback_delete",
    operations: "deleting callbacks and auth schemes",
    ask: (ens, nobody) => ens.delete(routes.callback(nobody)),
  },
  {
    scope: "event_notification_subscription_read",
    operations: "reading subscriptions: every preview with a refresh, `ens list` and `ens drift`",
    ask: (ens, nobody) => ens.get(routes.subscription(nobody), any),
  },
  {
    scope: "event_notification_subscription_create",
    operations: "creating subscriptions",
    ask: (ens) => ens.post(routes.subscriptions, [], any),
  },
  {
    scope: "event_notification_subscription_update",
    operations: "changing, pausing and resuming subscriptions",
    ask: (ens) => ens.put(routes.subscriptions, [], any),
  },
  {
    scope: "event_notification_subscription_delete",
    operations: "deleting subscriptions",
    ask: (ens, nobody) => ens.delete(routes.subscription(nobody)),
  },
];

const ADVICE =
  "Give the installed package this permission under Event Notifications in Setup. It takes up to 5 minutes to appear in tokens.";

/** Each permission: from the token, where ENS tells them with it, and else by calls that can change nothing. */
export async function checkPermissions(visit: Visit): Promise<Result[]> {
  const { scopes } = await visit.ens.tokenFacts();
  const nobody = randomUUID();
  return Promise.all(
    PERMISSIONS.map(async ({ scope, operations, ask }): Promise<Result> => {
      if (visit.wishes.readOnly && !scope.endsWith("_read")) return skipped(scope, "Not needed with --read-only.");
      const lacks = `The installed package lacks it, and that rules out ${operations}.`;
      if (scopes !== undefined)
        return scopes.includes(scope) ? ok(scope, "The token has it.") : failed(scope, lacks, ADVICE);
      try {
        const isRefused = await ask(visit.ens, nobody).then(() => false, isRefusal);
        return isRefused ? failed(scope, lacks, ADVICE) : ok(scope, "ENS does not refuse a call that needs it.");
      } catch (error) {
        return failed(scope, `It could not be tried: ${reason(error)}.`, "Try again later, and check the network.");
      }
    }),
  );
}

/** Whether a refusal is about the permission. What is wrong with the call itself is looked at after that. Source: §1.4. */
function isRefusal(error: unknown): boolean {
  const { status = 500 } = error instanceof EnsError ? error : {};
  if (status >= 500 || status === 429) throw error;
  return status === 401 || status === 403;
}
