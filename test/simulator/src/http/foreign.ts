import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/**
 * Why the admin API does not do what a browser asks for; `undefined` when it does. It hides no secret and takes no
 * token, so pages of other sites must neither change anything (`Origin`) nor read by a name of theirs that leads to
 * this machine (`Host`). Programs such as curl send no `Origin`.
 */
export function foreignReason(
  method: string,
  { host, origin }: IncomingHttpHeaders,
  hosts: readonly string[],
): string | undefined {
  const name = URL.parse(`http://${host}`)?.hostname ?? "";
  if (host !== undefined && !isOwn(name, hosts)) {
    const wayOut = "Use 127.0.0.1 or localhost, or name the host with --tls and --tls-host.";
    return `The admin API does not answer under the name ${name}, which might belong to another site. ${wayOut}`;
  }
  const reads = method === "GET" || method === "HEAD";
  if (reads || origin === undefined || URL.parse(origin)?.host === host) return undefined;
  return `A page of ${origin} must not change this simulator. Use its own page, or a program that sends no Origin.`;
}

function isOwn(name: string, hosts: readonly string[]): boolean {
  if (name === "localhost" || name.endsWith(".localhost") || hosts.includes(name)) return true;
  return isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}
