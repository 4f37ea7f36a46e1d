import { z } from "zod";
import { callback as callbackKind } from "../../kinds/callback";
import type { Kind } from "../../kinds/kind";
import { subscription as subscriptionKind } from "../../kinds/subscription";
import { programInputs } from "../../properties/facts";
import { comment, literal } from "./literal";
import type { Group, Plan, PlannedCallback, PlannedSubscription } from "./plan";

/** Beginning of a program that `ens import` wrote and may overwrite. */
export const MARK = "Written by `ens import`";
const ABOUT = [
  `${MARK} from the objects in ENS. You own this file: change it, move it, rename its variables.`,
  "Keep the first argument of each resource, because it is the name of the resource in the state of the stack.",
];
const SCHEMES = [
  "ENS does not return the credentials of auth schemes, so the auth schemes are not resources here. To manage an auth",
  "scheme, create an ens.AuthScheme with its credentials, pass it to the callbacks as authScheme instead of authId, and",
  "run `pulumi up`. The old auth scheme is no longer used afterwards.",
];

/** Returns the program. Names from ENS occur in it only as string literals and comments. */
export function programText({ schemes, groups }: Plan): string {
  const constants = [...schemes].map(([name, id]) => `const ${name} = ${literal(id)};`);
  const blocks = [
    comment(...ABOUT),
    'import * as ens from "pulumi-ens";',
    ...(constants.length === 0 ? [] : [[comment(...SCHEMES), ...constants].join("\n")]),
    ...groups.flatMap(groupBlocks),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function groupBlocks({ of, callback, subscriptions }: Group): string[] {
  const omitted = of.subscriptions.filter(({ problem }) => problem !== undefined);
  return [
    ...(callback === undefined ? [omission("callback", of)] : [callbackBlock(callback, subscriptions.length > 0)]),
    ...subscriptions.map((each) => subscriptionBlock(each, callback)),
    ...omitted.map((each) => omission("subscription", each)),
  ];
}

/** Returns the comment on an object that is in ENS and not in the program. */
function omission(noun: string, { name, id, problem }: { name: string; id: string; problem?: string }): string {
  return comment(`Not imported: ${noun} ${literal(name)} (${id}), because ${problem}.`);
}

function callbackBlock({ resource, variable, scheme, found }: PlannedCallback, isUsed: boolean): string {
  const { inputs } = found.described;
  const isUnverified = inputs.verification.strategy === "none";
  const text = resourceText(isUsed ? `const ${variable} = ` : "", "Callback", resource, callbackKind, inputs, {
    authId: scheme === undefined ? undefined : `authId: ${scheme}`,
    verification: isUnverified ? 'verification: { strategy: "none" }' : undefined,
  });
  const note = `This callback has status ${literal(found.status)}. It accepts no subscriptions until it is verified.`;
  return isUnverified ? `${comment(note)}\n${text}` : text;
}

function subscriptionBlock({ resource, found }: PlannedSubscription, callback: PlannedCallback | undefined): string {
  const { inputs } = found.described;
  const { callbackId, filters } = inputs;
  return resourceText("", "Subscription", resource, subscriptionKind, inputs, {
    callbackId: callback === undefined ? `callbackId: ${literal(callbackId)}` : `callback: ${callback.variable}`,
    filters: filters.length === 0 ? undefined : `filters: ${filtersText(filters)}`,
  });
}

/** Returns a resource with the properties that differ from their defaults. `own` has properties with another notation. */
function resourceText(
  before: string,
  className: string,
  name: string,
  kind: Pick<Kind, "properties" | "inputs">,
  inputs: object,
  own: Readonly<Record<string, string | undefined>>,
): string {
  const properties = programInputs(kind.properties).flatMap((each) => {
    if (each in own) return own[each] ?? [];
    const value: unknown = Reflect.get(inputs, each);
    return value === undefined || isDefault(kind, each, value) ? [] : `${each}: ${valueText(value)}`;
  });
  const lines = properties.map((each) => `  ${each},`);
  return [`${before}new ens.${className}(${literal(name)}, {`, ...lines, "});"].join("\n");
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  return typeof value === "string" ? literal(value) : String(value);
}

/** Returns filters as an object, or as an array when an object cannot express them. */
function filtersText(filters: readonly string[]): string {
  const pairs = filters.map((filter) => [filter.split("=", 1)[0] as string, filter.slice(filter.indexOf("=") + 1)]);
  const isUnique = new Set(pairs.map(([key]) => key)).size === pairs.length;
  const isPlain = pairs.every(([key = ""]) => /^[A-Za-z_]\w*$/.test(key) && key !== "__proto__");
  if (!isUnique || !isPlain) return valueText(filters);
  return `{ ${pairs.map(([key, value = ""]) => `${key}: ${literal(value)}`).join(", ")} }`;
}

/** Returns whether a value is the default of its property. */
function isDefault({ inputs }: Pick<Kind, "inputs">, key: string, value: unknown): boolean {
  return z.safeParse(inputs.shape[key] as z.ZodType, undefined).data === value;
}
