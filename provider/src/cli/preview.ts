import { z } from "zod";

const properties = z.record(z.string(), z.unknown());
const resource = z.object({ inputs: properties.default({}), outputs: properties.default({}) });

/** The parts of the output of `pulumi preview --refresh --show-sames --json` that are used here. */
const digest = z.object({
  steps: z
    .array(z.object({ op: z.string(), urn: z.string(), oldState: resource.optional(), newState: resource.optional() }))
    .default([]),
  diagnostics: z.array(z.object({ message: z.string().default(""), severity: z.string() })).default([]),
});

export type Resource = z.output<typeof resource>;

/** One resource of a preview: in the state of the last run, in ENS, and in the program. */
export interface Planned {
  /** Pulumi's planned operation: `create`, `update`, `replace`, `delete` or `same`. */
  readonly op: string;
  /** `pulumi-nodejs:dynamic/ens:Callback` */
  readonly type: string;
  readonly name: string;
  /** Absent when the resource is not in the state of the last run. */
  readonly last?: Resource;
  /** Absent when the object does not exist. */
  readonly live?: Resource;
  /** Absent when the resource is no longer in the program. */
  readonly wanted?: Resource;
}

export interface Preview {
  /** Short name of the stack. Absent when nothing was planned. */
  readonly stack?: string;
  readonly resources: Planned[];
  /** Pulumi's warnings and errors. */
  readonly diagnostics: { readonly severity: string; readonly message: string }[];
}

/**
 * Parses the output of Pulumi. Each resource has two steps: the refresh with the state of the last run, and the plan with
 * the object in ENS and the resource in the program.
 */
export function parsePreview(printed: string): Preview {
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
  const problems = diagnostics.filter(({ severity }) => severity === "error" || severity === "warning");
  const stack = /^urn:pulumi:(.*?)::/.exec(steps[0]?.urn ?? "")?.[1];
  return {
    ...(stack === undefined ? {} : { stack }),
    resources,
    diagnostics: problems.map(({ severity, message }) => ({
      severity,
      message: message.replace(/^(error|warning): /, "").trim(),
    })),
  };
}

/** Cuts off the output of other programs after the document. */
function upToEnd(text: string): string {
  const end = /^\}/m.exec(text);
  return end === null ? text : text.slice(0, end.index + 1);
}

/** Splits `urn:pulumi:<stack>::<project>::<type of the parent>$<type>::<name>`. The name may contain colons. */
function partsOf(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}
