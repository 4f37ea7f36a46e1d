import { detail } from "./api.mjs";
import { badge, byId, code, element, time } from "./dom.mjs";
import { tableIn } from "./table.mjs";

const OUTCOMES = {
  waiting: "waiting",
  deferred: "waiting",
  delivered: "good",
  failed: "bad",
  dropped: "bad",
  deactivated: "bad",
};

export const showDeliveries = tableIn(
  byId("deliveries"),
  [
    { title: "Number", value: (it) => it.number },
    { title: "Callback", value: (it) => it.callbackName, show: (it) => it.callbackName ?? "deleted" },
    { title: "URL", value: (it) => it.url, show: (it) => code(it.url) },
    { title: "Events", value: (it) => it.events },
    { title: "Outcome", value: (it) => it.outcome, show: (it) => badge(it.outcome, OUTCOMES[it.outcome]) },
    {
      title: "Last response",
      value: (it) => [it.status, it.error],
      show: (it) => String(it.status ?? it.error ?? "none yet"),
    },
    { title: "Attempts", value: (it) => it.attempts },
    {
      title: "Next attempt (UTC)",
      value: (it) => it.nextAttemptAt,
      show: (it) => (it.nextAttemptAt ? time(it.nextAttemptAt) : "none"),
    },
    { title: "Authorization", value: (it) => it.authorization },
  ],
  (it) => it.number,
);

const DIRECTIONS = { rest: "in, REST", auth: "in, token", outbound: "out, to a receiver or token server" };
const kindOf = (/** @type {number} */ status) =>
  status === 0 ? "bad" : status < 400 ? "good" : status < 500 ? "waiting" : "bad";

export const showRequests = tableIn(
  byId("requests"),
  [
    { title: "Time (UTC)", value: (it) => it.at, show: (it) => time(it.at) },
    { title: "Direction", value: (it) => DIRECTIONS[it.client] },
    { title: "Request", value: (it) => it.path, show: (it) => [element("strong", {}, it.method), " ", code(it.path)] },
    {
      title: "Response",
      value: (it) => it.status,
      show: (it) => badge(it.status === 0 ? "no response" : it.status, kindOf(it.status)),
    },
    {
      title: "Remarks",
      value: (it) => [it.fault, it.note],
      show: (it) => [
        ...(it.fault ? [element("p", {}, `Injected fault: ${it.fault}.`)] : []),
        ...(it.note ? [element("p", { class: "note" }, it.note)] : []),
      ],
    },
    {
      title: "Details",
      value: (it) => [it.number, it.method, it.path],
      show: (it) =>
        element(
          "button",
          { type: "button", onclick: () => openRequest(it.number) },
          "Open",
          element("span", { class: "unseen" }, ` ${it.method} ${it.path}`),
        ),
    },
  ],
  (it) => it.number,
);

/** @param {number} number */
async function openRequest(number) {
  const dialog = byId("request");
  const entry = await detail(`requests/${number}`).catch(() => undefined);
  const content =
    entry === undefined
      ? [element("p", {}, "The journal no longer contains this request.")]
      : [
          element("p", {}, element("strong", {}, entry.method), " ", code(entry.path + entry.query)),
          ...(entry.note ? [element("p", { class: "note" }, entry.note)] : []),
          ...side("Request", entry.request),
          ...side(`Response ${entry.status === 0 ? "(none)" : entry.status}`, entry.answer),
        ];
  dialog.querySelector(".content").replaceChildren(...content);
  dialog.showModal();
}

/** @param {string} title @param {{ headers: Record<string, string>, body: string, characters?: number }} message */
function side(title, { headers, body, characters }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const cut =
    characters === undefined
      ? []
      : [element("p", {}, `The body has ${characters} characters. Only its start is shown.`)];
  return [
    element("h3", {}, title),
    element("pre", { tabindex: "0", "aria-label": `${title}, headers` }, lines.join("\n")),
    element("pre", { tabindex: "0", "aria-label": `${title}, body` }, body === "" ? "(no body)" : indented(body)),
    ...cut,
  ];
}

/** @param {string} body */
function indented(body) {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}
