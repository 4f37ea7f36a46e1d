import { createRequire } from "node:module";
import type * as undici from "undici";

/** Hosts on this machine, which are never behind a proxy. */
const LOCAL = "localhost,127.0.0.1,[::1]";
const load = createRequire(__filename);

/**
 * Opens a connection pool that respects `HTTPS_PROXY` and `NO_PROXY` like curl. It trusts Node's certificates, including
 * `NODE_EXTRA_CA_CERTS`, and follows no redirects.
 */
export function openDispatcher(options: undici.Agent.Options): undici.Dispatcher {
  // Loading undici takes a fifth of a second, and a preview without a refresh sends no request.
  const { EnvHttpProxyAgent } = load("undici") as typeof undici;
  const named = process.env.no_proxy ?? process.env.NO_PROXY;
  return new EnvHttpProxyAgent({ ...options, noProxy: named ? `${named},${LOCAL}` : LOCAL });
}
