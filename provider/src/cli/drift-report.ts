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
/** Pulumi's mask for a secret value. */
const SECRET = "[secret]";
const NOTHING = "–";

/** Row of the report, as Markdown. */
type Row = readonly [resource: string, happened: string, property: string, there: string, wanted: string];

/** Rows of the table, and notes below the table. Empty when ENS matches the program. */
export interface Report {
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

/** One difference. The value of a secret is `[secret]`. */
export interface Difference {
  readonly kind: string;
  readonly name: string;
  readonly happened: string;
  /** Several names when it is unknown which of them differs. Empty when the whole resource differs. */
  readonly properties: readonly string[];
  readonly inEns?: unknown;
  readonly inProgram?: unknown;
}

/** Builds the report on all resources of a preview. */
export function reportOf(resources: readonly Planned[]): Report {
  return { rows: differencesOf(resources).map(rowOf), notes: remarksOn(resources, code) };
}

/** Returns the differences of the ENS resources. */
export function differencesOf(resources: readonly Planned[]): Difference[] {
  return resources.filter(({ type }) => OURS.test(type)).flatMap(differencesIn);
}

/** Returns notes on callbacks without deliveries and on other providers. `written` formats names and ENS's own words. */
export function remarksOn(resources: readonly Planned[], written: (text: string) => string): string[] {
  const others = resources.filter(({ type, op }) => !OURS.test(type) && op !== "same");
  const names = others.map(({ type, name }) => `${written(type)} ${written(name)}`).join(", ");
  const rest = others.length === 0 ? [] : [`Resources of other providers differ too: ${names}.`];
  const ours = resources.filter(({ type }) => OURS.test(type));
  return [...ours.flatMap((resource) => notesOf(resource, written)), ...rest];
}

/** Returns the table and the notes as Markdown. */
export function reportText({ rows, notes }: Report): string {
  const head = ["resource", "what happened", "property", "in ENS", "in the program"];
  return [...(rows.length === 0 ? [] : [table(head, rows)]), ...notes.map((note) => `> **Note:** ${note}`)].join(
    "\n\n",
  );
}

function rowOf({ kind, name, happened, properties, inEns, inProgram }: Difference): Row {
  const property = properties.length === 0 ? NOTHING : properties.map(code).join(" or ");
  const values = properties.length === 0 ? ([NOTHING, NOTHING] as const) : valueTexts(inEns, inProgram);
  return [`${kind} ${code(name)}`, happened, property, ...values];
}

function differencesIn(resource: Planned): Difference[] {
  const { op, last, type, name, live, wanted } = resource;
  const about = (happened: string, ...properties: string[]) => ({ kind: kindOf(type), name, happened, properties });
  if (op === "create") return [about(last === undefined ? "new in the program" : "deleted in ENS")];
  if (op === "delete") return [about("removed from the program")];
  if (op === "same") return [];
  const replaced = op === "replace" ? ", will be replaced" : "";
  const changed = propertiesOf(resource)
    .filter((property) => differs(resource, property))
    .map((property) => {
      const [inEns, inProgram] = SECRETS.has(property)
        ? [SECRET, SECRET]
        : [live?.inputs[property], wanted?.inputs[property]];
      return { ...about(`${originOfChange(resource, property)}${replaced}`, property), inEns, inProgram };
    });
  if (changed.length > 0) return changed;
  const status = live?.outputs.status;
  if (kindOf(type) === "Callback" && typeof status === "string" && !isVerified(status)) {
    return [{ ...about(`not verified yet${replaced}`, "status"), inEns: status, inProgram: "verified" }];
  }
  // The compared values are equal, so the change is in a secret or not in the inputs.
  const hidden = Object.keys(wanted?.inputs ?? {}).filter((each) => wanted?.inputs[each] === SECRET);
  if (hidden.length === 0) return [about(`not completed by the last run${replaced}`)];
  return [{ ...about(`changed in the program${replaced}`, ...hidden), inEns: SECRET, inProgram: SECRET }];
}

/** Returns the names of the properties that the provider compares. */
function propertiesOf({ type, live, wanted }: Planned): string[] {
  const uncompared = namesWhere(TABLES[kindOf(type)] ?? {}, ({ compared }) => compared === false);
  const names = new Set([...Object.keys(live?.inputs ?? {}), ...Object.keys(wanted?.inputs ?? {})]);
  return [...names].filter((name) => name !== "__provider" && !uncompared.includes(name)).sort();
}

const differs = ({ live, wanted }: { live?: Resource; wanted?: Resource }, property: string) =>
  !isDeepStrictEqual(live?.inputs[property], wanted?.inputs[property]);

function originOfChange(resource: Planned, property: string): string {
  const { last, live, wanted } = resource;
  if (last !== undefined && differs({ ...(live && { live }), wanted: last }, property)) {
    return "changed in ENS";
  }
  return isUnknown(wanted?.inputs[property]) ? "depends on another resource" : "changed in the program";
}

/** Returns a note on a callback that is not verified. Such a callback gets no deliveries, and no run can change that. */
function notesOf({ type, name, op, live }: Planned, written: (text: string) => string): string[] {
  const { status, statusReason } = live?.outputs ?? {};
  if (op === "delete" || kindOf(type) !== "Callback") return [];
  if (typeof status !== "string" || isVerified(status)) return [];
  const why = typeof statusReason === "string" && statusReason !== "none" ? `, ${written(statusReason)}` : "";
  return [`Callback ${written(name)} has status ${written(status)}${why}. ENS delivers to verified callbacks only.`];
}

const kindOf = (type: string) => OURS.exec(type)?.[1] ?? "";

/** Returns both values. Two lists are reduced to the items that the other list does not have. */
function valueTexts(there: unknown, wanted: unknown): [string, string] {
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
