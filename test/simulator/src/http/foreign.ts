import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/**
 * Returns why the admin API rejects a request of a browser, or `undefined` when it accepts it. The admin API needs no
 * token and shows secrets. Therefore pages of other sites must not change anything (checked by `Origin`) and must not read
 * through a host name that resolves to this machine (checked by `Host`). Programs such as curl send no `Origin`.
 */
export function foreignReason(
  method: string,
  { host, origin }: IncomingHttpHeaders,
  hosts: readonly string[],
): string | undefined {
  const name = URL.parse(`http://${host}`)?.hostname ?? "";
  if (host !== undefined && !isOwn(name, hosts)) {
    const wayOut = "Use 127.0.0.1 or localhost, or name the host with --tls and --tls-host.";
    return `The admin API rejects requests for the host ${name}, which could belong to another site. ${wayOut}`;
  }
  const reads = method === "GET" || method === "HEAD";
  if (reads || origin === undefined || URL.parse(origin)?.host === host) return undefined;
  return `A page of ${origin} must not change this simulator. Use the page of the simulator, or a program that sends no Origin.`;
}

function isOwn(name: string, hosts: readonly string[]): boolean {
  if (name === "localhost" || name.endsWith(".localhost") || hosts.includes(name)) return true;
  return isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}
