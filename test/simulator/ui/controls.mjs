import { call, perform } from "./api.mjs";
import { byId, time } from "./dom.mjs";

/** The mode of the simulator's clock, and its lead over the clock of the browser. */
let clock = { ahead: 0, now: 0, mode: "frozen" };

/** @param {{ now: number, mode: "real" | "frozen" }} told */
export function showClock({ now, mode }) {
  clock = { ahead: now - Date.now(), now, mode };
  byId("clock-mode").textContent =
    mode === "frozen" ? "The clock stands still until you move it." : "The clock runs. You can also move it ahead.";
  tick();
}

function tick() {
  const now = clock.mode === "frozen" ? clock.now : Date.now() + clock.ahead;
  if (now > 0) byId("now").replaceChildren(time(now), " UTC");
}

setInterval(tick, 1000);

/** @param {HTMLButtonElement} button @param {number} seconds */
const move = (button, seconds) =>
  perform(button, byId("moved"), async () => {
    await call("POST", "clock", { advanceSeconds: seconds });
    return `The clock was moved by ${seconds} s, and everything that became due was done.`;
  });

for (const button of document.querySelectorAll("button[data-seconds]")) {
  button.addEventListener("click", () => void move(button, Number(button.dataset.seconds)));
}
byId("clock-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void move(byId("move"), Number(byId("seconds").value));
});

byId("reset").addEventListener("click", () => {
  const question =
    "Reset the simulator? All callbacks, subscriptions, auth schemes, deliveries and requests are deleted, and the " +
    "switches and faults return to their settings at the start.";
  if (!confirm(question)) return;
  void perform(byId("reset"), byId("was-reset"), async () => {
    await call("POST", "reset");
    return "The simulator was reset.";
  });
});
