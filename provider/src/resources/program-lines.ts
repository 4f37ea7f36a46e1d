import { dirname } from "node:path";

/** A component of ours creates resources, and its lines say nothing of the program. */
const OWN = dirname(__dirname);
const SDK = /[\\/]node_modules[\\/]@pulumi[\\/]pulumi[\\/]/;

/** Whether a file, or a line of a stack that names one, is neither ours nor Pulumi's nor Node's. */
export function isOfProgram(text: string): boolean {
  return !/(^|[( ])(node:|<anonymous>)/.test(text) && !SDK.test(text) && !text.includes(OWN);
}
