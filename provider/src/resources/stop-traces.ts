import * as pulumi from "@pulumi/pulumi";

/**
 * Turns stack traces off while a resource is registered, and returns what turns them on again. For each property of each
 * resource the SDK makes an error for its stack alone, to say which promise was leaked; with source maps that takes half of
 * the time of a preview. The SDK takes the resource's source position with a limit of its own.
 *
 * Traces stay on where a person asks for them (`PULUMI_DEBUG_PROMISE_LEAKS`), and where transformations run inside the
 * registration: they are the program's own code, and its errors need their lines.
 */
export function stopTraces(options: pulumi.CustomResourceOptions | undefined): () => void {
  const limit = Error.stackTraceLimit;
  const isWanted = Boolean(process.env.PULUMI_DEBUG_PROMISE_LEAKS) || hasTransformations(options);
  if (!isWanted) Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = limit;
  };
}

export function isWithoutTrace(error: unknown): error is Error {
  return error instanceof Error && !/^ {4}at /m.test(error.stack ?? "");
}

/** Those of the resource itself, of the components around it, and of the stack. */
function hasTransformations({ parent, transformations = [] }: pulumi.CustomResourceOptions = {}): boolean {
  const around: unknown = Reflect.get(parent ?? pulumi.runtime.getStackResource() ?? {}, "__transformations");
  return transformations.length > 0 || (Array.isArray(around) && around.length > 0);
}
