import { showClock } from "./controls.mjs";
import { byId } from "./dom.mjs";
import { showEventTypes } from "./event-form.mjs";
import { showCallbacks, showSchemes, showSubscriptions } from "./objects.mjs";
import { showAnswers, showQuestions } from "./switch-form.mjs";
import { showDeliveries, showRequests } from "./traffic.mjs";

/** Shows each part of the stream. */
const PARTS = {
  about({ version, restUrl, tokenUrl, clientId, clientSecret, eventTypes, questions }) {
    byId("version").textContent = version;
    byId("rest-url").textContent = restUrl;
    byId("token-url").textContent = tokenUrl;
    byId("client-id").textContent = clientId;
    byId("client-secret").textContent = clientSecret;
    showEventTypes(eventTypes);
    showQuestions(questions);
  },
  clock: showClock,
  switches: showAnswers,
  callbacks: showCallbacks,
  subscriptions: showSubscriptions,
  schemes: showSchemes,
  deliveries: showDeliveries,
  requests: showRequests,
};

const RETRY_MS = 2000;

/** @type {EventSource | undefined} */
let source;

function connect() {
  source?.close();
  source = new EventSource("/_simulator/ui/stream");
  const say = (/** @type {string} */ text, /** @type {boolean} */ good) => {
    byId("connection").textContent = text;
    byId("connection").className = `badge ${good ? "good" : "bad"}`;
  };
  source.onopen = () => say("Live", true);
  source.onerror = () => {
    say("The simulator does not respond. This page tries again.", false);
    // Some browsers do not reconnect when the port is closed.
    if (source?.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
  };
  for (const [name, show] of Object.entries(PARTS)) {
    source.addEventListener(name, (event) => show(JSON.parse(event.data)));
  }
}

// A browser allows few connections to one host, so hidden pages close theirs.
document.addEventListener("visibilitychange", () => (document.hidden ? source?.close() : connect()));
byId("close-request").addEventListener("click", () => byId("request").close());
if (!document.hidden) connect();
