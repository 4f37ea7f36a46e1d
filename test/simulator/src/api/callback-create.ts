import type { StoredCallback } from "../store";
import { maxBatchSizeIn, requireScheme, urlIn } from "./callback-fields";
import { elements, processElements } from "./elements";
import { type Body, optionalText, text } from "./field";
import { probe } from "./probe";
import { Refusal, unchanged } from "./refusal";
import type { Call, Reply } from "./service";

type Wanted = Pick<StoredCallback, "callbackName" | "url" | "maxBatchSize" | "authId">;

/** §2.1. Runs all checks, then sends the verification request, and responds after that: documented. */
export async function createCallback(call: Call): Promise<Reply> {
  const made = await processElements(call, elements(call), {
    check: (body, before: readonly Wanted[]): Wanted => {
      const wanted = checked(call, body);
      rejectDuplicate(call, wanted, before);
      rejectTooMany(call, before.length);
      return wanted;
    },
    work: (wanted: Wanted) => register(call, wanted),
    undo: ({ callbackId }) => call.store.remove("callbacks", callbackId),
  });
  return { status: 201, body: made };
}

function checked(call: Call, body: Body): Wanted {
  const callbackName = text(body, "callbackName");
  const url = urlIn(body);
  const maxBatchSize = maxBatchSizeIn(body) ?? 1000;
  const authId = optionalText(body, "authId");
  if (authId !== undefined) requireScheme(call, authId);
  return { callbackName, url, maxBatchSize, ...(authId === undefined ? {} : { authId }) };
}

/** URLs are unique: documented. The scope, whether names are unique too, and the response are assumed. Source: §11 #15 to #17. */
function rejectDuplicate(call: Call, { callbackName, url }: Wanted, before: readonly Wanted[]): void {
  const others = [...call.store.rivals("callbacks", call.mid), ...before];
  const sameUrl = others.find((other) => other.url === url);
  const names = call.switches.uniqueCallbackNames === "on";
  if (sameUrl === undefined && !(names && others.some((other) => other.callbackName === callbackName))) return;
  const { duplicateStatus } = call.switches;
  const auto = sameUrl?.callbackName === callbackName ? "304" : "400";
  const status = duplicateStatus === "auto" ? auto : duplicateStatus;
  if (status === "304") throw unchanged();
  if (status === "409") throw new Refusal(409, 30004, "The callback exists already.");
  throw new Refusal(400, 30001, `The ${sameUrl === undefined ? "callbackName" : "url"} is registered already.`);
}

/** No limit is documented. Source: §7, §11 #48. */
function rejectTooMany({ store, switches: { maxCallbacks }, mid }: Call, more: number): void {
  const own = store.rivals("callbacks", mid).filter((callback) => callback.mid === mid);
  if (maxCallbacks !== null && own.length + more >= maxCallbacks) {
    throw new Refusal(400, 30001, "The business unit has the most callbacks allowed.");
  }
}

async function register(call: Call, wanted: Wanted): Promise<Body & { readonly callbackId: string }> {
  const callback: StoredCallback = {
    ...wanted,
    callbackId: call.random.uuid("callback"),
    status: "unverified",
    statusReason: "none",
    signatureKey: newKey(call),
    verificationKey: newKey(call),
    keyState: "live",
    wrongKeys: 0,
    createdAt: call.clock.now(),
    mid: call.mid,
  };
  // Stored before the verification request, so a receiver may verify before it responds. Assumed. Source: §11 #53, §11.3 A21.
  const early = call.switches.callbackStored === "before-probe";
  if (early) call.store.add("callbacks", callback);
  call.store.beginProbe(callback);
  try {
    await probe(call, callback);
  } finally {
    // A callback remains after a failed verification request, unless that deleted it. Source: §11 #22.
    if (call.store.endProbe(callback) && !early) call.store.add("callbacks", callback);
  }
  const { callbackName, callbackId, url, signatureKey, maxBatchSize } = callback;
  return { callbackName, callbackId, url, signatureKey, maxBatchSize };
}

/** A new key: 32 bytes in base64. Documented. Source: §2.1, §2.6. */
export const newKey = ({ random }: Pick<Call, "random">): string => random.bytes("key").toString("base64");
