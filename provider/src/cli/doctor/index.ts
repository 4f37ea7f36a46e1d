import { nearest } from "../../validation/nearest";
import { authoritiesIn } from "../check-receiver/values";
import { defineCommand } from "../shared/define-command";
import { printJson } from "../shared/json";
import { JSON_OPTION } from "../shared/options";
import type { Paint, Terminal } from "../shared/terminal";
import { UsageError } from "../shared/usage-error";
import { visible } from "../shared/visible";
import { GROUPS, type GroupResult, runGroups } from "./groups";
import type { Status } from "./result";
import { Visit } from "./visit";

const COLOURS: Readonly<Record<Status, Paint>> = { ok: "green", warning: "yellow", failed: "red", skipped: "dim" };
/** Longer subjects push their reason to the right. */
const WIDEST = 40;
const IDS = GROUPS.map(({ id }) => id);

export const doctor = defineCommand(
  {
    name: "doctor",
    summary: "finds out what is wrong with settings, permissions and callbacks",
    about:
      "Checks everything that a team needs of ENS, and says for each thing whether it is in order, why not, and what to " +
      "do. Nothing is changed, and nothing is sent to receivers: their names are looked up, and their certificates read.\n" +
      `The groups of checks: ${GROUPS.map(({ id, title }) => `${id} (${title})`).join(", ")}.`,
    options: {
      only: { type: "string", value: "id,id", multiple: true, text: "only these groups of checks" },
      skip: { type: "string", value: "id,id", multiple: true, text: "not these groups of checks" },
      "read-only": { type: "boolean", text: "expects the permissions to read, and no others" },
      "key-file": { type: "string", value: "file", text: "a signature key whose form is checked" },
      "key-name": { type: "string", value: "name", text: "which key, when the file has JSON with several" },
      "ca-file": { type: "string", value: "file", text: "certificates of more authorities for receivers, in PEM form" },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "Nothing failed; there may be warnings.", 1: "Something failed." },
  },
  async ({ values }, terminal) => {
    const [only, skip] = [idsOf("--only", values.only), idsOf("--skip", values.skip)];
    const wanted = IDS.filter((id) => (only.length === 0 || only.includes(id)) && !skip.includes(id));
    if (wanted.length === 0) throw new UsageError("--only and --skip leave no check");
    const visit = new Visit(terminal, {
      readOnly: values["read-only"],
      keyFile: values["key-file"],
      keyName: values["key-name"],
      authorities: values["ca-file"] === undefined ? undefined : authoritiesIn(values["ca-file"]),
    });
    try {
      const results = await runGroups(visit, wanted);
      const exitCode = results.some(({ status }) => status === "failed") ? 1 : 0;
      if (values.json) printJson(terminal, { exitCode, counts: countsOf(results), checks: results });
      else terminal.print(textOf(terminal, results));
      return exitCode;
    } finally {
      await visit.close();
    }
  },
);

function idsOf(option: string, given: readonly string[]): string[] {
  const ids = given.flatMap((list) => list.split(",")).map((id) => id.trim());
  const unknown = ids.find((id) => !IDS.includes(id));
  if (unknown === undefined) return ids;
  const [meant] = nearest(unknown, IDS);
  const way = meant === undefined ? `the groups are ${IDS.join(", ")}` : `${meant} may be meant`;
  throw new UsageError(`${option} names no group of checks with ${JSON.stringify(unknown)}; ${way}`);
}

function countsOf(results: readonly GroupResult[]): Readonly<Record<Status, number>> {
  const count = (status: Status) => results.filter((each) => each.status === status).length;
  return { ok: count("ok"), warning: count("warning"), failed: count("failed"), skipped: count("skipped") };
}

function textOf(terminal: Terminal, results: readonly GroupResult[]): string {
  const width = Math.min(WIDEST, Math.max(...results.map(({ subject }) => subject.length)));
  const parts = GROUPS.flatMap(({ id, title }) => {
    const own = results.filter(({ group }) => group === id);
    if (own.length === 0) return [];
    const lines = own.flatMap(({ status, subject, reason, advice }) => {
      const first = `${terminal.paint(COLOURS[status], status.padEnd(7))}  ${subject.padEnd(width)}  ${visible(reason)}`;
      return advice === undefined ? [first] : [first, `${" ".repeat(width + 11)}To do: ${advice}`];
    });
    return [[terminal.paint("bold", `${id}: ${title}`), ...lines].join("\n")];
  });
  const { ok, warning, failed, skipped } = countsOf(results);
  const end = `${ok} ok, ${warning} ${warning === 1 ? "warning" : "warnings"}, ${failed} failed, ${skipped} skipped`;
  return [...parts, end].join("\n\n");
}
