import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reason } from "../ens/errors";
import { nearest } from "../validation/nearest";
import { COMMANDS } from "./commands";
import { USAGE_EXIT } from "./shared/define-command";
import { processTerminal } from "./shared/terminal";
import { visible } from "./shared/visible";

const WIDTH = Math.max(...[...COMMANDS.keys()].map(({ length }) => length));
const HELP = ["-h", "--help"];
const terminal = processTerminal();

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) return reject(usage());
  if (name === "--version") {
    terminal.print(version());
    return 0;
  }
  if (HELP.includes(name)) {
    terminal.print(usage());
    return 0;
  }
  if (name === "help") return help(args);
  const command = COMMANDS.get(name);
  if (command === undefined) return reject(withPointer(describeUnknown(name)));
  return command.run(withLongHelp(args), terminal);
}

async function help([name, ...more]: string[]): Promise<number> {
  if (name === undefined) {
    terminal.print(usage());
    return 0;
  }
  const command = more.length === 0 ? COMMANDS.get(name) : undefined;
  if (command !== undefined) return command.run(["--help"], terminal);
  const problem = more.length > 0 ? "`ens help` accepts one command." : describeUnknown(name);
  return reject(withPointer(problem));
}

/** Replaces `-h` by `--help`, which every command knows, except after `--`. */
function withLongHelp(args: string[]): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.map((arg, at) => (arg === "-h" && at < end ? "--help" : arg));
}

function reject(text: string): number {
  terminal.note(text);
  return USAGE_EXIT;
}

/** Returns one line, because the whole usage would hide the problem. */
const withPointer = (problem: string) => `ens: ${problem} See \`ens --help\`.`;

function describeUnknown(name: string): string {
  const [meant] = nearest(name, [...COMMANDS.keys()]);
  const kind = name.startsWith("-") ? "option" : "command";
  return `there is no ${kind} ${JSON.stringify(name)}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`;
}

function usage(): string {
  const list = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(WIDTH)}  ${summary}`);
  return [
    "Usage: ens <command> [options]",
    "",
    ...list,
    "",
    "Run `ens help <command>` for the options of a command and `ens --version` for the version.",
    "Exit codes: 0 for success, 1 for a failure, 2 for wrong usage. The help of a command lists its other exit codes.",
  ].join("\n");
}

function version(): string {
  return (JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { version: string }).version;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // The message may quote ENS, so control characters must not reach the terminal.
    terminal.note(`ens: ${reason(error).split("\n").map(visible).join("\n")}`);
    process.exitCode = 1;
  },
);
