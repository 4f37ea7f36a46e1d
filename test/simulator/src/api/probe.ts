import { requestToken } from "../customer/customer-token";
import { NoAnswer } from "../customer/outbound";
import type { StoredCallback } from "../store";
import { Refusal } from "./refusal";
import type { Call } from "./service";

const LIMIT_SECONDS = 30;

/**
 * Why a verification request failed: a value of .NET's WebExceptionStatus, and a text. Observed for DNS, otherwise
 * assumed. Source: §2.1.
 */
interface Failure {
  readonly status: NoAnswer["kind"] | "ProtocolError";
  readonly text: string;
  /** The address of `connectTo` at which nothing listens. */
  readonly closed?: string | undefined;
}

/**
 * Sends the verification request: a real, unsigned POST that the receiver must answer with exactly 200 within 30 s:
 * documented. Throws when it fails. The callback then remains with an invalid key: assumed. Source: ENS REST contract
 * §2.1, §11.3 A11.
 */
export async function probe(call: Call, callback: StoredCallback): Promise<void> {
  const failure = await send(call, callback);
  if (failure === undefined) return;
  const { callbackId, url } = callback;
  call.log(logLine(callback, failure));
  if (call.switches.orphanOnProbeFailure === "off") call.store.remove("callbacks", callbackId);
  Object.assign(callback, { keyState: "dead", status: "unverified", statusReason: failure.text });
  call.store.touch("callbacks", callbackId);
  throw new Refusal(
    400,
    30000,
    `MCMS_UWH_Runtime_GeneralFailure_probeCallbackLiveness: CallbackId is ${callbackId}. Could not verify callback url ` +
      `'${url}'. Make sure that an HTTPS POST reaches it and is answered by 200. ` +
      `To retry please delete the callback and create it again. Status: ${failure.status}. ${failure.text}`,
  );
}

function logLine({ callbackName, url }: StoredCallback, { status, text, closed }: Failure): string {
  const host = URL.parse(url)?.host ?? "";
  const local = `To use a local receiver, start the simulator with --connect-to ${host}=127.0.0.1:PORT.`;
  const hint = status === "NameResolutionFailure" ? ` ${local}` : "";
  const name = JSON.stringify(callbackName);
  const refused = `nothing listens on ${closed} (--connect-to ${host}). Start the receiver.`;
  const why = closed === undefined ? `${withStop(text)}${hint}` : refused;
  return `The verification request for callback ${name} (POST ${url}) failed: ${why}`;
}

const withStop = (text: string) => (text.endsWith(".") ? text : `${text}.`);

async function send(call: Call, callback: StoredCallback): Promise<Failure | undefined> {
  const { callbackId, verificationKey, url } = callback;
  const headers = { "content-type": "application/json", ...(await bearer(call, callback)) };
  try {
    const { status } = await call.outbound.post(
      url,
      headers,
      JSON.stringify({ callbackId, verificationKey }),
      LIMIT_SECONDS,
    );
    if (status === 200) return undefined;
    return { status: "ProtocolError", text: `The remote server returned an error: (${status}).` };
  } catch (error) {
    if (error instanceof NoAnswer) return { status: error.kind, text: error.message, closed: error.closed };
    throw error;
  }
}

/** The bearer token of the auth scheme. None by default. Assumed. Source: §11 #23. */
async function bearer(call: Call, { authId, mid }: StoredCallback): Promise<{ authorization?: string }> {
  if (call.switches.probeBearer === "off" || authId === undefined) return {};
  const scheme = call.store.get("authentications", mid, authId);
  const token = (await requestToken(call.outbound, scheme))?.token;
  return { authorization: `Bearer ${token ?? "null"}` };
}
