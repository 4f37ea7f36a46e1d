import { extend, flag, form, table, text } from "./types";

/** Outputs that every resource has. */
export const common = table({
  /** Set when a change was sent and its answer was lost: the next `pulumi up` sends it again. */
  unconfirmed: { type: flag },
  /** When it was made, ISO 8601. */
  createdAt: { type: text("a time"), output: "finished" },
  /** The business unit (MID) that it was made in, where the settings or ENS tell it. */
  accountId: { type: text("a business unit") },
});

const naming = table({
  /** Which resource this is: `project/stack/parent/name`, with the URN of the parent. Names are generated from it. */
  owner: { type: text("which resource this is"), input: "internal", compared: false, output: "finished" },
  /** Set when the name was generated because the program gives none. */
  autoNamed: { type: flag, input: "internal", compared: false, output: false },
  /** The paths among `ignoreChanges` that lead into a property. */
  ignoredPaths: { type: form<string[]>().of("paths"), input: "internal", compared: false, output: false },
});

/** What resources with a name of their own have besides. */
export const named: typeof naming & typeof common = extend(naming, common);
