import { findAccessProblems, reason, variableName } from "pulumi-ens-receiver/internal";
import { type Setting, settings as table } from "../../properties/settings";
import { findMisspeltVariables, judgeSettings } from "../../run/judge-settings";
import { failed, ok, type Result, skipped, warning } from "./result";
import type { Visit } from "./visit";

const NAMES = Object.keys(table) as Setting[];
/** Variables of ours that are no settings, and those of the commands that we start. */
const OTHERS = ["ENS_RECOVER", "ENS_TRACE", "ENS_CALLBACK_ID", "ENS_CALLBACK_URL", "ENS_CHECK_KEY_FILE"];
/** Values that no line shows. */
const HIDDEN: readonly Setting[] = ["clientId", "clientSecret"];
const ADVICE = "Correct it in the environment of this command, and in the stack's configuration if it is there, too.";

/** Each setting with where it comes from, and what is wrong with it. */
export async function checkSettings(visit: Visit): Promise<Result[]> {
  const { terminal, source } = visit;
  const unreadable = new Map(NAMES.flatMap((name) => problemOfReading(visit, name)));
  const { failures, warnings } = unreadable.size > 0 ? { failures: [], warnings: [] } : judgeSettings(source);
  const missing = unreadable.size > 0 ? [] : findAccessProblems(source).filter(({ isMissing }) => isMissing);
  const about = (name: Setting, texts: readonly string[]) => texts.filter((text) => text.startsWith(`ens:${name} `));
  const known = NAMES.map((name): Result => {
    const variable = variableName(name);
    const unread = unreadable.get(name);
    if (unread !== undefined) return failed(variable, sentence(unread), "Correct the path, or who may read the file.");
    const [absent] = about(
      name,
      missing.map(({ text }) => text),
    );
    if (absent !== undefined)
      return failed(variable, sentence(absent), "Set it; the installed package in Setup shows the value.");
    const [failure] = about(name, failures);
    if (failure !== undefined) return failed(variable, sentence(failure), ADVICE);
    const value = unreadable.size > 0 ? terminal.env[variable] : source.get(name);
    if (!value) return skipped(variable, unreadable.size > 0 ? "Not judged yet." : "Not set, which is fine.");
    return withDoubts(visit, name, value, about(name, warnings));
  });
  const attributed = (text: string) => NAMES.some((name) => text.startsWith(`ens:${name} `));
  const others = failures.filter((text) => !attributed(text)).map((text) => failed("settings", sentence(text), ADVICE));
  const misspelt = findMisspeltVariables(terminal.env, OTHERS).map((text) =>
    warning("environment", sentence(text), "Correct the name, or remove the variable."),
  );
  return [...known, ...others, ...misspelt];
}

function withDoubts({ terminal: { env } }: Visit, name: Setting, value: string, doubts: readonly string[]): Result {
  const variable = variableName(name);
  const file = `${variable}_FILE`;
  const isBoth = Boolean(env[variable] && env[file]);
  const shown = HIDDEN.includes(name) ? "" : `: ${JSON.stringify(value)}`;
  const from = env[variable] ? "From the variable" : `From the file that ${file} names`;
  const [doubt] = doubts;
  if (doubt !== undefined) return warning(variable, sentence(doubt), "If that is meant, there is nothing to do.");
  if (isBoth) return warning(variable, `${from}; ${file} is set, too, and is not read.`, "Remove one of the two.");
  return ok(variable, `${from}${shown}.`);
}

function problemOfReading({ source }: Visit, name: Setting): [Setting, string][] {
  try {
    source.get(name);
    return [];
  } catch (error) {
    return [[name, reason(error)]];
  }
}

function sentence(text: string): string {
  const first = text.startsWith("ens:") ? text : `${text[0]?.toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
