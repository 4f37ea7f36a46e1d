import { dirname } from "node:path";

/** Folder of this package, whose lines say nothing about the program. Its components also create resources. */
const OWN = dirname(__dirname);
const SDK = /[\\/]node_modules[\\/]@pulumi[\\/]pulumi[\\/]/;

/** Whether a file, or a stack trace line that names a file, belongs to neither this package, Pulumi nor Node.js. */
export function isOfProgram(text: string): boolean {
  return !/(^|[( ])(node:|<anonymous>)/.test(text) && !SDK.test(text) && !text.includes(OWN);
}
