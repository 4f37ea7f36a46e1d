import { writeFileSync } from "node:fs";
import { reason } from "../../ens/errors";
import { defineCommand } from "../shared/define-command";
import type { Terminal } from "../shared/terminal";
import { UsageError } from "../shared/usage-error";
import { CHECKS } from "./checks/index";
import { checkReceiver, type Listener, type Report } from "./judge";
import { junitOf } from "./junit";
import { OPTIONS, taskOf } from "./options";
import { EXIT, exitCodeOf, jsonOf, tableOf } from "./report";

export const checkReceiverCommand = defineCommand(
  {
    name: "check-receiver",
    summary: "Test a webhook receiver with the requests that ENS sends",
    about:
      "Sends the requests of ENS to a webhook receiver, correct and forged ones, and checks the responses. Nothing is sent " +
      "to ENS. The receiver cannot tell the made-up events from real ones, so check a receiver that writes to a test queue.",
    parameters: [{ name: "url", text: "The URL of the receiver: https, or with --local also http on this machine." }],
    options: OPTIONS,
    list: { title: "Checks", rows: CHECKS.map(({ id, rule }) => [id, rule]) },
    exits: {
      [EXIT.passed]: "No check failed. With --strict, no check was skipped or gave a warning either.",
      [EXIT.failed]: "At least one check failed.",
      [EXIT.unreachable]: "The receiver cannot be reached.",
    },
  },
  async ({ values, parameters: [url = ""] }, terminal) => {
    const task = taskOf(url, values, terminal.env);
    const report = await checkReceiver(task, listenerOf(terminal));
    const code = exitCodeOf(report, values.strict);
    terminal.print(values.json ? jsonOf(report, code) : tableOf(report));
    if (values.junit !== undefined) writeJunit(values.junit, report);
    return code;
  },
);

/** Writes the JUnit file. The table is printed before, so that an error here does not lose the results. */
function writeJunit(path: string, report: Report): void {
  try {
    writeFileSync(path, junitOf(report));
  } catch (cause) {
    throw new UsageError(`cannot write the file that --junit names: ${reason(cause)}`, { cause });
  }
}

/** Shows the running check. The settings for the receiver are always printed, because a log needs them, too. */
function listenerOf({ note, progress }: Terminal): Listener {
  return {
    ready(settings) {
      const lines = Object.entries(settings).map(([name, value]) => `  export ${name}=${value}`);
      note(`ens: the stand-in for ENS is running; the receiver needs these settings:\n${lines.join("\n")}`);
    },
    begins: ({ id }) => progress(id),
  };
}
