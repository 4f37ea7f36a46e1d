import * as pulumi from "@pulumi/pulumi";
import { isOfProgram } from "./program-lines";

/** Of a stack in a registration, the SDK skips these: two of its own functions, and three constructors. */
const SKIPPED = 5;

/**
 * Turns stack traces off while a resource is registered, and returns what turns them on again. For each property of each
 * resource the SDK makes an error for its stack alone, to say which promise was leaked; with source maps that takes half of
 * the time of a preview.
 *
 * The SDK takes one stack with a limit of its own, for the state of the resource. Lines of Node.js and of the SDK are left
 * out of it: they are the same for all programs, and took a fifth of a state that Pulumi writes anew after each step.
 *
 * Traces stay on where a person asks for them (`PULUMI_DEBUG_PROMISE_LEAKS`), and where transformations run inside the
 * registration: they are the program's own code, and its errors need their lines.
 */
export function stopTraces(options: pulumi.CustomResourceOptions | undefined): () => void {
  const { stackTraceLimit, prepareStackTrace } = Error;
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS || hasTransformations(options)) return () => {};
  Error.stackTraceLimit = 0;
  // Node.js maps lines to sources by itself then, and only as long as nobody else prepares traces.
  const isMapped = prepareStackTrace === undefined && process.sourceMapsEnabled;
  if (!isMapped) {
    Error.prepareStackTrace = (error, sites) => (prepareStackTrace ?? formatTrace)(error, linesOfProgram(sites));
  }
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
    // Without this, a property with the value `undefined` would stay.
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Error.prepareStackTrace = prepareStackTrace;
  };
}

export function isWithoutTrace(error: unknown): error is Error {
  return error instanceof Error && !/^ {4}at /m.test(error.stack ?? "");
}

/** What the SDK skips, and then what is neither its own nor ours nor Node's. */
export function linesOfProgram(sites: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
  return sites.filter((site, at) => {
    const file = site.getFileName();
    if (at < SKIPPED) return true;
    return typeof file === "string" && isOfProgram(file);
  });
}

/** As Node.js writes it. */
function formatTrace(error: Error, sites: readonly NodeJS.CallSite[]): string {
  return [String(error), ...sites.map((site) => `    at ${site}`)].join("\n");
}

/** Those of the resource itself, of the components around it, and of the stack. */
function hasTransformations({ parent, transformations = [] }: pulumi.CustomResourceOptions = {}): boolean {
  const around: unknown = Reflect.get(parent ?? pulumi.runtime.getStackResource() ?? {}, "__transformations");
  return transformations.length > 0 || (Array.isArray(around) && around.length > 0);
}
