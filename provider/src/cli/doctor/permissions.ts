import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { EnsClient } from "../../ens/client";
import { EnsError, reason } from "../../ens/errors";
import { routes } from "../../ens/routes";
import { endSentence } from "../shared/sentence";
import type { Context } from "./context";
import { adviceOnRequest, failed, ok, type Result, skipped } from "./result";

interface Permission {
  readonly scope: string;
  /** The operations that need the permission. */
  readonly operations: string;
  /** Sends a request that needs the permission and changes nothing: for an id that does not exist, or for no object. */
  ask(ens: EnsClient, unusedId: string): Promise<unknown>;
}

const any = z.unknown();

/** Source: ENS REST contract §1.5. That auth schemes need the permissions of callbacks is assumed. */
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
    operations: "updating and verifying callbacks, rotating signature keys, updating auth schemes",
    ask: (ens, unusedId) => ens.post(routes.verify, { callbackId: unusedId, verificationKey: unusedId }, any),
  },
  {
    scope: "event_notification_callback_delete",
    operations: "deleting callbacks and auth schemes",
    ask: (ens, unusedId) => ens.delete(routes.callback(unusedId)),
  },
  {
    scope: "event_notification_subscription_read",
    operations: "reading subscriptions: every preview with a refresh, `ens list` and `ens drift`",
    ask: (ens, unusedId) => ens.get(routes.subscription(unusedId), any),
  },
  {
    scope: "event_notification_subscription_create",
    operations: "creating subscriptions",
    ask: (ens) => ens.post(routes.subscriptions, [], any),
  },
  {
    scope: "event_notification_subscription_update",
    operations: "updating, pausing and resuming subscriptions",
    ask: (ens) => ens.put(routes.subscriptions, [], any),
  },
  {
    scope: "event_notification_subscription_delete",
    operations: "deleting subscriptions",
    ask: (ens, unusedId) => ens.delete(routes.subscription(unusedId)),
  },
];

const ADVICE =
  "Add this permission to the installed package in Setup, under Event Notifications. New tokens have it after up to 5 minutes.";

/** Checks each permission: in the token when ENS lists its permissions, otherwise with a request that changes nothing. */
export async function checkPermissions(context: Context): Promise<Result[]> {
  const { scopes } = await context.ens.tokenFacts();
  const unusedId = randomUUID();
  return Promise.all(
    PERMISSIONS.map(async ({ scope, operations, ask }): Promise<Result> => {
      if (context.options.readOnly && !scope.endsWith("_read")) return skipped(scope, "Not required with --read-only.");
      const missing = `The installed package does not have this permission, which is required for ${operations}.`;
      if (scopes !== undefined)
        return scopes.includes(scope) ? ok(scope, "The token has this permission.") : failed(scope, missing, ADVICE);
      try {
        const isMissing = await ask(context.ens, unusedId).then(() => false, isMissingPermission);
        return isMissing
          ? failed(scope, missing, ADVICE)
          : ok(scope, "ENS accepted a request that needs this permission.");
      } catch (error) {
        return failed(
          scope,
          `The check did not complete: ${endSentence(reason(error))}`,
          adviceOnRequest(error, "Check the network, and try again later."),
        );
      }
    }),
  );
}

/**
 * Returns whether ENS rejected the request because of the permission, and throws when the error says nothing about it.
 * ENS checks the permission before the rest of the request. Source: ENS REST contract §1.4.
 */
function isMissingPermission(error: unknown): boolean {
  const { status = 500 } = error instanceof EnsError ? error : {};
  if (status >= 500 || status === 429) throw error;
  return status === 401 || status === 403;
}
