import { z } from "zod";
import { callback as callbackKind } from "../../kinds/callback";
import type { Kind } from "../../kinds/kind";
import { subscription as subscriptionKind } from "../../kinds/subscription";
import { programInputs } from "../../properties/facts";
import { comment, literal, width } from "./literal";
import type { Group, Plan, PlannedCallback, PlannedSubscription } from "./plan";

/** How a program begins that we may write over. */
export const MARK = "Written by `ens import`";
const ABOUT =
  `${MARK} from what was in ENS. It is yours: change it, move it, rename its variables. The first argument of each ` +
  "resource is its name in the stack's state.";
const SCHEMES =
  "ENS gives nobody a scheme's credentials back, so schemes are not resources here. To manage one, make an " +
  "ens.AuthScheme with its credentials, give it to the callbacks as authScheme in place of authId, and run `pulumi up`. " +
  "The old scheme is not used any more then.";

/** The program, formatted. Whatever the names in ENS are, they stand in it as texts only. */
export function programText({ schemes, groups }: Plan): string {
  const constants = [...schemes].map(([name, id]) => {
    const line = `const ${name} = ${literal(id)};`;
    return width(line) <= 120 ? line : `const ${name} =\n  ${literal(id)};`;
  });
  const blocks = [
    comment(ABOUT),
    'import * as ens from "pulumi-ens";',
    ...(constants.length === 0 ? [] : [[comment(SCHEMES), ...constants].join("\n")]),
    ...groups.flatMap(groupBlocks),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function groupBlocks({ of, callback, subscriptions }: Group): string[] {
  const outside = of.subscriptions.filter(({ problem }) => problem !== undefined);
  return [
    ...(callback === undefined ? [leftOut("callback", of)] : [callbackBlock(callback, subscriptions.length > 0)]),
    ...subscriptions.map((each) => subscriptionBlock(each, callback)),
    ...outside.map((each) => leftOut("subscription", each)),
  ];
}

/** What a person reads about an object that is in ENS and not in the program. */
function leftOut(noun: string, { name, id, problem }: { name: string; id: string; problem?: string }): string {
  return comment(`Not here: ${noun} ${literal(name)} (${id}), because ${problem}.`);
}

function callbackBlock({ resource, variable, scheme, found }: PlannedCallback, used: boolean): string {
  const { inputs } = found.described;
  const unverified = inputs.verification.strategy === "none";
  const lines = resourceLines(
    `${used ? `const ${variable} = ` : ""}new ens.Callback(${literal(resource)}, {`,
    argumentLines(callbackKind, inputs, {
      authId: scheme === undefined ? [] : [property("authId", scheme)],
      verification: unverified ? [property("verification", '{ strategy: "none" }')] : [],
    }),
  );
  const note = `ENS says ${literal(found.status)}: it takes no subscriptions until it is verified.`;
  return unverified ? `${comment(note)}\n${lines}` : lines;
}

function subscriptionBlock({ resource, found }: PlannedSubscription, callback: PlannedCallback | undefined): string {
  const { inputs } = found.described;
  const { callbackId, filters } = inputs;
  const target =
    callback === undefined ? property("callbackId", literal(callbackId)) : property("callback", callback.variable);
  return resourceLines(
    `new ens.Subscription(${literal(resource)}, {`,
    argumentLines(subscriptionKind, inputs, {
      callbackId: [target],
      filters: filters.length === 0 ? [] : [filtersProperty(filters)],
    }),
  );
}

/** What a program has to say, in the order of the table and without defaults. `written` are those of a form of their own. */
function argumentLines(
  kind: Pick<Kind, "properties" | "inputs">,
  inputs: object,
  written: Readonly<Record<string, readonly string[]>>,
): string[] {
  return programInputs(kind.properties).flatMap((name) => {
    const lines = written[name];
    const value: unknown = Reflect.get(inputs, name);
    if (lines !== undefined) return lines;
    if (value === undefined || isDefault(kind, name, value)) return [];
    if (Array.isArray(value)) return [items(name, value)];
    return [property(name, typeof value === "string" ? literal(value) : String(value))];
  });
}

const resourceLines = (first: string, properties: readonly string[]) => [first, ...properties, "});"].join("\n");

/** A value that is too long for the line goes into the next one. */
function property(name: string, value: string): string {
  const line = `  ${name}: ${value},`;
  return width(line) <= 120 || !/^["']/.test(value) ? line : `  ${name}:\n    ${value},`;
}

function items(name: string, values: readonly string[]): string {
  const line = `  ${name}: [${values.map(literal).join(", ")}],`;
  return width(line) <= 120 ? line : broken(`  ${name}: [`, values.map(literal), "  ],");
}

/** As an object, where that says the same. */
function filtersProperty(filters: readonly string[]): string {
  const pairs = filters.map((filter) => [filter.split("=", 1)[0] as string, filter.slice(filter.indexOf("=") + 1)]);
  const keys = new Set(pairs.map(([key]) => key));
  const plain = pairs.every(([key = ""]) => /^[A-Za-z_]\w*$/.test(key) && key !== "__proto__");
  if (keys.size < pairs.length || !plain) return items("filters", filters);
  const entries = pairs.map(([key, value = ""]) => [key as string, literal(value)] as const);
  const line = `  filters: { ${entries.map(([key, value]) => `${key}: ${value}`).join(", ")} },`;
  if (width(line) <= 120) return line;
  const lines = entries.map(([key, value]) => {
    const whole = `${key}: ${value}`;
    return width(`    ${whole},`) <= 120 ? whole : `${key}:\n      ${value}`;
  });
  return broken("  filters: {", lines, "  },");
}

const broken = (first: string, lines: readonly string[], last: string) =>
  [first, ...lines.map((line) => `    ${line},`), last].join("\n");

/** Whether it is what the resource takes when nothing is said. */
function isDefault({ inputs }: Pick<Kind, "inputs">, key: string, value: unknown): boolean {
  return z.safeParse(inputs.shape[key] as z.ZodType, undefined).data === value;
}
