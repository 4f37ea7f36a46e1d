import { createRequire } from "node:module";
import type * as undici from "undici";

/** Programs of this machine are never behind a proxy. */
const LOCAL = "localhost,127.0.0.1,[::1]";
const load = createRequire(__filename);

/**
 * Connections by way of `HTTPS_PROXY` and past it by `NO_PROXY`, as curl takes them. Certificates are those that Node
 * trusts, `NODE_EXTRA_CA_CERTS` among them. Redirects are not followed.
 */
export function openDispatcher(options: undici.Agent.Options): undici.Dispatcher {
  // Loaded here and not above: it takes a fifth of a second, and a preview without a refresh makes no call.
  const { EnvHttpProxyAgent } = load("undici") as typeof undici;
  const named = process.env.no_proxy ?? process.env.NO_PROXY;
  return new EnvHttpProxyAgent({ ...options, noProxy: named ? `${named},${LOCAL}` : LOCAL });
}
