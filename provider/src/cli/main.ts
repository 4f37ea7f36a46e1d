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
  if (name === undefined) return refuse(usage());
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
  if (command === undefined) return refuse(`ens: ${describeUnknown(name)}.\n\n${usage()}`);
  return command.run(withLongHelp(args), terminal);
}

async function help([name, ...more]: string[]): Promise<number> {
  if (name === undefined) {
    terminal.print(usage());
    return 0;
  }
  const command = more.length === 0 ? COMMANDS.get(name) : undefined;
  if (command !== undefined) return command.run(["--help"], terminal);
  return refuse(`ens: ${more.length > 0 ? "help is for one command" : describeUnknown(name)}.\n\n${usage()}`);
}

/** Not every command has the short form. What is behind `--` is no option. */
function withLongHelp(args: string[]): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return args.map((arg, at) => (arg === "-h" && at < end ? "--help" : arg));
}

function refuse(text: string): number {
  terminal.note(text);
  return USAGE_EXIT;
}

function describeUnknown(name: string): string {
  const [meant] = nearest(name, [...COMMANDS.keys()]);
  const kind = name.startsWith("-") ? "option" : "command";
  return `there is no ${kind} ${JSON.stringify(name)}${meant === undefined ? "" : `; ${meant} may be meant`}`;
}

function usage(): string {
  const list = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(WIDTH)}  ${summary}`);
  return [
    "Usage: ens <command> [options]",
    "",
    ...list,
    "",
    "`ens help <command>` explains a command, `ens --version` prints the version. Exit codes: 0 all is well, 1 something",
    "is not, 2 the command was used wrongly; others are explained by the help of their commands.",
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
    // ENS's own words are in it, and may do nothing to a terminal.
    terminal.note(`ens: ${reason(error).split("\n").map(visible).join("\n")}`);
    process.exitCode = 1;
  },
);
