import { findAccessProblems, reason, variableName } from "pulumi-ens-receiver/internal";
import { schemeShape } from "../ens/scheme-shape";
import { settings as table } from "../properties/settings";
import { nearest } from "../validation/nearest";
import { readDurations, readExpectedAccount, type SettingsSource } from "./settings";

/** Problems of the settings that a preview reports. */
export interface Verdict {
  /** Invalid or contradicting settings, which prevent the run. */
  readonly failures: readonly string[];
  /** Missing or unusual settings, which may still be correct. */
  readonly warnings: readonly string[];
}

/** Subdomain of a tenant as in ENS's documentation, which does not guarantee the length. Source: ENS REST contract §1.1. */
const USUAL_SUBDOMAIN = /^mc[a-z0-9-]{26}$/i;

/** Validates all settings, and sends no requests. */
export function judgeSettings(source: SettingsSource): Verdict {
  try {
    const access = findAccessProblems(source);
    const others = [
      () => readExpectedAccount(source, source.get("accountId")),
      () => readDurations(source),
      () => schemeShape(source.get("authSchemeShape")),
    ].flatMap(problemOf);
    const invalid = access.filter(({ isMissing }) => !isMissing).map(({ text }) => text);
    const missing = access.filter(({ isMissing }) => isMissing).map(({ text }) => `${text}. 'pulumi up' needs it.`);
    return { failures: [...invalid, ...others], warnings: [...missing, ...findUnusual(source)] };
  } catch (error) {
    return { failures: [reason(error)], warnings: [] }; // the file of a setting cannot be read
  }
}

function problemOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    return [reason(error)];
  }
}

function findUnusual(source: SettingsSource): string[] {
  const subdomain = source.get("subdomain");
  if (!subdomain) return [];
  const addresses = (["restUrl", "authUrl"] as const).filter((name) => source.get(name));
  if (addresses.length === 2) return [`ens:subdomain has no effect, because ens:restUrl and ens:authUrl are set`];
  if (USUAL_SUBDOMAIN.test(subdomain) || !/^[a-z0-9-]+$/i.test(subdomain)) return [];
  const length = `${subdomain.length} ${subdomain.length === 1 ? "character" : "characters"}`;
  // The message does not repeat the value, because a misplaced value may be a secret.
  return [`ens:subdomain has ${length}, but most subdomains have 28 and begin with "mc"`];
}

/** Finds environment variables that look like misspelled settings. */
export function findMisspeltVariables(env: NodeJS.ProcessEnv, others: readonly string[]): string[] {
  const settings = (Object.keys(table) as (keyof typeof table)[]).map(variableName);
  const known = [...settings, ...settings.map((name) => `${name}_FILE`), ...others];
  return Object.keys(env)
    .filter((name) => /^ENS_/i.test(name) && !known.includes(name))
    .flatMap((name) => {
      const [meant] = nearest(name, known);
      return meant === undefined ? [] : [`the environment variable ${name} is not a setting; did you mean ${meant}?`];
    });
}
