import { environmentSource, reason } from "pulumi-ens-receiver/internal";
import { findMisspeltVariables, judgeSettings, type Verdict } from "../run/judge-settings";
import { Objects } from "../run/objects";
import { Run } from "../run/run";
import { firstOf, readSettings, type SettingsSource } from "../run/settings";
import { EngineAddress } from "./engine-address";
import { onEngineCancellation } from "./engine-cancellation";
import { EngineLog } from "./engine-log";

/** What the dynamic-provider process offers of the stack's, or an explicit provider's, configuration. */
export interface Config {
  get(key: string): unknown;
}

const TAKE_OVER = "take-over";
/** Variables of ours that are no settings, and those of the commands that we start. */
const OTHER_VARIABLES = ["ENS_RECOVER", "ENS_TRACE", "ENS_CALLBACK_ID", "ENS_CALLBACK_URL"];

/** One provider process: it serves one engine, with one configuration, in one run, for all kinds. */
export class Session {
  /** What this run is told of objects, also before it has settings. */
  readonly objects = new Objects();
  readonly log: EngineLog;
  readonly #engine: EngineAddress;
  #source: SettingsSource = environmentSource(process.env);
  /** Settings are the arguments of an `ens.Provider`. */
  #isExplicit = false;
  #run: Run | undefined;
  #isJudged = false;
  #isCancelled = false;

  /** @param address Of the engine: the first argument of the process. That is undocumented, so it may be missing. */
  constructor(address: string | undefined) {
    this.log = new EngineLog(address);
    this.#engine = new EngineAddress(address);
    onEngineCancellation(() => {
      this.#isCancelled = true;
      this.#run?.cancel();
    });
  }

  /**
   * Keeps the configuration for later. It never throws and does nothing asynchronous: the process swallows a failure
   * here, and lets operations start before a promise is done. It is called for each kind, with the same values, so the
   * run stays: there is one token for all kinds.
   *
   * Environment first, because a plain refresh or destroy sees the configuration as stored in state. An explicit
   * provider sees its own arguments alone: the environment may belong to another tenant.
   */
  configure(config: Config): void {
    this.#isExplicit = config.get("ens:explicit") !== undefined;
    const stack = stackSource(config, this.#isExplicit);
    this.#source = this.#isExplicit ? stack : firstOf(environmentSource(process.env), stack);
    this.#engine.meet();
  }

  /** The business unit (MID) as far as it is known without asking ENS. It misses no setting. */
  get knownAccountId(): string | undefined {
    const set = (key: "accountId" | "expectAccountId") => this.#source.get(key) || undefined;
    try {
      return this.#run?.knownAccountId ?? set("accountId") ?? set("expectAccountId");
    } catch {
      return undefined;
    }
  }

  /** Whether credentials come from the state, which has those of the last `up` until the program has run. */
  get credentialsAreStored(): boolean {
    return this.#isExplicit || !(process.env.ENS_CLIENT_SECRET || process.env.ENS_CLIENT_SECRET_FILE);
  }

  /**
   * What a preview should say about the settings: once for all kinds, as a thousand resources have the same ones. An
   * operation throws again what fails here.
   */
  judgeSettings(): Verdict {
    if (this.#isJudged) return { failures: [], warnings: [] };
    this.#isJudged = true;
    const { failures, warnings } = judgeSettings(this.#source);
    const misspelt = this.#isExplicit ? [] : findMisspeltVariables(process.env, OTHER_VARIABLES);
    return { failures: [...failures, ...problemOfWord()], warnings: [...warnings, ...misspelt] };
  }

  /** The run, which starts at first use. Throws when a setting is missing, naming it and the ways to give it. */
  get run(): Run {
    if (this.#run === undefined) {
      this.#run = new Run(readSettings(this.#source), {
        report: (line) => this.log.report(line),
        warn: (line) => this.log.warn(line),
        isEngineThere: () => this.#engine.isThere(),
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
      if (isExplicit) return `give ${key} to the ens.Provider`;
      return `run 'pulumi config set ${key === "clientSecret" ? "--secret " : ""}ens:${key}'`;
    },
  };
}

function problemOfWord(): string[] {
  try {
    takesOver();
    return [];
  } catch (error) {
    return [reason(error)];
  }
}

/** For one run, and so from the environment alone. */
function takesOver(): boolean {
  const { ENS_RECOVER: word = "" } = process.env;
  if (word === "" || word === TAKE_OVER) return word === TAKE_OVER;
  throw new Error(`ENS_RECOVER is ${JSON.stringify(word)}; the only word is ${TAKE_OVER}, see docs/ownership.md`);
}
