import type { Command } from "../command";
import { helpOf } from "./help";
import type { Description, Options } from "./options";
import { type Parsed, parseArguments } from "./parse";
import { processTerminal, type Terminal } from "./terminal";
import { UsageError } from "./usage-error";

/** The exit code of every command that was used wrongly. */
export const USAGE_EXIT = 2;

export interface DescribedCommand extends Command {
  readonly description: Description;
}

/** Makes a command of its description and of what it does, which resolves with the exit code. */
export function defineCommand<const Given extends Options>(
  description: Description<Given>,
  act: (parsed: Parsed<Given>, terminal: Terminal) => Promise<number>,
): DescribedCommand {
  const { name, summary } = description;
  return {
    description,
    summary,
    async run(args, terminal = processTerminal()) {
      try {
        const parsed = parseArguments(description, args);
        if (!parsed.wantsHelp) return await act(parsed, terminal);
        terminal.print(helpOf(description));
        return 0;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        terminal.note(`ens: ${error.message}; see ens ${name} --help`);
        return USAGE_EXIT;
      }
    },
  };
}
