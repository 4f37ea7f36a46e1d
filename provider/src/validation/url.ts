import { isLoopback } from "pulumi-ens-receiver/internal";

/** What a URL may contain besides host and path. `loopback` allows http to this machine. */
export interface Allowed {
  readonly port: boolean;
  readonly query: boolean;
  readonly loopback?: boolean;
}

/** Returns whether two texts are the same URL. Ignores the case of the host and a slash after it. */
export function isSameUrl(one: string, other: string): boolean {
  return one === other || (URL.parse(one)?.href ?? one) === (URL.parse(other)?.href ?? other);
}

/** Explains why a text is not an acceptable https URL. The message does not repeat the text, because a path may contain a secret. */
export function urlProblem(value: string, allowed: Allowed): string | undefined {
  const url = URL.parse(value);
  if (value === "") return "is empty";
  if (url === null) return "is not a URL";
  if (/\s/.test(value)) return "contains white space";
  const local = allowed.loopback === true && url.protocol === "http:" && isLoopback(url.hostname);
  if (url.protocol !== "https:" && allowed.loopback && !local)
    return "must start with https:// (http is accepted only for loopback hosts)";
  if (url.protocol !== "https:" && !local) {
    return "does not start with https://, but ENS accepts only https";
  }
  if (url.username !== "" || url.password !== "") return "contains credentials, which the state and logs would show";
  if (!allowed.port && /^https:\/\/[^/]*:\d/i.test(value)) return "has a port, but ENS accepts none";
  if (!allowed.query && value.includes("?")) return "has a query, but ENS accepts none";
  if (value.includes("#")) return "has a fragment (#), which is never sent";
  return undefined;
}
