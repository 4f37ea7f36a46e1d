import * as pulumi from "@pulumi/pulumi";
import { isShortWord } from "../properties/short-word";
import { isOfProgram } from "./program-lines";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Returns an error about a mistake in the program. Pulumi prints only the message of a `RunError` and no stack trace,
 * so the message contains the line of the program.
 */
export function programError(kind: string, name: string, problem: string): Error {
  return new pulumi.RunError(`${kind} "${name}": ${problem}${lineOfProgram()}`);
}

/** Returns the arguments of a constructor. Throws if they are missing, which JavaScript allows. */
export function requireArgs<Args>(kind: string, name: string, args: Args, example: string): Args {
  if (typeof args === "object" && args !== null && !Array.isArray(args)) return args;
  const problem = args === undefined || args === null ? "missing" : "not an object";
  throw programError(kind, name, `the arguments are ${problem}; pass an object like ${example}`);
}

/**
 * Describes a value in a message. Shows only numbers, short words and ENS ids: other texts could be misplaced secrets.
 */
export function shownValue(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return `is ${value}`;
  if (typeof value === "string" && (isShortWord(value) || GUID.test(value))) return `is ${JSON.stringify(value)}`;
  return value === null ? "is null" : `is ${typeof value === "object" ? "an object" : `a ${typeof value}`}`;
}

/** Returns the first line of the stack trace that belongs to the program; empty if there is none. */
function lineOfProgram(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const lines = stack.split("\n").filter((line) => /^ +at /.test(line));
  const line = lines.find(isOfProgram);
  return line === undefined ? "" : `\n${line}`;
}
