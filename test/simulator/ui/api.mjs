/**
 * A call of the simulator. Rejects with the reason that it gives.
 *
 * @param {string} method
 * @param {string} path below /_simulator/
 * @param {unknown} [body]
 */
export async function call(method, path, body) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`/_simulator/${path}`, { method, ...sent });
  const text = await response.text();
  const answer = text === "" ? undefined : JSON.parse(text);
  if (!response.ok) throw new Error(answer?.message ?? `The simulator answered ${response.status}.`);
  return answer;
}

/** What the page asks for besides what it is told. @param {string} path */
export const detail = (path) => call("GET", `ui/${path}`);

/**
 * Runs what a button stands for; the button is off meanwhile, and `output` says what came of it.
 *
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} output
 * @param {() => Promise<string>} work
 */
export async function perform(button, output, work) {
  // Not `disabled`, which would take the focus away.
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  output.classList.remove("failed");
  output.textContent = "One moment …";
  try {
    output.textContent = await work();
  } catch (error) {
    output.classList.add("failed");
    output.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
