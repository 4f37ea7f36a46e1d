/**
 * What every state file keeps of a resource, besides the properties that a program writes. Frozen: refresh and destroy of
 * old stacks run the text that they find there. It imports nothing, because the command line writes state files too.
 */
export const typeOf = (kind: string) => `pulumi-nodejs:dynamic/ens:${kind}`;
export const textOf = (kind: string) => `exports.handler=()=>require("pulumi-ens/runtime").provider("${kind}")`;

/** Project, stack, URN of the parent (empty without one) and name of a resource. */
export type Owner = readonly [project: string, stack: string, parent: string, name: string];

/**
 * Which resource this is, as one text: `project/stack/parent/name`. It stands in each state twice, and a state file is
 * written anew after each step: that is why it is no JSON, whose quotes would be escaped there.
 */
export function formatOwner(owner: Owner): string {
  return owner.map((part) => part.replace(/[%/]/g, encodeURIComponent)).join("/");
}

export function parseOwner(text: string): Owner {
  const [project = "", stack = "", parent = "", name = ""] = text
    .split("/")
    .map((part) => part.replace(/%2[5F]/g, decodeURIComponent));
  return [project, stack, parent, name];
}
