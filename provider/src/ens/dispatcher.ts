import { type Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";

/** Programs of this machine are never behind a proxy. */
const LOCAL = "localhost,127.0.0.1,[::1]";

/**
 * Connections by way of `HTTPS_PROXY` and past it by `NO_PROXY`, as curl takes them. Certificates are those that Node
 * trusts, `NODE_EXTRA_CA_CERTS` among them. Redirects are not followed.
 */
export function openDispatcher(options: Agent.Options): Dispatcher {
  const named = process.env.no_proxy ?? process.env.NO_PROXY;
  return new EnvHttpProxyAgent({ ...options, noProxy: named ? `${named},${LOCAL}` : LOCAL });
}
