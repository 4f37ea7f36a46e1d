import type { Service } from "../api/service";
import { NoAnswer } from "../customer/outbound";
import type { Random } from "../random";
import type { Fault } from "./fault";
import type { Sent } from "./sent";

/** Returns the response of a fault that replaces the work. Source of the bodies: ENS REST contract §9.1, §9.3. */
export function replacementOf(fault: Fault | undefined): Sent | undefined {
  if (fault?.kind === "html") {
    const status = fault.status ?? 502;
    return { status, body: `<html><body><h1>${status} Bad Gateway</h1></body></html>`, type: "text/html" };
  }
  if (fault?.kind !== "status" || fault.done === true) return undefined;
  const { status = 503, retryAfter } = fault;
  return {
    status,
    body: refusal(fault),
    ...(retryAfter === undefined ? {} : { headers: { "Retry-After": String(retryAfter) } }),
  };
}

/** Documented codes of throttling and of an unavailable service. Source: §9.2. */
const CODES: Readonly<Record<number, number>> = { 429: 50100, 503: 50300 };
/** Documented messages of these codes. Source: §9.3. */
const MESSAGES: Readonly<Record<number, string>> = {
  50100: "Rate limit exceeded",
  50200: "Your requests are temporarily blocked.",
};

function refusal({
  status = 503,
  errorcode = CODES[status] ?? 0,
  retryAfter,
  shape = "rest",
  ...fault
}: Fault): object {
  const message = fault.message ?? MESSAGES[errorcode] ?? "Injected fault.";
  const rest = { message, errorcode, documentation: "", ...(retryAfter === undefined ? {} : { retryAfter }) };
  const one = { message, errorcode, documentation: "" };
  if (shape === "aggregate") return { ...rest, additionalErrors: [one] };
  if (shape === "validationErrors") return { validationErrors: [one] };
  if (shape === "errors") return { errors: [{ message }] };
  return shape === "error_code" ? { message, error_code: errorcode, documentation: "" } : rest;
}

/** Returns the parts of the simulator as a fault changes them. */
export function withFault<Rules extends Service>(fault: Fault | undefined, service: Rules): Rules | Service {
  const { switches, outbound } = service;
  switch (fault?.kind) {
    case "read-lag":
      return { ...service, switches: { ...switches, readLag: fault.seconds ?? 5 } };
    case "verify-lag":
      return { ...service, switches: { ...switches, verifyLag: fault.seconds ?? 120 } };
    case "probe-failed": {
      const post: typeof outbound.post = () => Promise.reject(new NoAnswer("ConnectFailure", "the connection failed"));
      return { ...service, outbound: { post } };
    }
    case "probe-delayed": {
      const { seconds = 1 } = fault;
      const post: typeof outbound.post = async (address, headers, body, limit) => {
        await pause(Math.min(seconds, limit));
        if (seconds >= limit) throw new NoAnswer("Timeout", `no answer within ${limit} s`);
        return outbound.post(address, headers, body, limit - seconds);
      };
      return { ...service, outbound: { post } };
    }
    default:
      return service;
  }
}

/** Changes a response as a fault says. */
export function spoil(fault: Fault | undefined, sent: Sent, random: Random): Sent {
  const { status, body } = sent;
  if (fault?.kind === "status" && status < 300) return { ...sent, status: fault.status ?? 503 };
  if (typeof body !== "object" || body === null) return sent;
  if (fault?.kind === "extra-fields") return { ...sent, body: extended(body) };
  if (fault?.kind === "shuffled") return { ...sent, body: reordered(body, random) };
  if (fault?.kind !== "truncated") return sent;
  const text = JSON.stringify(body);
  return { ...sent, body: text.slice(0, Math.ceil(text.length / 2)), type: "application/json" };
}

const EXTRA = { newInThisRelease: true, links: [{ rel: "self" }], owner: { id: 42 } };

function extended(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(extended);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => [key, extended(field)]);
  return { ...Object.fromEntries(fields), ...EXTRA };
}

function reordered(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return random.shuffled("order", value).map((item) => reordered(item, random));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, reordered(field, random)]));
}

/** Waits in real time, independent of the clock, because these faults test the timeouts of callers. */
export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
