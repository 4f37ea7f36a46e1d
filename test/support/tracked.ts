import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

/** Lists the existing files that Git tracks: all of them, or those that match. */
export function trackedFiles(...patterns: string[]): string[] {
  const files = execFileSync("git", ["ls-files", "-z", "--", ...patterns], { cwd: ROOT, encoding: "utf8" }).split("\0");
  return files.filter((file) => file !== "" && existsSync(join(ROOT, file)));
}
