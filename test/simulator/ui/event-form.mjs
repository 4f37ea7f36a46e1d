import { call, detail, perform } from "./api.mjs";
import { byId, element } from "./dom.mjs";

const form = byId("event-form");
const [type, text, count, button, output] = ["type", "payload", "count", "send", "sent"].map((id) => byId(id));
/** The default event of the chosen type. */
let sample = {};

/** @param {string[]} eventTypes */
export function showEventTypes(eventTypes) {
  if (type.options.length > 0) return;
  type.append(...eventTypes.map((each) => element("option", { value: each }, each)));
  prefill();
}

function prefill() {
  const chosen = type.value;
  detail(`samples/${encodeURIComponent(chosen)}`).then(
    (found) => {
      // Another type may have been chosen meanwhile.
      if (chosen !== type.value) return;
      sample = found;
      text.value = JSON.stringify(found, undefined, 2);
    },
    (error) => {
      output.textContent = error.message;
    },
  );
}

type.addEventListener("change", prefill);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void perform(button, output, send);
});

async function send() {
  const event = parsed(text.value);
  // Only changes are sent, so that each event gets its own defaults, such as its time and the key of its message.
  const patch = { ...patchOf(sample, event), eventCategoryType: event.eventCategoryType };
  const { deliveries, skipped } = await call(
    "POST",
    "events",
    Array.from({ length: Number(count.value) }, () => patch),
  );
  return [`Sent: ${plural(Number(count.value), "event")}.`, ...deliveries.map(told), ...skippedTexts(skipped)].join(
    "\n",
  );
}

/** @param {string} json */
function parsed(json) {
  let event;
  try {
    event = JSON.parse(json);
  } catch (error) {
    throw new Error(`The event is not valid JSON: ${error.message}`);
  }
  if (typeof event !== "object" || event === null || Array.isArray(event))
    throw new Error("The event must be an object.");
  return event;
}

/** Computes the JSON merge patch (RFC 7396) that turns `from` into `to`. @param {any} from @param {any} to */
function patchOf(from, to) {
  if (!isObject(from) || !isObject(to)) return to;
  const gone = Object.keys(from).filter((name) => !(name in to));
  const other = Object.entries(to).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(from[name]));
  return Object.fromEntries([
    ...gone.map((name) => [name, null]),
    ...other.map(([name, value]) => [name, patchOf(from[name], value)]),
  ]);
}

const isObject = (/** @type {unknown} */ value) => typeof value === "object" && value !== null && !Array.isArray(value);
const plural = (/** @type {number} */ number, /** @type {string} */ noun) =>
  `${number} ${noun}${number === 1 ? "" : "s"}`;

const told = (/** @type {any} */ { number, events, outcome, status, error }) =>
  `Delivery ${number} with ${plural(events, "event")}: ${outcome}${error || status ? ` (${error ?? status})` : ""}.`;

const REASONS = {
  type: "it does not include this event type",
  filter: "its filters do not match",
  paused: "it is paused",
  "not-in-effect": "it was created or changed too recently",
  "not-verified": "its callback is not verified",
  suspended: "its callback is suspended",
  "no-callback": "its callback no longer exists",
};

/** @param {{ reason: keyof typeof REASONS }[]} skipped */
function skippedTexts(skipped) {
  const reasons = Map.groupBy(skipped, ({ reason }) => reason);
  return [...reasons].map(
    ([reason, all]) => `Not delivered to ${plural(all.length, "subscription")}: ${REASONS[reason]}.`,
  );
}
