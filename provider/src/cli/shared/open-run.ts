import { environmentSource } from "pulumi-ens-receiver/internal";
import { EnsError, reason } from "../../ens/errors";
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
  return way === undefined ? error : new Error(`${reason(error)}; ${way}`, { cause: error });
}

function wayOut(error: EnsError): string | undefined {
  if (error.refusedCredentials) {
    return "check ENS_CLIENT_ID, ENS_CLIENT_SECRET and ENS_ACCOUNT_ID; `ens doctor` says more";
  }
  const { status = 0, message } = error;
  if (/got no answer/.test(message)) {
    return "check the network and ENS_SUBDOMAIN; `ens doctor` says more";
  }
  if (status === 429 || status >= 500) return "ENS is busy or has a problem: try again later";
  return status === 401 || status === 403 ? "`ens doctor` names all permissions that are missing" : undefined;
}
