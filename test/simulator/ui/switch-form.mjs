import { call, perform } from "./api.mjs";
import { byId, code, element, prose } from "./dom.mjs";

const form = byId("switch-form");
const [name, meaning, alternatives, field, button, output, turned] = [
  ...["switch", "meaning", "alternatives", "answer-field", "turn", "turned", "others"],
].map((id) => byId(id));

/** @typedef {{ name: string, number: number, meaning: string, usual: unknown, choices?: string[], unlimited?: true }} Question */
/** @type {Map<string, Question>} */
let questions = new Map();
/** @type {Record<string, unknown>} The current answers. */
let answers = {};

/** @param {Question[]} all */
export function showQuestions(all) {
  if (questions.size > 0) return;
  questions = new Map(all.map((question) => [question.name, question]));
  const sorted = [...all].sort((one, other) => one.name.localeCompare(other.name));
  name.append(...sorted.map((question) => element("option", { value: question.name }, question.name)));
  showChosen();
}

/** @param {Record<string, unknown>} now */
export function showAnswers(now) {
  const before = answers;
  answers = now;
  if (asText(before[name.value]) !== asText(now[name.value])) showChosen();
  const others = [...questions.values()].filter((each) => asText(now[each.name]) !== asText(each.usual));
  turned.replaceChildren(
    ...(others.length === 0 ? ["All switches have their defaults."] : ["Switches that differ from their defaults: "]),
    ...others.flatMap((each, index) => [index > 0 ? ", " : "", code(`${each.name}=${asText(now[each.name])}`)]),
  );
}

/** Formats an answer as on the command line. @param {unknown} answer */
const asText = (answer) => (Array.isArray(answer) ? answer.join(",") : String(answer));

function showChosen() {
  const question = questions.get(name.value);
  if (question === undefined) return;
  const { choices, usual, unlimited } = question;
  meaning.replaceChildren(...prose(question.meaning), ` Open question #${question.number}.`);
  const now = asText(answers[question.name] ?? usual);
  const hint = Array.isArray(usual) ? "numbers, separated by commas" : `a number${unlimited ? ", or null" : ""}`;
  alternatives.textContent = choices === undefined ? `Enter ${hint}. The default is ${asText(usual)}.` : "";
  const control =
    choices === undefined
      ? element("input", { id: "answer", value: now, required: true, autocomplete: "off" })
      : element(
          "select",
          { id: "answer" },
          ...choices.map((choice) =>
            element(
              "option",
              { value: choice, selected: choice === now },
              choice === usual ? `${choice} (default)` : choice,
            ),
          ),
        );
  field.replaceChildren(control);
}

name.addEventListener("change", showChosen);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void perform(button, output, async () => {
    const changed = name.value;
    const now = await call("PUT", "switches", { [changed]: byId("answer").value });
    return `${changed} is now ${asText(now[changed])}.`;
  });
});
