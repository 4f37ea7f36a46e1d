import { extend, flag, form, table, text } from "./types";

/** Outputs that every resource has. */
export const common = table({
  /** Set if a change was sent and ENS did not confirm it. The next `pulumi up` sends the change again. */
  unconfirmed: { type: flag },
  /** Time at which the object was created, ISO 8601. */
  createdAt: { type: text("a time"), output: "finished" },
  /** Business unit (MID) in which the object was created, if the settings or ENS show it. */
  accountId: { type: text("a business unit") },
});

const naming = table({
  /**
   * Identity of this resource: `project/stack/parent/name`, with the URN of the parent. Names are generated from it.
   */
  owner: { type: text("which resource this is"), input: "internal", compared: false, output: "finished" },
  /** Set if the name was generated because the program does not set it. */
  autoNamed: { type: flag, input: "internal", compared: false, output: false },
  /** Paths in `ignoreChanges` that lead into a property. */
  ignoredPaths: { type: form<string[]>().of("paths"), input: "internal", compared: false, output: false },
});

/** Additional properties of the resources whose objects have a name. */
export const named: typeof naming & typeof common = extend(naming, common);
