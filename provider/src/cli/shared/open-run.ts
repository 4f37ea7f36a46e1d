import { environmentSource } from "pulumi-ens-receiver/internal";
import { adviceForNoResponse, EnsError, reason } from "../../ens/errors";
import { Run } from "../../run/run";
import { readSettings } from "../../run/settings";
import { endSentence } from "./sentence";
import type { Terminal } from "./terminal";

/**
 * Runs `act` in the business unit that the environment names and closes the run. Adds a hint to errors of ENS that have
 * none.
 */
export async function withRun<Answer>(terminal: Terminal, act: (run: Run) => Promise<Answer>): Promise<Answer> {
  const { env, clock, note } = terminal;
  const report = (line: string) => note(`ens: ${line}`);
  const settings = readSettings(environmentSource(env));
  const run = new Run(settings, { report, warn: report, ...(clock === undefined ? {} : { clock }) });
  terminal.progress("reading from ENS");
  try {
    return await act(run);
  } catch (error) {
    throw withHint(error);
  } finally {
    await run.close();
  }
}

function withHint(error: unknown): unknown {
  if (!(error instanceof EnsError)) return error;
  const hint = hintFor(error);
  return hint === undefined ? error : new Error(`${endSentence(reason(error))} ${hint}`, { cause: error });
}

function hintFor(error: EnsError): string | undefined {
  if (error.refusedCredentials) {
    return "Check ENS_CLIENT_ID, ENS_CLIENT_SECRET and ENS_ACCOUNT_ID. Run `ens doctor` for details.";
  }
  const advice = adviceForNoResponse(error);
  if (advice !== undefined) return `${advice}. Run \`ens doctor\` for details.`;
  const { status = 0 } = error;
  if (status === 429 || status >= 500) return "ENS is overloaded or has a failure. Try again later.";
  return status === 401 || status === 403 ? "Run `ens doctor` to see all missing permissions." : undefined;
}
