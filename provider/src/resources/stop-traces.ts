import * as pulumi from "@pulumi/pulumi";
import { isOfProgram } from "./program-lines";

/** Number of stack frames that the SDK skips in a registration: two of its own functions and three constructors. */
const SKIPPED = 5;

/**
 * Turns stack traces off while a resource is registered, and returns a function that turns them on again. The SDK
 * creates an error for each property of each resource only to report leaked promises with its stack. With source maps,
 * these traces take half of the time of a preview.
 *
 * The SDK captures one stack with its own limit for the state of the resource. Lines of Node.js and of the SDK are
 * omitted from it. They are the same for all programs and took a fifth of the state, which Pulumi writes again after
 * each step.
 *
 * Traces stay on if `PULUMI_DEBUG_PROMISE_LEAKS` is set, and if transformations run inside the registration, because
 * transformations are code of the program and their errors need line numbers.
 */
export function stopTraces(options: pulumi.CustomResourceOptions | undefined): () => void {
  const { stackTraceLimit, prepareStackTrace } = Error;
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS || hasTransformations(options)) return () => {};
  Error.stackTraceLimit = 0;
  // Node.js maps lines to sources only if `prepareStackTrace` is not set.
  const isMapped = prepareStackTrace === undefined && process.sourceMapsEnabled;
  if (!isMapped) {
    Error.prepareStackTrace = (error, sites) => (prepareStackTrace ?? formatTrace)(error, linesOfProgram(sites));
  }
  return () => {
    Error.stackTraceLimit = stackTraceLimit;
    // Assigning `undefined` would leave a property with this value.
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Error.prepareStackTrace = prepareStackTrace;
  };
}

export function isWithoutTrace(error: unknown): error is Error {
  return error instanceof Error && !/^ {4}at /m.test(error.stack ?? "");
}

/** Returns the frames that the SDK skips, followed by the frames of the program. */
export function linesOfProgram(sites: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
  return sites.filter((site, at) => {
    const file = site.getFileName();
    if (at < SKIPPED) return true;
    return typeof file === "string" && isOfProgram(file);
  });
}

/** Formats a stack trace in the same way as Node.js. */
function formatTrace(error: Error, sites: readonly NodeJS.CallSite[]): string {
  return [String(error), ...sites.map((site) => `    at ${site}`)].join("\n");
}

/** Whether the resource, a component around it or the stack has transformations. */
function hasTransformations({ parent, transformations = [] }: pulumi.CustomResourceOptions = {}): boolean {
  const around: unknown = Reflect.get(parent ?? pulumi.runtime.getStackResource() ?? {}, "__transformations");
  return transformations.length > 0 || (Array.isArray(around) && around.length > 0);
}
