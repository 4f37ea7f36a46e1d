import { findAccessProblems, reason, variableName } from "pulumi-ens-receiver/internal";
import { schemeShape } from "../ens/scheme-shape";
import { settings as table } from "../properties/settings";
import { nearest } from "../validation/nearest";
import { readDurations, readExpectedAccount, type SettingsSource } from "./settings";

/** What a preview says about the settings, before anything is done. */
export interface Verdict {
  /** Settings that cannot be meant, or that contradict each other: nothing may be done with them. */
  readonly failures: readonly string[];
  /** Settings that are missing, or unusual. They may still turn out to be right. */
  readonly warnings: readonly string[];
}

/** A tenant's subdomain as ENS's pages show it. Nobody promises its length. Source: ENS REST contract §1.1. */
const USUAL_SUBDOMAIN = /^mc[a-z0-9-]{26}$/i;

/** Judges all settings at once, without any call. */
export function judgeSettings(source: SettingsSource): Verdict {
  try {
    const access = findAccessProblems(source);
    const others = [
      () => readExpectedAccount(source, source.get("accountId")),
      () => readDurations(source),
      () => schemeShape(source.get("authSchemeShape")),
    ].flatMap(problemOf);
    const unfit = access.filter(({ isMissing }) => !isMissing).map(({ text }) => text);
    const missing = access.filter(({ isMissing }) => isMissing).map(({ text }) => `${text}; 'pulumi up' will need it`);
    return { failures: [...unfit, ...others], warnings: [...missing, ...findUnusual(source)] };
  } catch (error) {
    return { failures: [reason(error)], warnings: [] }; // a file that cannot be read
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
  // The value is not repeated: what stands in the wrong variable may be a secret.
  return [`ens:subdomain is unusual: it has ${length}, and most have 28 and begin with "mc"`];
}

/** Variables that look like misspelt settings. */
export function findMisspeltVariables(env: NodeJS.ProcessEnv, others: readonly string[]): string[] {
  const settings = (Object.keys(table) as (keyof typeof table)[]).map(variableName);
  const known = [...settings, ...settings.map((name) => `${name}_FILE`), ...others];
  return Object.keys(env)
    .filter((name) => /^ENS_/i.test(name) && !known.includes(name))
    .flatMap((name) => {
      const [meant] = nearest(name, known);
      return meant === undefined ? [] : [`the variable ${name} is no setting; perhaps ${meant} is meant`];
    });
}
