import { realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { askVersion, CLI, DYNAMIC_HOST, isProgram, LANGUAGE_HOST } from "./programs.mjs";
import { isSupported, SUPPORTED } from "./version.mjs";

/** @returns {Promise<{ dir: string, version: string } | { why: string }>} */
export async function engineOnPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const reasons = [];
  for (const folder of folders) {
    const pulumi = join(folder, CLI);
    if (!(await isProgram(pulumi))) continue;
    // `pulumi` may be a link such as /usr/local/bin/pulumi. The engine also looks for its helpers beside the real
    // program.
    const places = [folder, dirname(await realpath(pulumi)), ...folders];
    const missing = [];
    for (const helper of [LANGUAGE_HOST, DYNAMIC_HOST]) {
      const found = await Promise.all(places.map((place) => isProgram(join(place, helper))));
      if (!found.includes(true)) missing.push(helper);
    }
    const { version, why } = await askVersion(pulumi);
    if (why !== "") reasons.push(why);
    else if (!isSupported(version)) reasons.push(`${pulumi} is ${version}, but ${SUPPORTED} is required`);
    else if (missing.length > 0)
      reasons.push(`${pulumi} has no ${missing.join(" and no ")} in its folder or on the PATH`);
    else return { dir: folder, version };
  }
  return { why: reasons.join("; ") || "pulumi is not on the PATH" };
}
