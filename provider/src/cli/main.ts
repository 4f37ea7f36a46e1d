import { reason } from "../ens/errors";
import { checkReceiverCommand } from "./check-receiver/index";
import type { Command } from "./command";
import { drift } from "./drift";
import { importCommand } from "./import/index";

const COMMANDS: Record<string, Command> = {
  drift,
  import: importCommand,
  "check-receiver": checkReceiverCommand,
};
const WIDTH = Math.max(...Object.keys(COMMANDS).map(({ length }) => length));

async function main([name, ...args]: string[]): Promise<number> {
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command.run(args);
  const list = Object.entries(COMMANDS).map(([key, { summary }]) => `  ${key.padEnd(WIDTH)}  ${summary}`);
  const usage = ["Usage: ens <command> [options], where each command takes --help.", "", ...list].join("\n");
  if (name === "--help" || name === "help") {
    console.log(usage);
    return 0;
  }
  console.error(name === undefined ? usage : `ens: there is no command ${JSON.stringify(name)}.\n\n${usage}`);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`ens: ${reason(error)}`);
    process.exitCode = 1;
  },
);
