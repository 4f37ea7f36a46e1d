import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "./suite";

/** The cases of all areas, from all case files of this folder. */
export const CASES: readonly Case[] = readdirSync(__dirname)
  .filter((file) => file.endsWith(".cases.ts"))
  .sort()
  .flatMap((file) => Object.values(jest.requireActual<Record<string, unknown>>(join(__dirname, file))))
  .flatMap((exported) => (Array.isArray(exported) ? (exported as unknown[]) : []))
  .filter(isCase);

function isCase(value: unknown): value is Case {
  return typeof value === "object" && value !== null && "id" in value && "run" in value && "needs" in value;
}
