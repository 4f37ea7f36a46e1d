import { writeFileSync } from "node:fs";
import { reason } from "../../ens/errors";
import type { Command } from "../command";
import { CHECKS } from "./checks/index";
import { checkReceiver, type Listener, type Report } from "./judge";
import { junitOf } from "./junit";
import { type Options, parseOptions } from "./options";
import { EXIT, exitCodeOf, jsonOf, tableOf } from "./report";
import { CLIENT } from "./stand-in";
import { UsageError } from "./usage-error";

const NAMES = Math.max(...CHECKS.map(({ id }) => id.length));

const HELP = `Usage: ens check-receiver <url> [options]

Plays ENS against a webhook receiver and judges its answers. Nothing is sent to ENS. The receiver takes the made-up events
for real ones: check one that feeds a queue for tests.

  --key-file <file>         a signature key that the receiver knows: the key alone, or JSON as
                            \`pulumi stack output --json --show-secrets\` prints it. Default: ENS_CHECK_KEY_FILE
  --key-name <name>         which key of such JSON, when it has several
  --key-form <form>         decoded, the default, or text: how the key is used; sources disagree
  --listen <port>           plays ENS on 127.0.0.1 at this port, for a receiver that gives its key back by itself. It needs
                            ENS_REST_URL and ENS_AUTH_URL = http://127.0.0.1:<port>,
                            ENS_CLIENT_ID = ${CLIENT.id}, ENS_CLIENT_SECRET = ${CLIENT.secret}
  --pull-url <url>          where the receiver hands out its keys; {callbackId} stands for the id
  --pull-token-file <file>  the bearer token for that
  --token-file <file>       a valid token of your authorization server, for a callback with an auth scheme
  --type <type>             which events to send, for example EngagementEvents.EmailOpen; can be given several times
  --only <id,id>            only these checks, and url and reach
  --skip <id,id>            not these checks
  --local                   allows plain http to this machine, and a port, which ENS does not
  --wait <seconds>          how long the receiver may take to start. Default: 0
  --ca-file <file>          certificates of more authorities, in PEM form; NODE_EXTRA_CA_CERTS counts too
  --json                    prints one JSON document in place of the table
  --junit <file>            writes the results as JUnit XML, too
  --strict                  a warning and a skipped check count as failures
  --help                    this

Checks:
${CHECKS.map(({ id, rule }) => `  ${id.padEnd(NAMES)}  ${rule}`).join("\n")}

Exit code: ${EXIT.passed} when all checks passed, ${EXIT.failed} when one failed, ${EXIT.usage} when the command was used wrongly, ${EXIT.unreachable} when the receiver cannot be reached.`;

export const checkReceiverCommand: Command = {
  summary: "plays ENS against a webhook receiver and judges it",
  async run(args) {
    try {
      const options = parseOptions(args, process.env);
      if (options === undefined) {
        console.log(HELP);
        return EXIT.passed;
      }
      return await report(options);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      console.error(`ens: ${error.message}; see ens check-receiver --help`);
      return EXIT.usage;
    }
  },
};

async function report({ task, json, junit, strict }: Options): Promise<number> {
  const found = await checkReceiver(task, progress(process.stderr)).finally(() => clearLine(process.stderr));
  const code = exitCodeOf(found, strict);
  console.log(json ? jsonOf(found, code) : tableOf(found));
  if (junit !== undefined) writeJunit(junit, found);
  return code;
}

/** Rejects after the table is printed, so that nothing of the run is lost. */
function writeJunit(path: string, found: Report): void {
  try {
    writeFileSync(path, junitOf(found));
  } catch (cause) {
    throw new UsageError(`cannot write the file that --junit names: ${reason(cause)}`, { cause });
  }
}

/** Lines for a person, on a terminal only; the settings always, because a log must explain what was checked. */
function progress(stream: NodeJS.WriteStream): Listener {
  return {
    ready(settings) {
      const lines = Object.entries(settings).map(([name, value]) => `  export ${name}=${value}`);
      stream.write(`ens: plays ENS for the receiver, which needs these settings:\n${lines.join("\n")}\n`);
    },
    begins({ id }) {
      if (stream.isTTY) stream.write(`\r\u001b[Kens: ${id} …`);
    },
  };
}

function clearLine(stream: NodeJS.WriteStream): void {
  if (stream.isTTY) stream.write("\r\u001b[K");
}
