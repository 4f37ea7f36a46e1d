import { createScheme, deleteScheme, getScheme, listSchemes, updateScheme } from "./authentications";
import { createCallback } from "./callback-create";
import { updateCallback } from "./callback-update";
import { deleteCallback, getCallback, listCallbacks } from "./callbacks";
import { regenerateKey } from "./regenerate";
import type { Call, Reply } from "./service";
import {
  createSubscription,
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  updateSubscription,
} from "./subscriptions";
import { verifyCallback } from "./verify";

export interface Route {
  readonly method: string;
  /** Below `/platform/v1/`; `{id}` is one segment. */
  readonly path: string;
  /** The permission it asks for; none for `tokenContext`. Source: ENS REST contract §1.5. */
  readonly scope?: string;
  readonly handle: (call: Call) => Reply | Promise<Reply>;
}

const callback = (verb: string) => `event_notification_callback_${verb}`;
const subscription = (verb: string) => `event_notification_subscription_${verb}`;

/** The whole API. Source: ENS REST contract §0.1; for the schemes the scopes are assumed, §11 #10. */
export const ROUTES: readonly Route[] = [
  { method: "POST", path: "ens-callbacks", scope: callback("create"), handle: createCallback },
  { method: "GET", path: "ens-callbacks", scope: callback("read"), handle: listCallbacks },
  { method: "GET", path: "ens-callbacks/{id}", scope: callback("read"), handle: getCallback },
  { method: "PUT", path: "ens-callbacks", scope: callback("update"), handle: updateCallback },
  { method: "DELETE", path: "ens-callbacks/{id}", scope: callback("delete"), handle: deleteCallback },
  { method: "POST", path: "ens-verify", scope: callback("update"), handle: verifyCallback },
  { method: "PUT", path: "ens-regenerate", scope: callback("update"), handle: regenerateKey },
  { method: "POST", path: "ens-subscriptions", scope: subscription("create"), handle: createSubscription },
  { method: "GET", path: "ens-subscriptions/{id}", scope: subscription("read"), handle: getSubscription },
  { method: "GET", path: "ens-subscriptions-by-cb/{id}", scope: subscription("read"), handle: listSubscriptions },
  { method: "PUT", path: "ens-subscriptions", scope: subscription("update"), handle: updateSubscription },
  { method: "DELETE", path: "ens-subscriptions/{id}", scope: subscription("delete"), handle: deleteSubscription },
  { method: "POST", path: "ens-authentications", scope: callback("create"), handle: createScheme },
  { method: "PUT", path: "ens-authentications", scope: callback("update"), handle: updateScheme },
  { method: "DELETE", path: "ens-authentications/{id}", scope: callback("delete"), handle: deleteScheme },
  { method: "GET", path: "ens-authentications", scope: callback("read"), handle: listSchemes },
  { method: "GET", path: "ens-authentications/{id}", scope: callback("read"), handle: getScheme },
  { method: "GET", path: "tokenContext", handle: tokenContext },
];

/** Which business unit a token is for. Observed. Source: §1.6. */
function tokenContext({ mid, tenant }: Call): Reply {
  return { status: 200, body: { enterprise: { id: tenant }, organization: { id: mid }, user: { id: 42 } } };
}

/** The route of a request and the id in its path. A slash at the end is ignored. Assumed. Source: §11 #50. */
export function routeOf(method: string, path: string): { route: Route; id: string } | undefined {
  const [first = "", id = "", ...more] = path
    .replace(/^\/platform\/v1\//, "")
    .replace(/\/$/, "")
    .split("/");
  const pattern = id === "" ? first : `${first}/{id}`;
  const route = ROUTES.find((each) => each.method === method && each.path === pattern);
  return route === undefined || more.length > 0 || !path.startsWith("/platform/v1/") ? undefined : { route, id };
}
