import { type Access, problemOfAccount, readAccess, type SettingsSource as Source } from "pulumi-ens-receiver/internal";
import { type SchemeShape, schemeShape } from "../ens/scheme-shape";
import { type Setting, settings as table } from "../properties/settings";
import type { Duration } from "../properties/types";
import { durationOf, milliseconds } from "../validation/duration";
import { type ExpectedAccount, wrongAccount } from "./expected-account";

/** Settings of a run: URLs and credentials of ENS, and durations in milliseconds. */
export interface Settings extends Access, Partial<Durations> {
  /** The run checks its business unit before any other request. */
  readonly expected?: ExpectedAccount;
  /** Request format in which ENS accepts auth schemes. Default: the assumed format. */
  readonly authSchemeShape?: SchemeShape;
}

/** The settings that are durations, in milliseconds. */
export type Durations = {
  readonly [Name in Setting as (typeof table)[Name]["type"] extends Duration ? Name : never]: number;
};

/** Source of settings, such as the environment or the configuration of a stack. */
export type SettingsSource = Source<Setting>;

/** Combines sources. The first source that has a setting provides it. */
export function firstOf(...sources: SettingsSource[]): SettingsSource {
  return {
    get: (key) => sources.map((source) => source.get(key)).find((value) => value !== undefined && value !== ""),
    missing: (key) => sources.map((source) => source.missing(key)).join(" or "),
  };
}

/** Reads all settings. Throws when a setting is missing or invalid. The error names the setting and how to set it. */
export function readSettings(source: SettingsSource): Settings {
  const access = readAccess(source);
  const expected = readExpectedAccount(source, access.accountId);
  const shape = source.get("authSchemeShape");
  return {
    ...access,
    ...(expected ? { expected } : {}),
    ...readDurations(source),
    ...(shape ? { authSchemeShape: schemeShape(shape) } : {}),
  };
}

/** Reads the durations that are set. Throws when one is invalid. */
export function readDurations(source: SettingsSource): Partial<Durations> {
  const given = durationNames().flatMap((name) => {
    const { type } = table[name];
    const value = source.get(name);
    if (value === undefined || value === "") return [];
    const span = milliseconds(value);
    if (span === undefined || span < durationOf(type.least) || span > durationOf(type.most)) {
      const way = `give a duration up to "${type.most}", or "${type.least}" to disable the wait`;
      throw new Error(`ens:${name} is ${JSON.stringify(value)}; ${way}`);
    }
    return [[name, span] as const];
  });
  return Object.fromEntries(given);
}

/** Adds the defaults of the durations that are not set. */
export function withDefaultDurations(given: Partial<Durations>): Durations {
  const all = durationNames().map((name) => [name, given[name] ?? durationOf(table[name].absent)] as const);
  return Object.fromEntries(all) as Durations;
}

function durationNames(): (keyof Durations)[] {
  return (Object.keys(table) as Setting[]).filter(
    (name): name is keyof Durations => table[name].type.is === "duration",
  );
}

/** Reads `expectAccountId`. Throws when it contradicts `accountId`, without a request. */
export function readExpectedAccount(
  source: SettingsSource,
  accountId: string | undefined,
): ExpectedAccount | undefined {
  const wanted = source.get("expectAccountId");
  if (!wanted) return undefined;
  const problem = problemOfAccount("expectAccountId", wanted);
  if (problem !== undefined) throw new Error(problem);
  const settingsFor = `set ens:accountId to ${wanted} and ens:clientId to a package with access to it`;
  const expected = { accountId: wanted, howToUse: `${settingsFor} (${source.missing("accountId")})` };
  if (accountId && accountId !== wanted) throw new Error(wrongAccount(accountId, expected));
  return { ...expected, isRequested: accountId === wanted };
}
