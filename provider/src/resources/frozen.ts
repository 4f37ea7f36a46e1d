/**
 * Constants that every state file contains for a resource besides its properties. They must never change, because
 * refresh and destroy of old stacks run the provider text in the state. This file imports nothing, because the CLI
 * writes state files too.
 */
export const typeOf = (kind: string) => `pulumi-nodejs:dynamic/ens:${kind}`;
export const textOf = (kind: string) => `exports.handler=()=>require("pulumi-ens/runtime").provider("${kind}")`;

/** Project, stack, URN of the parent (empty if there is none) and name of a resource. */
export type Owner = readonly [project: string, stack: string, parent: string, name: string];

/**
 * Returns the identity of a resource as `project/stack/parent/name`. The format is not JSON, because each state
 * contains the text twice, Pulumi writes the state file after every step, and the quotes of JSON would be escaped
 * there.
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
