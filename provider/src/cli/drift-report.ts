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

/** One difference. Of a secret, the value is `[secret]`. */
export interface Difference {
  readonly kind: string;
  readonly name: string;
  readonly happened: string;
  /** Several when only one of them may differ; none when it is about the whole resource. */
  readonly properties: readonly string[];
  readonly inEns?: unknown;
  readonly inProgram?: unknown;
}

export function reportOf(resources: readonly Planned[]): Report {
  return { rows: differencesOf(resources).map(rowOf), notes: remarksOn(resources, code) };
}

/** The differences of our resources. */
export function differencesOf(resources: readonly Planned[]): Difference[] {
  return resources.filter(({ type }) => OURS.test(type)).flatMap(differencesIn);
}

/** What is to be known besides. `written` puts names and words of ENS into the sentences. */
export function remarksOn(resources: readonly Planned[], written: (text: string) => string): string[] {
  const others = resources.filter(({ type, op }) => !OURS.test(type) && op !== "same");
  const names = others.map(({ type, name }) => `${written(type)} ${written(name)}`).join(", ");
  const rest = others.length === 0 ? [] : [`Resources of other providers differ too: ${names}.`];
  const ours = resources.filter(({ type }) => OURS.test(type));
  return [...ours.flatMap((resource) => notesOf(resource, written)), ...rest];
}

/** Markdown of the table and the notes. */
export function reportText({ rows, notes }: Report): string {
  const head = ["resource", "what happened", "property", "in ENS", "in the program"];
  return [...(rows.length === 0 ? [] : [table(head, rows)]), ...notes.map((note) => `> **Note:** ${note}`)].join(
    "\n\n",
  );
}

function rowOf({ kind, name, happened, properties, inEns, inProgram }: Difference): Row {
  const property = properties.length === 0 ? NOTHING : properties.map(code).join(" or ");
  const values = properties.length === 0 ? ([NOTHING, NOTHING] as const) : texts(inEns, inProgram);
  return [`${kind} ${code(name)}`, happened, property, ...values];
}

function differencesIn(resource: Planned): Difference[] {
  const { op, last, type, name, live, wanted } = resource;
  const about = (happened: string, ...properties: string[]) => ({ kind: kindOf(type), name, happened, properties });
  if (op === "create") return [about(last === undefined ? "new in the program" : "deleted in ENS")];
  if (op === "delete") return [about("removed from the program")];
  if (op === "same") return [];
  const replaced = op === "replace" ? "; it will be replaced" : "";
  const changed = propertiesOf(resource)
    .filter((property) => differs(resource, property))
    .map((property) => {
      const [inEns, inProgram] = SECRETS.has(property)
        ? [SECRET, SECRET]
        : [live?.inputs[property], wanted?.inputs[property]];
      return { ...about(`${whoChanged(resource, property)}${replaced}`, property), inEns, inProgram };
    });
  if (changed.length > 0) return changed;
  const status = live?.outputs.status;
  if (kindOf(type) === "Callback" && typeof status === "string" && !isVerified(status)) {
    return [{ ...about(`not verified yet${replaced}`, "status"), inEns: status, inProgram: "verified" }];
  }
  // A change that the compared values do not show.
  const hidden = Object.keys(wanted?.inputs ?? {}).filter((each) => wanted?.inputs[each] === SECRET);
  if (hidden.length === 0) return [about(`to be finished${replaced}`)];
  return [{ ...about(`changed in the program${replaced}`, ...hidden), inEns: SECRET, inProgram: SECRET }];
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

/** A callback that ENS calls otherwise than verified gets nothing, and no run changes that. */
function notesOf({ type, name, op, live }: Planned, written: (text: string) => string): string[] {
  const { status, statusReason } = live?.outputs ?? {};
  if (op === "delete" || kindOf(type) !== "Callback") return [];
  if (typeof status !== "string" || isVerified(status)) return [];
  const why = typeof statusReason === "string" && statusReason !== "none" ? `, ${written(statusReason)}` : "";
  return [`ENS calls callback ${written(name)} ${written(status)}${why}. It delivers to verified callbacks only.`];
}

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
