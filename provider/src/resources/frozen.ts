/**
 * What every state file keeps of a resource, besides its properties. Frozen: refresh and destroy of old stacks run the
 * text that they find there. It imports nothing, because the command line writes state files too.
 */
export const typeOf = (kind: string) => `pulumi-nodejs:dynamic/ens:${kind}`;
export const textOf = (kind: string) => `exports.handler=()=>require("pulumi-ens/runtime").provider("${kind}")`;
