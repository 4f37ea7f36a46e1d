import { type Access, problemOfAccount, readAccess, type SettingsSource as Source } from "pulumi-ens-receiver/internal";
import { type SchemeShape, schemeShape } from "../ens/scheme-shape";
import { type Setting, settings as table } from "../properties/settings";
import type { Duration } from "../properties/types";
import { durationOf, milliseconds } from "../validation/duration";
import { type ExpectedAccount, wrongAccount } from "./expected-account";

/** What a run is told: where ENS is and who we are there, and the spans of time in milliseconds. */
export interface Settings extends Access, Partial<Durations> {
  /** The run asks which business unit it is in before it does anything else there. */
  readonly expected?: ExpectedAccount;
  /** The form in which ENS takes auth schemes; the assumed one when left out. */
  readonly authSchemeShape?: SchemeShape;
}

/** The settings that are spans of time, in milliseconds. */
export type Durations = {
  readonly [Name in Setting as (typeof table)[Name]["type"] extends Duration ? Name : never]: number;
};

export type SettingsSource = Source<Setting>;

/** The first source that has a setting gives it. */
export function firstOf(...sources: SettingsSource[]): SettingsSource {
  return {
    get: (key) => sources.map((source) => source.get(key)).find((value) => value !== undefined && value !== ""),
    missing: (key) => sources.map((source) => source.missing(key)).join(" or "),
  };
}

/** Rejects by throwing when a setting is missing or an address is unfit; the error names it and the ways to give it. */
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

export function readDurations(source: SettingsSource): Partial<Durations> {
  const given = durationNames().flatMap((name) => {
    const { type } = table[name];
    const value = source.get(name);
    if (value === undefined || value === "") return [];
    const span = milliseconds(value);
    if (span === undefined || span < durationOf(type.least) || span > durationOf(type.most)) {
      const way = `give a time up to "${type.most}", or "${type.least}" for no wait`;
      throw new Error(`ens:${name} is ${JSON.stringify(value)}; ${way}`);
    }
    return [[name, span] as const];
  });
  return Object.fromEntries(given);
}

/** The spans that are given, and the defaults of those that are left out. */
export function withDefaultDurations(given: Partial<Durations>): Durations {
  const all = durationNames().map((name) => [name, given[name] ?? durationOf(table[name].absent)] as const);
  return Object.fromEntries(all) as Durations;
}

function durationNames(): (keyof Durations)[] {
  return (Object.keys(table) as Setting[]).filter(
    (name): name is keyof Durations => table[name].type.is === "duration",
  );
}

/** Two settings that contradict each other are refused here, without any call. */
export function readExpectedAccount(
  source: SettingsSource,
  accountId: string | undefined,
): ExpectedAccount | undefined {
  const wanted = source.get("expectAccountId");
  if (!wanted) return undefined;
  const problem = problemOfAccount("expectAccountId", wanted);
  if (problem !== undefined) throw new Error(problem);
  const wayOut = `give ens:accountId ${wanted} and the ens:clientId of a package that may act there`;
  const expected = { accountId: wanted, wayOut: `${wayOut} (${source.missing("accountId")})` };
  if (accountId && accountId !== wanted) throw new Error(wrongAccount(accountId, expected));
  return { ...expected, asked: accountId === wanted };
}
