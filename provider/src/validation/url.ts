import { isLoopback } from "pulumi-ens-receiver/internal";

/** What a url may have besides its host and path. `loopback`: plain http to this machine. */
export interface Allowed {
  readonly port: boolean;
  readonly query: boolean;
  readonly loopback?: boolean;
}

/** Whether two texts are one address: the case of the host and a slash behind it are no difference. */
export function isSameUrl(one: string, other: string): boolean {
  return one === other || (URL.parse(one)?.href ?? one) === (URL.parse(other)?.href ?? other);
}

/** Why a text is no https url that is allowed here. The text is not repeated: a path may hold a secret. */
export function urlProblem(value: string, allowed: Allowed): string | undefined {
  const url = URL.parse(value);
  if (value === "") return "is empty";
  if (url === null) return "is not a URL";
  if (/\s/.test(value)) return "has white space in it";
  const local = allowed.loopback === true && url.protocol === "http:" && isLoopback(url.hostname);
  if (url.protocol !== "https:" && allowed.loopback && !local) return "must start with https:// (http is for loopback)";
  if (url.protocol !== "https:" && !local) {
    return `does not start with https://, and ENS speaks https only`;
  }
  if (url.username !== "" || url.password !== "") return "has credentials in it, and state and logs show it";
  if (!allowed.port && /^https:\/\/[^/]*:\d/i.test(value)) return "has a port, and ENS takes none";
  if (!allowed.query && value.includes("?")) return "has a query, and ENS takes none";
  if (value.includes("#")) return "has a fragment (#), which is never sent";
  return undefined;
}
