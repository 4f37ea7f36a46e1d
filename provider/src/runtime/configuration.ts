import { EnsClient } from "../ens/client";
import { either, environment, type SettingsSource, settings } from "../ens/settings";
import { report, warn } from "./log";

/** What the dynamic-provider process offers of the stack's, or an explicit provider's, configuration. */
export interface Config {
  get(key: string): unknown;
}

let source: SettingsSource = environment(process.env);
let client: EnsClient | undefined;

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
  source = explicit ? stack : either(environment(process.env), stack);
}

/** The business unit (MID) that the settings name, if they do. It asks nobody, and misses no setting. */
export function accountId(): string | undefined {
  try {
    return source.get("accountId") || source.get("expectAccountId") || undefined;
  } catch {
    return undefined;
  }
}

/** The client of this process, made at first use. Throws when a setting is missing, naming it and the ways to give it. */
export function ens(): EnsClient {
  client ??= new EnsClient(settings(source), { report, warn });
  return client;
}
