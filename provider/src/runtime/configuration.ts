import { Objects } from "../run/objects";
import { Run } from "../run/run";
import { environmentSource, firstOf, readSettings, type SettingsSource } from "../run/settings";
import { isEngineThere, meetEngine } from "./engine-address";
import { report, warn } from "./log";

/** What the dynamic-provider process offers of the stack's, or an explicit provider's, configuration. */
export interface Config {
  get(key: string): unknown;
}

const TAKE_OVER = "take-over";

let source: SettingsSource = environmentSource(process.env);
/** Settings are the arguments of an `ens.Provider`. */
let isExplicit = false;
let current: Run | undefined;
/** What this run is told of objects, also before it has settings. */
export const objects = new Objects();

/**
 * Keeps the configuration for later. It never throws and does nothing asynchronous: the process swallows a failure
 * here, and lets operations start before a promise is done. It is called for each kind, with the same values, so the
 * client stays: there is one token for all kinds.
 *
 * Environment first, because a plain refresh or destroy sees the configuration as stored in state. An explicit
 * provider sees its own arguments alone: the environment may belong to another tenant.
 */
export function configure(config: Config): void {
  const explicit = config.get("ens:explicit") !== undefined;
  isExplicit = explicit;
  const stack: SettingsSource = {
    get: (key) => {
      const value = config.get(`ens:${key}`);
      return value === undefined || value === null ? undefined : String(value);
    },
    missing: (key) => {
      if (explicit) return `give ${key} to the ens.Provider`;
      return `run 'pulumi config set ${key === "clientSecret" ? "--secret " : ""}ens:${key}'`;
    },
  };
  source = explicit ? stack : firstOf(environmentSource(process.env), stack);
  meetEngine();
}

/** The business unit (MID) as far as it is known without asking ENS. It misses no setting. */
export function knownAccountId(): string | undefined {
  try {
    return current?.knownAccountId ?? (source.get("accountId") || source.get("expectAccountId") || undefined);
  } catch {
    return undefined;
  }
}

/** Whether credentials come from the state, which has those of the last `up` until the program has run. */
export function credentialsAreStored(): boolean {
  return isExplicit || !(process.env.ENS_CLIENT_SECRET || process.env.ENS_CLIENT_SECRET_FILE);
}

/**
 * The run of this process, which starts at first use: one process serves one run. Throws when a setting is missing, naming
 * it and the ways to give it.
 */
export function currentRun(): Run {
  current ??= new Run(readSettings(source), { report, warn, isEngineThere, takesOver: takesOver(), objects });
  return current;
}

/** For one run, and so from the environment alone. */
function takesOver(): boolean {
  const { ENS_RECOVER: word = "" } = process.env;
  if (word === "" || word === TAKE_OVER) return word === TAKE_OVER;
  throw new Error(`ENS_RECOVER is ${JSON.stringify(word)}; the only word is ${TAKE_OVER}, see docs/ownership.md`);
}
