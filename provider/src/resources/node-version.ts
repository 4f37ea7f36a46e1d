import * as pulumi from "@pulumi/pulumi";
import { nodeVersionProblem } from "../properties/node-version";

/**
 * Throws if Node.js is too old. Pulumi prints a `RunError` without a stack trace, because no line of the program is
 * wrong.
 */
export function requireNode(version = process.versions.node): void {
  const problem = nodeVersionProblem(version);
  if (problem !== undefined) throw new pulumi.RunError(problem);
}
