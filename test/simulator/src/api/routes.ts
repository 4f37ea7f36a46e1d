import type { Answers, Switches } from "../switches";
import { createScheme, deleteScheme, getScheme, listSchemes, updateScheme } from "./authentications";
import { createCallback } from "./callback-create";
import { updateCallback } from "./callback-update";
import { deleteCallback, getCallback, listCallbacks } from "./callbacks";
import { invalid, notFound } from "./refusal";
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
  /** Path below `/platform/v1/`. `{id}` stands for one segment. */
  readonly path: string;
  /** The required permission. Routes that are not part of ENS need none. Source: ENS REST contract §1.5. */
  readonly scope?: string;
  /** Switches that must be set for the route to exist. */
  readonly when?: Answers;
  /** True for a DELETE that has a body. */
  readonly idInBody?: true;
  readonly handle: (call: Call) => Reply | Promise<Reply>;
}

const callback = (verb: string) => `event_notification_callback_${verb}`;
const subscription = (verb: string) => `event_notification_subscription_${verb}`;

/** All routes of the API. Source: ENS REST contract §0.1. The permissions for auth schemes are assumed, §11 #10. */
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
  {
    method: "PUT",
    path: "ens-authentications",
    scope: callback("update"),
    when: { authPutIdIn: "body" },
    handle: updateScheme,
  },
  {
    method: "PUT",
    path: "ens-authentications/{id}",
    scope: callback("update"),
    when: { authPutIdIn: "path" },
    handle: updateScheme,
  },
  {
    method: "DELETE",
    path: "ens-authentications/{id}",
    scope: callback("delete"),
    when: { authDeleteIdIn: "path" },
    handle: deleteScheme,
  },
  {
    method: "DELETE",
    path: "ens-authentications",
    scope: callback("delete"),
    when: { authDeleteIdIn: "body" },
    idInBody: true,
    handle: deleteScheme,
  },
  { method: "GET", path: "ens-authentications", scope: callback("read"), handle: listSchemes },
  { method: "GET", path: "ens-authentications/{id}", scope: callback("read"), handle: getScheme },
  { method: "GET", path: "tokenContext", handle: tokenContext },
  { method: "GET", path: "rest", handle: methodList },
];

/** Returns the business unit of the token. Observed. Source: §1.6. */
function tokenContext({ mid, tenant }: Call): Reply {
  return { status: 200, body: { enterprise: { id: tenant }, organization: { id: mid }, user: { id: 42 } } };
}

/** Sections of the platform list their methods. Whether this section lists those of ENS is unknown. Source: §11. */
function methodList(): Reply {
  return { status: 200, body: { items: ROUTES.map(({ method, path }) => ({ method, uri: `/platform/v1/${path}` })) } };
}

/** Returns the permission that a route requires. Assumed for auth schemes. Source: §11 #10. */
export function scopeOf({ authScopes }: Switches, { path, scope }: Route): string | undefined {
  return authScopes === "none" && path.startsWith("ens-authentications") ? undefined : scope;
}

interface Found {
  readonly route: Route;
  readonly id: string;
}

/** Finds the route of a request and the id in its path. A trailing slash is allowed. */
export function routeOf(method: string, path: string): Found | undefined {
  const [first = "", id = "", ...more] = path
    .replace(/^\/platform\/v1\//, "")
    .replace(/\/$/, "")
    .split("/");
  const pattern = id === "" ? first : `${first}/{id}`;
  const route = ROUTES.find((each) => each.method === method && each.path === pattern);
  return route === undefined || more.length > 0 || !path.startsWith("/platform/v1/") ? undefined : { route, id };
}

/**
 * Finds the route as the switches offer it, or throws. A trailing slash and query parameters, which ENS does not have,
 * are ignored: observed for the slash, otherwise assumed. Source: §2.2, §11 #50, §11.3 A17.
 */
export function offered(switches: Switches, method: string, path: string, query: string): Found {
  const found = routeOf(method, path);
  const strict = switches.lenientPaths === "off";
  if (found === undefined || (strict && path.endsWith("/"))) throw notFound();
  const asAnswered = Object.entries(found.route.when ?? {}).every(
    ([name, answer]) => Reflect.get(switches, name) === answer,
  );
  if (!asAnswered) throw notFound();
  if (strict && query !== "") throw invalid("A query parameter");
  return found;
}
