import * as pulumi from "@pulumi/pulumi";
import { isShortWord } from "../properties/short-word";
import { isOfProgram } from "./program-lines";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A mistake in the program, for the person who wrote it. Pulumi prints the message of such an error alone, without a stack,
 * so that the line of the program stands in the message.
 */
export function programError(kind: string, name: string, problem: string): Error {
  return new pulumi.RunError(`${kind} "${name}": ${problem}${lineOfProgram()}`);
}

/** The arguments of a constructor. In JavaScript they can be missing. */
export function requireArgs<Args>(kind: string, name: string, args: Args, example: string): Args {
  if (typeof args === "object" && args !== null && !Array.isArray(args)) return args;
  const problem = args === undefined || args === null ? "missing" : "not an object";
  throw programError(kind, name, `the arguments are ${problem}; give an object like ${example}`);
}

/** A value in a message: a number, a short word or an id of ENS. Any other text could be a secret in the wrong place. */
export function shownValue(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return `is ${value}`;
  if (typeof value === "string" && (isShortWord(value) || GUID.test(value))) return `is ${JSON.stringify(value)}`;
  return value === null ? "is null" : `is ${typeof value === "object" ? "an object" : `a ${typeof value}`}`;
}

/** The first line of a stack that is neither ours nor Pulumi's nor Node's; empty when there is none. */
function lineOfProgram(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const lines = stack.split("\n").filter((line) => /^ +at /.test(line));
  const line = lines.find(isOfProgram);
  return line === undefined ? "" : `\n${line}`;
}
