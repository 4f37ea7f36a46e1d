import { join } from "node:path";
import { parseArgs } from "node:util";
import { readFleet, type Unit } from "./read-fleet.mts";
import { type Command, type Outcome, runUnit } from "./run-unit.mts";
import { summaryTable } from "./summary.mts";

const USAGE = `node fleet.mts preview|up|destroy [--parallel 4] [--unit NAME]… [--file fleet.yaml]`;
const COMMANDS: readonly string[] = ["preview", "up", "destroy"] satisfies Command[];
const FOLDER = import.meta.dirname;

interface Order {
  readonly command: Command;
  readonly units: readonly Unit[];
  readonly parallel: number;
}

/** Reads the arguments of the command line. */
function readOrder(): Order {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      parallel: { type: "string", default: "4" },
      unit: { type: "string", multiple: true },
      file: { type: "string", default: join(FOLDER, "fleet.yaml") },
    },
  });
  const [command = "", ...rest] = positionals;
  if (!COMMANDS.includes(command) || rest.length > 0) throw new Error(USAGE);
  const parallel = Number(values.parallel);
  if (!Number.isInteger(parallel) || parallel < 1) throw new Error("--parallel takes a whole number from 1");
  const all = readFleet(values.file);
  const unknown = values.unit?.filter((name) => !all.some((unit) => unit.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`${values.file} has no unit ${unknown.join(", ")}`);
  const units = all.filter(({ name }) => values.unit?.includes(name) ?? true);
  return { command: command as Command, units, parallel };
}

/** Runs all units in their order, some at a time. After an interrupt, no other unit starts. */
async function runFleet({ command, units, parallel }: Order): Promise<Outcome[]> {
  const waiting = [...units];
  const outcomes: Outcome[] = [];
  // In a terminal, Ctrl-C also reaches the running CLIs. Each of them finishes the operations that it has begun.
  const stop = () => {
    if (waiting.length > 0) console.log(`${waiting.length} units will not be started`);
    const left = waiting.splice(0);
    outcomes.push(
      ...left.map(({ name }) => ({ unit: name, result: "not started", changes: {}, seconds: 0, error: "" }) as const),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  const runInTurn = async () => {
    for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
      const { name } = unit;
      outcomes.push(await runUnit(command, unit, FOLDER, (line) => console.log(`${name}: ${line}`)));
    }
  };
  await Promise.all(Array.from({ length: parallel }, runInTurn));
  return units.flatMap(({ name }) => outcomes.filter(({ unit }) => unit === name));
}

try {
  const order = readOrder();
  const outcomes = await runFleet(order);
  console.log(`\n${summaryTable(outcomes)}`);
  process.exitCode = outcomes.every(({ result }) => result === "ok") ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
