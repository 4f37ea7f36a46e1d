import type { Command } from "../command";
import { helpOf } from "./help";
import type { Description, Options } from "./options";
import { type Parsed, parseArguments } from "./parse";
import { endSentence } from "./sentence";
import { processTerminal, type Terminal } from "./terminal";
import { UsageError } from "./usage-error";

/** Exit code of every command for a wrong usage. */
export const USAGE_EXIT = 2;

export interface DescribedCommand extends Command {
  readonly description: Description;
}

/** Builds a command from its description and from `act`, which does the work and resolves with the exit code. */
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
        terminal.note(`ens: ${endSentence(error.message)} See \`ens ${name} --help\`.`);
        return USAGE_EXIT;
      }
    },
  };
}
