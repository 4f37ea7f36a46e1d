import { randomBytes, randomUUID } from "node:crypto";
import { NoAnswer } from "../customer/outbound";
import { isSuspended } from "../events/suspension";
import type { StoredCallback } from "../store";
import { arrayOf, type Body, guid, objectOf, optionalInteger, optionalText, text } from "./field";
import { invalid, notFound, Refusal, unchanged, wrongFormat } from "./refusal";
import { type Call, deleted, listed, type Reply, type Service } from "./service";

const MOST_ITEMS = 50;
const PROBE_SECONDS = 30;
/** Documented. Source: ENS REST contract §2.6. */
const KEY_LIFE_MS = 4 * 3_600_000;

/** §2.1. Validation, url registered, unknown scheme, then the probe: only then it answers. Order: documented. */
export async function createCallback(call: Call): Promise<Reply> {
  const made: Body[] = [];
  for (const wanted of arrayOf(call.body, MOST_ITEMS).map((body) => checked(call, body))) {
    refuseDuplicate(call, wanted);
    const callback: StoredCallback = {
      ...wanted,
      callbackId: randomUUID(),
      status: call.switches.unverifiedStatus,
      statusReason: "none",
      signatureKey: randomBytes(32).toString("base64"),
      verificationKey: randomBytes(32).toString("base64"),
      keyUsed: false,
      createdAt: call.clock.now(),
      mid: call.mid,
    };
    // Stored before the probe: the receiver may verify before the caller has its answer. Assumed. Source: §11.3 A21.
    call.store.add("callbacks", callback);
    await probe(call, callback);
    const { callbackName, callbackId, url, signatureKey, maxBatchSize } = callback;
    made.push({ callbackName, callbackId, url, signatureKey, maxBatchSize });
  }
  return { status: 201, body: made };
}

/** §2.2. Documented. */
export const listCallbacks = (call: Call): Reply =>
  listed(
    call,
    call.store.of("callbacks", call.mid).map((callback) => shown(call, callback)),
  );

/** §2.3. Documented. */
export const getCallback = (call: Call): Reply => ({ status: 200, body: shown(call, existing(call)) });

/** §2.4. Array documented, bare object observed; the answer mirrors the shape. */
export function updateCallback(call: Call): Reply {
  const bodies = Array.isArray(call.body) ? arrayOf(call.body, MOST_ITEMS) : [objectOf(call.body)];
  const changes = bodies.map((body) => change(call, body));
  if (changes.every(({ fields, callback }) => same(callback, fields))) throw unchanged();
  const answers = changes.map(({ callback, fields }) => {
    const { authId, ...rest } = fields;
    Object.assign(callback, rest);
    if (authId === null) delete callback.authId;
    else if (authId !== undefined) callback.authId = authId;
    const { callbackId, callbackName, url, maxBatchSize } = callback;
    return { callbackId, callbackName, url, maxBatchSize };
  });
  return { status: 200, body: Array.isArray(call.body) ? answers : answers[0] };
}

/** §2.5. 409 while subscriptions exist: documented. Paused ones count: assumed. */
export function deleteCallback(call: Call): Reply {
  const { callbackId } = existing(call);
  if (call.store.of("subscriptions", call.mid).some((subscription) => subscription.callbackId === callbackId)) {
    throw new Refusal(409, 30002, "Delete all subscriptions of the callback before you delete the callback.");
  }
  call.store.remove("callbacks", callbackId);
  return deleted(call);
}

/** §2.6. A bare object; key single use, within four hours; wrong id or key 404: documented. */
export function verifyCallback(call: Call): Reply {
  const body = objectOf(call.body);
  const id = guid(text(body, "callbackId"), "callbackId");
  const key = text(body, "verificationKey");
  const callback = call.store.find("callbacks", call.mid, id);
  if (callback?.keyUsed === true && call.switches.reverify !== "404") {
    if (call.switches.reverify === "200") return { status: 200, body: {} };
    if (call.switches.reverify === "304") throw unchanged();
    throw new Refusal(400, 30001, "The callback is verified already.");
  }
  const late = callback !== undefined && call.clock.now() - callback.createdAt > KEY_LIFE_MS;
  if (callback === undefined || callback.keyUsed || late || callback.verificationKey !== key) throw notFound();
  callback.keyUsed = true;
  callback.status = "verified";
  return { status: 200, body: {} };
}

/** §2.7. The old key is dead at once. Documented. */
export function regenerateKey(call: Call): Reply {
  const found = arrayOf(call.body, MOST_ITEMS).map((body) =>
    call.store.get("callbacks", call.mid, guid(text(body, "callbackId"), "callbackId")),
  );
  const body = found.map((callback) => {
    // No overlap is described. Assumed. Source: §11 #40, §13 C8.
    const until = call.clock.now() + call.switches.regenerateOverlap * 1000;
    callback.previousKey = { signatureKey: callback.signatureKey, until };
    callback.signatureKey = randomBytes(32).toString("base64");
    const { callbackName, callbackId, url, signatureKey } = callback;
    return { callbackName, callbackId, url, signatureKey };
  });
  return { status: 200, body };
}

/**
 * The six documented fields, and `authId` where it is shown. Never the key. A suspension is not shown: assumed.
 * Source: §2.2, §11 #9, #41.
 */
