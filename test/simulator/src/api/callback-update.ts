import type { StoredCallback } from "../store";
import { maxBatchSizeIn, requireScheme, urlIn } from "./callback-fields";
import { elementsOrOne, inRequestShape, processElements } from "./elements";
import { type Body, guid, optionalText, text } from "./field";
import { invalid, Refusal, unchanged } from "./refusal";
import type { Call, Reply } from "./service";

type Fields = Pick<StoredCallback, "callbackName" | "url" | "maxBatchSize"> & { readonly authId: string | undefined };
interface Change {
  readonly callback: StoredCallback;
  readonly fields: Fields;
}

/**
 * §2.4. An array is documented, a bare object observed. The response has the shape of the request. Without a change the
 * status is 304: documented.
 */
export async function updateCallback(call: Call): Promise<Reply> {
  const done = await processElements(call, elementsOrOne(call), {
    check: (body) => {
      checked(call, body);
      return body;
    },
    // Checked again, because an earlier element may have changed the same callback.
    work: (body) => {
      const { callback, fields } = checked(call, body);
      const before = { ...callback, authId: callback.authId };
      const answer = store({ callback, fields });
      const changed = differs({ callback, fields: before });
      // No source says whether a callback stays verified after a change. Source: §2.4.
      if (changed && call.switches.putUnverifies === "on") callback.status = "unverified";
      return { callback, before, answer, changed };
    },
    undo: ({ callback, before: { callbackName, url, maxBatchSize, authId, status } }) => {
      store({ callback, fields: { callbackName, url, maxBatchSize, authId } });
      callback.status = status;
    },
  });
  if (!done.some(({ changed }) => changed)) throw unchanged();
  return {
    status: 200,
    body: inRequestShape(
      call,
      done.map(({ answer }) => answer),
    ),
  };
}

/** An unknown id is 404 and never creates a callback, which is one of two documented responses. Source: §2.4, §11.3 A15. */
function checked(call: Call, body: Body): Change {
  const callback = call.store.get("callbacks", call.mid, guid(text(body, "callbackId"), "callbackId"));
  const callbackName = text(body, "callbackName");
  rejectTakenName(call, callback, callbackName);
  const url = urlAfter(call, callback, body);
  const omitted = call.switches.putResetsDefaults === "on" ? 1000 : callback.maxBatchSize;
  const maxBatchSize = maxBatchSizeIn(body) ?? omitted;
  return { callback, fields: { callbackName, url, maxBatchSize, authId: schemeAfter(call, callback, body) } };
}

/** Names need not be unique. Assumed. Source: §11 #15. */
function rejectTakenName(call: Call, callback: StoredCallback, callbackName: string): void {
  if (call.switches.uniqueCallbackNames === "off") return;
  const others = call.store.rivals("callbacks", callback.mid).filter((other) => other !== callback);
  if (others.some((other) => other.callbackName === callbackName)) throw invalid("callbackName");
}

/** The URL cannot change: documented by omission. The error is assumed. Source: §11 #12. */
function urlAfter(call: Call, callback: StoredCallback, body: Body): string {
  const url = optionalText(body, "url");
  const { putUrl } = call.switches;
  if (url === undefined || url === callback.url || putUrl === "ignore") return callback.url;
  if (putUrl === "refuse-different") throw new Refusal(400, 30001, "The url cannot be changed.");
  if (call.store.rivals("callbacks", callback.mid).some((other) => other.url === url)) {
    throw new Refusal(400, 30001, "The url is registered already.");
  }
  return urlIn(body);
}

/** `null` and `""` detach the auth scheme. A missing `authId` keeps it. Assumed. Source: §11 #8. */
function schemeAfter(call: Call, { authId: old }: StoredCallback, body: Body): string | undefined {
  const { authIdOnPut, authIdClear, authIdOmitted } = call.switches;
  const given = body.authId;
  if (authIdOnPut === "ignore") return old;
  if (given === undefined) return authIdOmitted === "clear" ? undefined : old;
  if (authIdOnPut === "refuse") throw invalid("authId");
  if (given === null || given === "") return authIdClear === "ignored" ? old : undefined;
  const authId = text(body, "authId");
  requireScheme(call, authId);
  return authId;
}

const differs = ({ callback, fields }: Change): boolean =>
  callback.callbackName !== fields.callbackName ||
  callback.url !== fields.url ||
  callback.maxBatchSize !== fields.maxBatchSize ||
  callback.authId !== fields.authId;

function store({ callback, fields: { authId, ...fields } }: Change): Body {
  Object.assign(callback, fields);
  if (authId === undefined) delete callback.authId;
  else callback.authId = authId;
  return { callbackId: callback.callbackId, ...fields };
}
