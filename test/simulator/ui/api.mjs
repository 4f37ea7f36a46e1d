/**
 * Calls the admin API. Rejects with its message.
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
  if (!response.ok) throw new Error(answer?.message ?? `The simulator returned ${response.status}.`);
  return answer;
}

/** Requests a detail that is not in the stream. @param {string} path */
export const detail = (path) => call("GET", `ui/${path}`);

/**
 * Runs the action of a button. The button is disabled meanwhile, and `output` shows the result.
 *
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} output
 * @param {() => Promise<string>} work
 */
export async function perform(button, output, work) {
  // `disabled` would remove the focus.
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
