import { nearest } from "../../validation/nearest";
import { readAuthorities } from "../check-receiver/values";
import { defineCommand } from "../shared/define-command";
import { printJson } from "../shared/json";
import { JSON_OPTION } from "../shared/options";
import type { Paint, Terminal } from "../shared/terminal";
import { UsageError } from "../shared/usage-error";
import { visible } from "../shared/visible";
import { Context } from "./context";
import { GROUPS, type GroupResult, runGroups } from "./groups";
import type { Status } from "./result";

const COLOURS: Readonly<Record<Status, Paint>> = { ok: "green", warning: "yellow", failed: "red", skipped: "dim" };
/** Widest column for subjects. The reason of a longer subject is not aligned. */
const WIDEST = 40;
const IDS = GROUPS.map(({ id }) => id);

export const doctor = defineCommand(
  {
    name: "doctor",
    summary: "Find problems with settings, permissions, receivers and callbacks",
    about:
      "Checks the settings, the access to ENS, the receivers and the callbacks, and reports for each of them what is wrong " +
      "and what to do. Nothing is changed, and no request is sent to receivers. Only their host names and certificates are " +
      "checked.\n" +
      `Groups of checks: ${GROUPS.map(({ id, title }) => `${id} (${title})`).join(", ")}.`,
    options: {
      only: { type: "string", value: "id,id", multiple: true, text: "Run only these groups of checks." },
      skip: { type: "string", value: "id,id", multiple: true, text: "Do not run these groups of checks." },
      "read-only": { type: "boolean", text: "Require only the permissions for reading." },
      "key-file": { type: "string", value: "file", text: "A file with a signature key, whose format is checked." },
      "key-name": {
        type: "string",
        value: "name",
        text: "The output with the key, when the file has JSON with several keys.",
      },
      "ca-file": {
        type: "string",
        value: "file",
        text: "Certificates of additional authorities to trust for receivers, in PEM format.",
      },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "No check failed. There may be warnings.", 1: "At least one check failed." },
  },
  async ({ values }, terminal) => {
    const [only, skip] = [parseGroupIds("--only", values.only), parseGroupIds("--skip", values.skip)];
    const wanted = IDS.filter((id) => (only.length === 0 || only.includes(id)) && !skip.includes(id));
    if (wanted.length === 0) throw new UsageError("--only and --skip leave no group of checks to run");
    const context = new Context(terminal, {
      readOnly: values["read-only"],
      keyFile: values["key-file"],
      keyName: values["key-name"],
      authorities: values["ca-file"] === undefined ? undefined : readAuthorities(values["ca-file"]),
    });
    try {
      const results = await runGroups(context, wanted);
      const exitCode = results.some(({ status }) => status === "failed") ? 1 : 0;
      if (values.json) printJson(terminal, { exitCode, counts: countsOf(results), checks: results });
      else terminal.print(textOf(terminal, results));
      return exitCode;
    } finally {
      await context.close();
    }
  },
);

function parseGroupIds(option: string, given: readonly string[]): string[] {
  const ids = given.flatMap((list) => list.split(",")).map((id) => id.trim());
  const unknown = ids.find((id) => !IDS.includes(id));
  if (unknown === undefined) return ids;
  const [meant] = nearest(unknown, IDS);
  const hint = meant === undefined ? `The groups are ${IDS.join(", ")}` : `Did you mean ${meant}?`;
  throw new UsageError(`${option} has an unknown group of checks, ${JSON.stringify(unknown)}. ${hint}`);
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
