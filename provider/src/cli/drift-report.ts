import { isDeepStrictEqual } from "node:util";
import { isVerified } from "../ens/callback-status";
import { isUnknown } from "../lifecycle/unknown";
import { tables } from "../properties";
import { namesWhere, secretNames } from "../properties/facts";
import type { Properties } from "../properties/types";
import { code, table } from "./markdown";
import type { Planned, Resource } from "./preview";

const OURS = /^pulumi-nodejs:dynamic\/ens:(\w+)$/;
const TABLES: Readonly<Record<string, Properties>> = tables;
const SECRETS = new Set(Object.values(TABLES).flatMap(secretNames));
/** How Pulumi writes what nobody may see. */
const SECRET = "[secret]";
const NOTHING = "–";

/** A row of the report, as Markdown. */
type Row = readonly [resource: string, happened: string, property: string, there: string, wanted: string];

/** The rows of the table, and what is to be known besides. Empty when all is as the program says. */
export interface Report {
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

export function reportOf(resources: readonly Planned[]): Report {
  const ours = resources.filter(({ type }) => OURS.test(type));
  const others = resources.filter(({ type, op }) => !OURS.test(type) && op !== "same");
  const names = others.map(({ type, name }) => `${code(type)} ${code(name)}`).join(", ");
  const rest = others.length === 0 ? [] : [`Resources of other providers differ too: ${names}.`];
  return { rows: ours.flatMap(rowsOf), notes: [...ours.flatMap(notesOf), ...rest] };
}

/** Markdown of the table and the notes. */
export function reportText({ rows, notes }: Report): string {
  const head = ["resource", "what happened", "property", "in ENS", "in the program"];
  return [...(rows.length === 0 ? [] : [table(head, rows)]), ...notes.map((note) => `> **Note:** ${note}`)].join(
    "\n\n",
  );
}

function rowsOf(resource: Planned): Row[] {
  const { op, last } = resource;
  const row = (happened: string, property = NOTHING, there = NOTHING, wanted = NOTHING): Row => {
    return [label(resource), happened, property, there, wanted];
  };
  if (op === "create") return [row(last === undefined ? "new in the program" : "deleted in ENS")];
  if (op === "delete") return [row("removed from the program")];
  if (op === "same") return [];
  const replaced = op === "replace" ? "; it will be replaced" : "";
  const changed = propertiesOf(resource)
    .filter((property) => differs(resource, property))
    .map((property) => {
      const values = [resource.live?.inputs[property], resource.wanted?.inputs[property]] as const;
      const [there, wanted] = SECRETS.has(property) ? [code(SECRET), code(SECRET)] : texts(...values);
      return row(`${whoChanged(resource, property)}${replaced}`, code(property), there, wanted);
    });
  return changed.length > 0 ? changed : [row(...describeHidden(resource, replaced))];
}

/** Those that the provider compares. */
function propertiesOf({ type, live, wanted }: Planned): string[] {
  const uncompared = namesWhere(TABLES[kindOf(type)] ?? {}, ({ compared }) => compared === false);
  const names = new Set([...Object.keys(live?.inputs ?? {}), ...Object.keys(wanted?.inputs ?? {})]);
  return [...names].filter((name) => name !== "__provider" && !uncompared.includes(name)).sort();
}

const differs = ({ live, wanted }: { live?: Resource; wanted?: Resource }, property: string) =>
  !isDeepStrictEqual(live?.inputs[property], wanted?.inputs[property]);

function whoChanged(resource: Planned, property: string): string {
  const { last, live, wanted } = resource;
  if (last !== undefined && differs({ ...(live && { live }), wanted: last }, property)) {
    return "changed in ENS";
  }
  return isUnknown(wanted?.inputs[property]) ? "follows another resource" : "changed in the program";
}

/** A change that the compared values do not show. */
function describeHidden({ live, wanted, type }: Planned, replaced: string): [string, string?, string?, string?] {
  const status = live?.outputs.status;
  if (kindOf(type) === "Callback" && typeof status === "string" && !isVerified(status)) {
    return [`not verified yet${replaced}`, code("status"), code(JSON.stringify(status)), code('"verified"')];
  }
  const hidden = Object.keys(wanted?.inputs ?? {}).filter((name) => wanted?.inputs[name] === SECRET);
  if (hidden.length === 0) return [`to be finished${replaced}`];
  const names = hidden.map(code).join(" or ");
  return [`changed in the program${replaced}`, names, code(SECRET), code(SECRET)];
}

/** A callback that ENS calls otherwise than verified gets nothing, and no run changes that. */
function notesOf({ type, name, op, live }: Planned): string[] {
  const { status, statusReason } = live?.outputs ?? {};
  if (op === "delete" || kindOf(type) !== "Callback") return [];
  if (typeof status !== "string" || isVerified(status)) return [];
  const why = typeof statusReason === "string" && statusReason !== "none" ? `, ${code(statusReason)}` : "";
  return [`ENS calls callback ${code(name)} ${code(status)}${why}. It delivers to verified callbacks only.`];
}

const label = ({ type, name }: Planned) => `${kindOf(type)} ${code(name)}`;

const kindOf = (type: string) => OURS.exec(type)?.[1] ?? "";

/** Both sides; of two lists, what the other does not have. */
function texts(there: unknown, wanted: unknown): [string, string] {
  if (!Array.isArray(there) || !Array.isArray(wanted)) return [valueText(there), valueText(wanted)];
  const rest = (list: unknown[], other: unknown[]) => {
    const own = list.filter((item) => !other.some((each) => isDeepStrictEqual(item, each)));
    const items = own.map((item) => JSON.stringify(item));
    return code(`[${[...(own.length < list.length ? ["…"] : []), ...items].join(", ")}]`);
  };
  return [rest(there, wanted), rest(wanted, there)];
}

function valueText(value: unknown): string {
  if (value === undefined) return NOTHING;
  if (isUnknown(value)) return "known after `up`";
  return code(value === SECRET ? SECRET : JSON.stringify(value));
}
