import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** The parts of a description that a unit may have. examples/environments explains them. */
const PARTS = ["authSchemes", "callbacks", "subscriptions"];

/** One business unit, with its own stack. */
export interface Unit {
  readonly name: string;
  readonly accountId: string;
  /** The parts of its description, and the `base` that they are merged over. */
  readonly description: Readonly<Record<string, unknown>>;
}

/** Reads the units of a file like fleet.yaml. Throws one error with a line for each problem. */
export function readFleet(file: string): Unit[] {
  const fleet: unknown = parse(readFileSync(file, "utf8"));
  if (!isObject(fleet) || !isObject(fleet.units) || Object.keys(fleet.units).length === 0) {
    throw new Error(`${file} has no units; give at least one by its name, with its accountId`);
  }
  const { base = {}, units, ...others } = fleet;
  const problems = Object.keys(others).map((key) => `${key} is no part of a fleet; there are base and units`);
  const owners = new Map<string, string>();
  const read = Object.entries(units).flatMap(([name, given]): Unit[] => {
    const refuse = (problem: string) => void problems.push(`units.${name}${problem}`);
    if (!/^[\w.-]{1,100}$/.test(name)) refuse(" cannot be the name of a stack; take letters, digits, and _ . -");
    if (!isObject(given)) {
      refuse(" is no object; give its accountId");
      return [];
    }
    const { accountId, ...description } = given;
    for (const key of Object.keys(description).filter((each) => !PARTS.includes(each))) {
      refuse(`.${key} is no part of a unit; there are accountId, ${PARTS.join(", ")}`);
    }
    const mid = String(accountId ?? "");
    const owner = owners.get(mid);
    owners.set(mid, owner ?? name);
    if (mid === "") refuse(".accountId is missing; give the MID of the business unit");
    else if (!/^\d+$/.test(mid)) refuse(".accountId is no MID; give digits alone");
    else if (owner !== undefined) refuse(`.accountId is also that of ${owner}; give each unit its own`);
    return [{ name, accountId: mid, description: { base, ...description } }];
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return read;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
