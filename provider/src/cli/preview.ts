import { z } from "zod";

const properties = z.record(z.string(), z.unknown());
const resource = z.object({ inputs: properties.default({}), outputs: properties.default({}) });

/** What `pulumi preview --refresh --show-sames --json` prints, as far as it is used here. */
const digest = z.object({
  steps: z
    .array(z.object({ op: z.string(), urn: z.string(), oldState: resource.optional(), newState: resource.optional() }))
    .default([]),
  diagnostics: z.array(z.object({ message: z.string().default(""), severity: z.string() })).default([]),
});

export type Resource = z.output<typeof resource>;

/** One resource of a preview: as the last run left it, as it is there now, as the program wants it. */
export interface Planned {
  /** Pulumi's word for what is to be done: `create`, `update`, `replace`, `delete` or `same`. */
  readonly op: string;
  /** `pulumi-nodejs:dynamic/ens:Callback` */
  readonly type: string;
  readonly name: string;
  /** Absent when the last run did not have it. */
  readonly last?: Resource;
  /** Absent when it is not there. */
  readonly live?: Resource;
  /** Absent when the program does not want it any more. */
  readonly wanted?: Resource;
}

export interface Preview {
  /** Its short name. Absent when nothing was planned. */
  readonly stack?: string;
  readonly resources: Planned[];
  /** Warnings and errors, as Pulumi words them. */
  readonly said: { readonly severity: string; readonly message: string }[];
}

/**
 * Reads what Pulumi printed. A refresh and the plan come as two steps: the first has a resource as the last run left it,
 * the second as it is there and as it is wanted.
 */
export function previewIn(printed: string): Preview {
  const start = printed.search(/^\{/m);
  const { steps, diagnostics } = digest.parse(JSON.parse(start < 0 ? "{}" : upToEnd(printed.slice(start))));
  const last = new Map(steps.filter(({ op }) => op === "refresh").map(({ urn, oldState }) => [urn, oldState]));
  const resources = steps.flatMap(({ op, urn, oldState, newState }): Planned[] => {
    const { type, name } = partsOf(urn);
    if (!["create", "update", "replace", "delete", "same"].includes(op) || type.startsWith("pulumi:")) return [];
    const before = last.get(urn);
    return [
      {
        op,
        type,
        name,
        ...(before === undefined ? {} : { last: before }),
        ...(op === "create" || oldState === undefined ? {} : { live: oldState }),
        ...(op === "delete" || newState === undefined ? {} : { wanted: newState }),
      },
    ];
  });
  const said = diagnostics.filter(({ severity }) => severity === "error" || severity === "warning");
  const stack = /^urn:pulumi:(.*?)::/.exec(steps[0]?.urn ?? "")?.[1];
  return {
    ...(stack === undefined ? {} : { stack }),
    resources,
    said: said.map(({ severity, message }) => ({
      severity,
      message: message.replace(/^(error|warning): /, "").trim(),
    })),
  };
}

/** Lines of other programs may stand around the document. */
function upToEnd(text: string): string {
  const end = /^\}/m.exec(text);
  return end === null ? text : text.slice(0, end.index + 1);
}

/** `urn:pulumi:<stack>::<project>::<type of the parent>$<type>::<name>`; a name may have colons. */
function partsOf(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}
