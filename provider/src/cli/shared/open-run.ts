import { environmentSource } from "pulumi-ens-receiver/internal";
import { adviceForNoResponse, EnsError, reason } from "../../ens/errors";
import { Run } from "../../run/run";
import { readSettings } from "../../run/settings";
import type { Terminal } from "./terminal";

/** Does something in the business unit that the environment names. An error says what to do next. */
export async function withRun<Answer>(terminal: Terminal, act: (run: Run) => Promise<Answer>): Promise<Answer> {
  const { env, clock, note } = terminal;
  const say = (line: string) => note(`ens: ${line}`);
  const settings = readSettings(environmentSource(env));
  const run = new Run(settings, { report: say, warn: say, ...(clock === undefined ? {} : { clock }) });
  terminal.progress("asking ENS");
  try {
    return await act(run);
  } catch (error) {
    throw withWayOut(error);
  } finally {
    await run.close();
  }
}

/** The error with what to do about it, where its own message does not say so. */
function withWayOut(error: unknown): unknown {
  if (!(error instanceof EnsError)) return error;
  const way = wayOut(error);
  return way === undefined ? error : new Error(`${reason(error)}. ${way}`, { cause: error });
}

function wayOut(error: EnsError): string | undefined {
  if (error.refusedCredentials) {
    return "Check ENS_CLIENT_ID, ENS_CLIENT_SECRET and ENS_ACCOUNT_ID. Run `ens doctor` for details.";
  }
  const advice = adviceForNoResponse(error);
  if (advice !== undefined) return `${advice}. Run \`ens doctor\` for details.`;
  const { status = 0 } = error;
  if (status === 429 || status >= 500) return "ENS is busy or has a problem. Try again later.";
  return status === 401 || status === 403 ? "Run `ens doctor` to see all missing permissions." : undefined;
}
