import { findAccessProblems, reason, variableName } from "pulumi-ens-receiver/internal";
import { type Setting, settings as table } from "../../properties/settings";
import { findMisspeltVariables, judgeSettings } from "../../run/judge-settings";
import { sentence } from "../shared/sentence";
import type { Context } from "./context";
import { failed, ok, type Result, skipped, warning } from "./result";

const NAMES = Object.keys(table) as Setting[];
/** Variables that this package uses beside the settings. */
const OTHERS = ["ENS_RECOVER", "ENS_TRACE", "ENS_CALLBACK_ID", "ENS_CALLBACK_URL", "ENS_CHECK_KEY_FILE"];
/** Settings whose values are not shown. */
const HIDDEN: readonly Setting[] = ["clientId", "clientSecret"];
const ADVICE =
  "Correct the setting in this environment, and also in the configuration of the stack if it is set there.";

/** Checks each setting and reports where its value comes from. */
export async function checkSettings(context: Context): Promise<Result[]> {
  const { terminal, source } = context;
  const unreadable = new Map(NAMES.flatMap((name) => problemOfReading(context, name)));
  const { failures, warnings } = unreadable.size > 0 ? { failures: [], warnings: [] } : judgeSettings(source);
  const missing = unreadable.size > 0 ? [] : findAccessProblems(source).filter(({ isMissing }) => isMissing);
  const about = (name: Setting, texts: readonly string[]) => texts.filter((text) => text.startsWith(`ens:${name} `));
  const known = NAMES.map((name): Result => {
    const variable = variableName(name);
    const unread = unreadable.get(name);
    if (unread !== undefined)
      return failed(variable, sentence(unread), "Correct the path or the permissions of the file.");
    const [absent] = about(
      name,
      missing.map(({ text }) => text),
    );
    if (absent !== undefined)
      return failed(variable, sentence(absent), "Set the variable. The value is in Setup, at the installed package.");
    const [failure] = about(name, failures);
    if (failure !== undefined) return failed(variable, sentence(failure), ADVICE);
    const value = unreadable.size > 0 ? terminal.env[variable] : source.get(name);
    if (!value)
      return skipped(variable, unreadable.size > 0 ? "Not checked yet." : "Not set. This setting is optional.");
    return resultOfValue(context, name, value, about(name, warnings));
  });
  const attributed = (text: string) => NAMES.some((name) => text.startsWith(`ens:${name} `));
  const others = failures.filter((text) => !attributed(text)).map((text) => failed("settings", sentence(text), ADVICE));
  const misspelt = findMisspeltVariables(terminal.env, OTHERS).map((text) =>
    warning("environment", sentence(text), "Correct the name or unset the variable."),
  );
  return [...known, ...others, ...misspelt];
}

function resultOfValue(
  { terminal: { env } }: Context,
  name: Setting,
  value: string,
  warnings: readonly string[],
): Result {
  const variable = variableName(name);
  const file = `${variable}_FILE`;
  const isBoth = Boolean(env[variable] && env[file]);
  const shown = HIDDEN.includes(name) ? "" : `: ${JSON.stringify(value)}`;
  const from = env[variable] ? "Set in the environment" : `Read from the file that ${file} names`;
  const [remark] = warnings;
  if (remark !== undefined) return warning(variable, sentence(remark), "Ignore this if the value is intended.");
  if (isBoth) return warning(variable, `${from}. ${file} is also set and is ignored.`, "Unset one of the two.");
  return ok(variable, `${from}${shown}.`);
}

function problemOfReading({ source }: Context, name: Setting): [Setting, string][] {
  try {
    source.get(name);
    return [];
  } catch (error) {
    return [[name, reason(error)]];
  }
}
