import type { Switches } from "../switches";
import { CATALOGUE } from "./catalogue";

type How = Pick<Switches, "unknownTypes" | "caseSensitiveTypes">;

/** Throws for the first event whose type is not in the catalogue, unless a switch allows such types. */
export function rejectUnknownTypes(
  { unknownTypes, caseSensitiveTypes }: How,
  events: readonly { readonly eventCategoryType: string }[],
): void {
  if (unknownTypes === "accept") return;
  const types = Object.keys(CATALOGUE);
  const known = new Set(caseSensitiveTypes === "off" ? types.map(lower) : types);
  const asKnown = (type: string) => (caseSensitiveTypes === "off" ? lower(type) : type);
  const unknown = events.find(({ eventCategoryType }) => !known.has(asKnown(eventCategoryType)));
  if (unknown === undefined) return;
  const { eventCategoryType } = unknown;
  throw new Error(
    `There is no event type ${eventCategoryType}. Did you mean ${nearest(eventCategoryType, types)}? ` +
      "Set the switch unknownTypes=accept to send events of unknown types.",
  );
}

const lower = (text: string) => text.toLowerCase();

/** The name with the fewest edits; a name without its category is compared without categories. */
function nearest(type: string, types: readonly string[]): string {
  const comparable = (known: string) => lower(type.includes(".") ? known : known.slice(known.indexOf(".") + 1));
  const distances = types.map((known) => ({ known, edits: edits(lower(type.slice(0, 200)), comparable(known)) }));
  return distances.reduce((best, each) => (each.edits < best.edits ? each : best)).known;
}

/** Levenshtein distance. */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= other.length; at += 1) {
      const replaced = (row[at - 1] ?? 0) + (other[at - 1] === character ? 0 : 1);
      next.push(Math.min((row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
