import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { isObject, type Unit } from "./read-fleet.mts";

export type Command = "preview" | "up" | "destroy";

/** The outcome of one unit. */
export interface Outcome {
  readonly unit: string;
  readonly result: "ok" | "failed" | "not started";
  /** The number of ENS resources for each of Pulumi's operations. */
  readonly changes: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** The first line of the error. */
  readonly error: string;
}

const PROJECT = "ens-fleet";
/** Operations that change nothing in ENS. */
const QUIET = ["same", "refresh", "read"];

/** Runs one command for one unit. The promise never rejects, because an error is part of the outcome. */
export async function runUnit(
  command: Command,
  { name, accountId, description }: Unit,
  workDir: string,
  say: (line: string) => void,
): Promise<Outcome> {
  const start = performance.now();
  const changes: Record<string, number> = {};
  const errors: string[] = [];
  const onEvent = ({ diagnosticEvent, resourcePreEvent, resOutputsEvent }: EngineEvent) => {
    const { severity, message = "" } = diagnosticEvent ?? {};
    if (severity === "error") errors.push(message.replaceAll(/<\{%.*?%\}>/g, "").trim());
    const begun = ensResource(resourcePreEvent?.metadata);
    if (begun !== undefined && command !== "preview") say(`${begun.op} ${begun.name}`);
    const done = ensResource(resOutputsEvent?.metadata);
    if (done !== undefined) changes[done.op] = (changes[done.op] ?? 0) + 1;
  };
  const outcome = (result: Outcome["result"], error = ""): Outcome => {
    const seconds = (performance.now() - start) / 1000;
    say(result);
    return { unit: name, result, changes, seconds, error };
  };
  say("started");
  try {
    configure(join(workDir, "stacks"), name, accountId, description);
    // The environment takes precedence over the configuration, and the shell may have the value of another unit.
    const envVars = { ENS_ACCOUNT_ID: accountId, ENS_EXPECT_ACCOUNT_ID: accountId };
    const stack = await LocalWorkspace.createOrSelectStack({ stackName: name, workDir }, { envVars });
    await stack[command]({ onEvent, color: "never" });
    return outcome("ok");
  } catch (error) {
    return outcome("failed", tellingLine(errors[0] ?? saidBy(error)));
  }
}

/** Writes the configuration of a stack. Keeps the parts that the CLI wrote: secrets and their encryption. */
function configure(folder: string, name: string, accountId: string, description: Unit["description"]): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `Pulumi.${name}.yaml`);
  const { config = {}, ...rest } = readYaml(file);
  const secrets = Object.entries(isObject(config) ? config : {}).filter(
    ([, value]) => isObject(value) && "secure" in value,
  );
  const own = Object.entries(description).map(([key, value]) => [`${PROJECT}:${key}`, value]);
  const units = { "ens:accountId": accountId, "ens:expectAccountId": accountId };
  writeFileSync(file, stringify({ ...rest, config: { ...Object.fromEntries([...secrets, ...own]), ...units } }));
}

function readYaml(file: string): Record<string, unknown> {
  try {
    const found: unknown = parse(readFileSync(file, "utf8"));
    return isObject(found) ? found : {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** Returns the name and the operation of an ENS resource that changes. */
function ensResource(step: { op?: string; urn?: string } | undefined): { op: string; name: string } | undefined {
  const { op = "", urn = "" } = step ?? {};
  if (!urn.includes("dynamic/ens:") || QUIET.includes(op)) return undefined;
  return { op, name: urn.slice(urn.lastIndexOf("::") + 2) };
}

/** Finds the CLI's own error in its output, for example that somebody else is changing the stack. */
function saidBy(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^\s*error: (.*)/m.exec(text)?.[1] ?? text;
}

/** Returns the line with the cause. The error of a rejected description lists its problems below its first line. */
function tellingLine(message: string): string {
  const [first = "", second = ""] = message
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return first.endsWith(":") ? `${first} ${second}` : first;
}
