import { detail } from "./api.mjs";
import { badge, byId, code, element, time } from "./dom.mjs";
import { tableIn } from "./table.mjs";

const named = (/** @type {string} */ name, /** @type {string} */ id) => [
  element("strong", {}, name),
  element("br"),
  code(id),
];

/** Creates a button that loads and shows a key, and hides it again. @param {string} what @param {string} callbackId @param {string} name */
function reveal(what, callbackId, name) {
  const value = element("code", { class: "key" });
  const button = element(
    "button",
    {
      type: "button",
      "aria-expanded": "false",
      async onclick() {
        const opens = button.getAttribute("aria-expanded") === "false";
        // The callback may have been deleted meanwhile.
        const keys = opens ? await detail(`keys/${callbackId}`).catch(() => undefined) : undefined;
        value.textContent = opens ? (keys?.[what] ?? "The callback no longer exists.") : "";
        button.setAttribute("aria-expanded", String(opens));
        button.firstChild.textContent = opens ? "Hide" : "Show";
      },
    },
    "Show",
    element("span", { class: "unseen" }, ` ${name}`),
  );
  return element("span", { class: "reveal" }, button, value);
}

const callbackStatus = (/** @type {any} */ callback) => {
  const good = callback.status === "verified";
  const parts = [badge(callback.status, good ? "good" : "waiting")];
  if (callback.statusReason && callback.statusReason !== "none") parts.push(element("p", {}, callback.statusReason));
  if (callback.suspendedUntil) parts.push(element("p", {}, "Suspended until ", time(callback.suspendedUntil)));
  return parts;
};

const callbackKeys = ({ callbackId, callbackName, keyState }) => [
  element("p", {}, "Signature key ", reveal("signatureKey", callbackId, `the signature key of ${callbackName}`)),
  ...(keyState === "live"
    ? [
        element(
          "p",
          {},
          "Verification key ",
          reveal("verificationKey", callbackId, `the verification key of ${callbackName}`),
        ),
      ]
    : []),
];

export const showCallbacks = tableIn(
  byId("callbacks"),
  [
    { title: "Callback", value: (it) => it.callbackName, show: (it) => named(it.callbackName, it.callbackId) },
    { title: "URL", value: (it) => it.url, show: (it) => code(it.url) },
    { title: "Status", value: (it) => [it.status, it.statusReason, it.suspendedUntil], show: callbackStatus },
    { title: "Keys", value: (it) => [it.callbackName, it.keyState, it.keyFingerprint], show: callbackKeys },
    { title: "Batch size", value: (it) => it.maxBatchSize },
    { title: "Auth scheme", value: (it) => it.authId, show: (it) => (it.authId ? code(it.authId) : "none") },
    { title: "Subscriptions", value: (it) => it.subscriptions },
    { title: "Business unit", value: (it) => it.mid },
    { title: "Created (UTC)", value: (it) => it.createdAt, show: (it) => time(it.createdAt) },
  ],
  (it) => it.callbackId,
);

const list = (/** @type {string[]} */ texts) =>
  element("ul", {}, ...texts.map((text) => element("li", {}, code(text))));

export const showSubscriptions = tableIn(
  byId("subscriptions"),
  [
    {
      title: "Subscription",
      value: (it) => it.subscriptionName,
      show: (it) => named(it.subscriptionName, it.subscriptionId),
    },
    {
      title: "Callback",
      value: (it) => it.callbackName,
      show: (it) => it.callbackName ?? [code(it.callbackId), " (deleted)"],
    },
    { title: "Event types", value: (it) => it.eventCategoryTypes, show: (it) => list(it.eventCategoryTypes) },
    { title: "Filters", value: (it) => it.filters, show: (it) => (it.filters.length > 0 ? list(it.filters) : "none") },
    {
      title: "Status",
      value: (it) => [it.status, it.statusReason],
      show: (it) => [
        badge(it.status, it.status === "active" ? "good" : "waiting"),
        ...(it.statusReason && it.statusReason !== "none" ? [element("p", {}, it.statusReason)] : []),
      ],
    },
    { title: "Business unit", value: (it) => it.mid },
  ],
  (it) => it.subscriptionId,
);

export const showSchemes = tableIn(
  byId("schemes"),
  [
    { title: "Auth scheme", value: (it) => it.authId, show: (it) => code(it.authId) },
    { title: "Token URL", value: (it) => it.authUrl, show: (it) => code(it.authUrl) },
    { title: "Grant", value: (it) => it.grantType },
    { title: "Client id", value: (it) => it.clientId, show: (it) => code(it.clientId) },
    { title: "Scope", value: (it) => it.scope ?? "none" },
    {
      title: "Used by",
      value: (it) => it.callbacks,
      show: (it) => (it.callbacks === 1 ? "1 callback" : `${it.callbacks} callbacks`),
    },
    { title: "Business unit", value: (it) => it.mid },
  ],
  (it) => it.authId,
);