function shown({ switches, clock }: Service, callback: StoredCallback): Body {
  const { callbackId, callbackName, url, maxBatchSize, statusReason, authId } = callback;
  const suspended = switches.exposeSuspension === "on" && isSuspended(callback, switches, clock.now());
  const status = suspended ? "suspended" : callback.status;
  const visible = { callbackId, callbackName, url, maxBatchSize, status, statusReason };
  return authId !== undefined && switches.exposeAuthId === "on" ? { ...visible, authId } : visible;
}

const existing = (call: Call) => call.store.get("callbacks", call.mid, guid(call.id, "callbackId"));

type Wanted = Pick<StoredCallback, "callbackName" | "url" | "maxBatchSize" | "authId">;

function checked(call: Call, body: Body): Wanted {
  const callbackName = text(body, "callbackName");
  const url = text(body, "url");
  // https, no port, no query: documented. Source: §2.1.
  const parsed = URL.parse(url);
  const port = /^https:\/\/[^/]*:\d/i.test(url);
  if (parsed === null || parsed.protocol !== "https:" || port || /[?#]/.test(url)) throw wrongFormat("url");
  const maxBatchSize = optionalInteger(body, "maxBatchSize", 100, 1000) ?? 1000;
  const authId = optionalText(body, "authId");
  // An unknown scheme: 400, and no probe goes out. Assumed. Source: §11.3 A4.
  if (authId !== undefined && call.store.find("authentications", call.mid, authId) === undefined)
    throw invalid("authId");
  return { callbackName, url, maxBatchSize, ...(authId === undefined ? {} : { authId }) };
}

/** Urls are unique: documented. Which answer: assumed. Source: §11 #16, #17. */
function refuseDuplicate(call: Call, wanted: Wanted): void {
  const other = call.store.of("callbacks", call.mid).find(({ url }) => url === wanted.url);
  if (other === undefined) return;
  const { duplicateStatus } = call.switches;
  const auto = other.callbackName === wanted.callbackName ? "304" : "400";
  const status = duplicateStatus === "auto" ? auto : duplicateStatus;
  if (status === "304") throw unchanged();
  if (status === "409") throw new Refusal(409, 30004, "The callback exists already.");
  throw new Refusal(400, 30001, "The url is registered already.");
}

/** A real, unsigned POST that must be answered by exactly 200 within 30 s. Documented. Source: §2.1. */
async function probe(call: Call, callback: StoredCallback): Promise<void> {
  const { callbackId, verificationKey, url } = callback;
  const body = JSON.stringify({ callbackId, verificationKey });
  const headers = { "content-type": "application/json" };
  const failure = await call.outbound.post(url, headers, body, PROBE_SECONDS).then(
    ({ status }) =>
      status === 200 ? undefined : new NoAnswer("ConnectFailure", `The remote server returned an error: (${status}).`),
    (error: unknown) => {
      if (error instanceof NoAnswer) return error;
      throw error;
    },
  );
  if (failure === undefined) return;
  if (call.switches.orphanOnProbeFailure === "off") call.store.remove("callbacks", callbackId);
  // No key of a failed probe works. Assumed. Source: §11.3 A11.
  callback.keyUsed = true;
  callback.statusReason = failure.message;
  const word = failure.message.startsWith("The remote server") ? "ProtocolError" : failure.kind;
  throw new Refusal(
    400,
    30000,
    `MCMS_UWH_Runtime_GeneralFailure_probeCallbackLiveness: CallbackId is ${callbackId}. Could not verify callback url ` +
      `'${url}'. Make sure that an HTTPS POST reaches it and is answered by 200. ` +
      `To retry please delete the callback and create it again. Status: ${word}. ${failure.message}`,
  );
}

type Fields = { callbackName: string; maxBatchSize?: number; authId?: string | null };

function change(call: Call, body: Body): { callback: StoredCallback; fields: Fields } {
  const callback = call.store.get("callbacks", call.mid, guid(text(body, "callbackId"), "callbackId"));
  const callbackName = text(body, "callbackName");
  const url = optionalText(body, "url");
  // The url cannot change: documented by omission; the refusal is assumed. Source: §11 #12.
  if (url !== undefined && url !== callback.url) throw new Refusal(400, 30001, "The url cannot be changed.");
  const size = optionalInteger(body, "maxBatchSize", 100, 1000);
  const maxBatchSize = size ?? (call.switches.putResetsDefaults === "on" ? 1000 : callback.maxBatchSize);
  return { callback, fields: { callbackName, maxBatchSize, ...schemeChange(call, body) } };
}

/** `null` and `""` detach, leaving out keeps. Assumed. Source: §11 #8. */
function schemeChange(call: Call, body: Body): { authId?: string | null } {
  if (body.authId === null || body.authId === "") {
    return call.switches.authIdClear === "ignored" ? {} : { authId: null };
  }
  const authId = optionalText(body, "authId");
  if (authId === undefined) return {};
  if (call.store.find("authentications", call.mid, authId) === undefined) throw invalid("authId");
  return { authId };
}

function same(callback: StoredCallback, { authId, callbackName, maxBatchSize }: Fields): boolean {
  const scheme = authId === undefined || (authId ?? undefined) === callback.authId;
  return scheme && callbackName === callback.callbackName && maxBatchSize === callback.maxBatchSize;
}
