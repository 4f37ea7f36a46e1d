import { environmentSource, reason } from "pulumi-ens-receiver/internal";
import { nodeVersionProblem } from "../properties/node-version";
import { findMisspeltVariables, judgeSettings, type Verdict } from "../run/judge-settings";
import { Objects } from "../run/objects";
import { Run } from "../run/run";
import { firstOf, readSettings, type SettingsSource } from "../run/settings";
import { EngineAddress } from "./engine-address";
import { onEngineCancellation } from "./engine-cancellation";
import { EngineLog } from "./engine-log";

/** Configuration of the stack or of an explicit provider, as the dynamic-provider process passes it. */
export interface Config {
  get(key: string): unknown;
}

/** The only value of `ENS_RECOVER`. */
const TAKE_OVER = "take-over";
/** Environment variables of this package that are not settings, and those that it sets for commands. */
const OTHER_VARIABLES = ["ENS_RECOVER", "ENS_TRACE", "ENS_CALLBACK_ID", "ENS_CALLBACK_URL"];

/** State of a provider process, which serves all kinds with one configuration in one run of one engine. */
export class Session {
  /** What this run knows about objects, including what it learned before the settings were known. */
  readonly objects = new Objects();
  readonly log: EngineLog;
  readonly #engine: EngineAddress;
  #source: SettingsSource = environmentSource(process.env);
  /** Whether the settings are the arguments of an `ens.Provider`. */
  #isExplicit = false;
  #run: Run | undefined;
  #isJudged = false;
  #isCancelled = false;

  /** @param address Address of the engine, from the first argument of the process. The argument is undocumented and may be missing. */
  constructor(address: string | undefined) {
    this.log = new EngineLog(address);
    this.#engine = new EngineAddress(address);
    onEngineCancellation(() => {
      this.#isCancelled = true;
      this.#run?.cancel();
    });
  }

  /**
   * Stores the configuration for later. This method is synchronous and never throws, because the process ignores failures
   * here and starts operations without waiting for a promise. The process calls it for each kind with the same values, so
   * an existing run and its token are kept.
   *
   * The environment takes precedence, because a refresh or destroy gets the configuration from the state. An explicit
   * provider uses only its own arguments, because the environment may belong to another tenant.
   */
  configure(config: Config): void {
    this.#isExplicit = config.get("ens:explicit") !== undefined;
    const stack = stackSource(config, this.#isExplicit);
    this.#source = this.#isExplicit ? stack : firstOf(environmentSource(process.env), stack);
    this.#engine.checkOnce();
  }

  /** The business unit (MID), if it is known without a request. Missing settings cause no error. */
  get knownAccountId(): string | undefined {
    const set = (key: "accountId" | "expectAccountId") => this.#source.get(key) || undefined;
    try {
      return this.#run?.knownAccountId ?? set("accountId") ?? set("expectAccountId");
    } catch {
      return undefined;
    }
  }

  /** Whether the credentials come from the state, which contains those of the last `up` until the program has run. */
  get credentialsAreStored(): boolean {
    return this.#isExplicit || !(process.env.ENS_CLIENT_SECRET || process.env.ENS_CLIENT_SECRET_FILE);
  }

  /**
   * Validates the settings for a preview. Only the first call returns problems, because all resources have the same settings.
   * An operation throws the same failures again.
   */
  judgeSettings(): Verdict {
    if (this.#isJudged) return { failures: [], warnings: [] };
    this.#isJudged = true;
    const { failures, warnings } = judgeSettings(this.#source);
    const misspelled = this.#isExplicit ? [] : findMisspeltVariables(process.env, OTHER_VARIABLES);
    return { failures: [...failures, ...problemOfRecover()], warnings: [...warnings, ...misspelled] };
  }

  /** The run, which starts at first use. Throws when a setting is missing. The error names the setting and how to set it. */
  get run(): Run {
    if (this.#run === undefined) {
      // A refresh runs before the program, which checks the version too.
      const problem = nodeVersionProblem();
      if (problem !== undefined) throw new Error(problem);
      this.#run = new Run(readSettings(this.#source), {
        report: (line) => this.log.report(line),
        warn: (line) => this.log.warn(line),
        isEngineRunning: () => this.#engine.isRunning(),
        takesOver: takesOver(),
        objects: this.objects,
      });
      if (this.#isCancelled) this.#run.cancel();
    }
    return this.#run;
  }
}

function stackSource(config: Config, isExplicit: boolean): SettingsSource {
  return {
    get: (key) => {
      const value = config.get(`ens:${key}`);
      return value === undefined || value === null ? undefined : String(value);
    },
    missing: (key) => {
      if (isExplicit) return `set ${key} in the arguments of the ens.Provider`;
      return `run 'pulumi config set ${key === "clientSecret" ? "--secret " : ""}ens:${key}'`;
    },
  };
}

function problemOfRecover(): string[] {
  try {
    takesOver();
    return [];
  } catch (error) {
    return [reason(error)];
  }
}

/** Reads `ENS_RECOVER`. It applies to one run, so only the environment can set it. */
function takesOver(): boolean {
  const { ENS_RECOVER: value = "" } = process.env;
  if (value === "" || value === TAKE_OVER) return value === TAKE_OVER;
  throw new Error(`ENS_RECOVER is ${JSON.stringify(value)}; the only value is ${TAKE_OVER} (see docs/ownership.md)`);
}
