import { existsSync, globSync } from "node:fs";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

// npm runs this script before it packs a package, because npm packs only files in the package's own folder.

const ROOT = resolve(import.meta.dirname, "../..");

/** Matches a link to a file of this repository. `](https:…` and `](#…` are other links. */
const LINK = /\[([^\]]+)\]\((?![a-z]+:|#)([^)]+)\)/g;

const { npm_package_json: file } = process.env;
if (file === undefined) throw new Error("Run `npm pack`, which runs this script.");
const folder = dirname(file);
const manifest: { name: string; files: string[]; repository?: unknown } = JSON.parse(await readFile(file, "utf8"));

// The compiler does not delete its output for a deleted source, or for a debugger.
for (const file of globSync("**/*.{js,ts,map}", { cwd: join(folder, "dist") })) {
  const source = join(folder, "src", file.replace(/(\.d)?\.[jt]s$/, ".ts"));
  if (!existsSync(source)) await rm(join(folder, "dist", file));
}

await copyFile(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
// The README and the changelog of the repository describe this package. The other packages have their own README.
if (manifest.name === "pulumi-ens") {
  await copyFile(join(ROOT, "CHANGELOG.md"), join(folder, "CHANGELOG.md"));
  await writeFile(join(folder, "README.md"), readmeOfPackage(await readFile(join(ROOT, "README.md"), "utf8")));
}

/**
 * Replaces links to files by their text. A registry's page resolves relative links by the manifest's `repository`.
 * Without this property, the links lead nowhere, so the text names the place of the file.
 */
function readmeOfPackage(readme: string) {
  if (manifest.repository !== undefined) return readme;
  return readme.replace(LINK, (link, text, target) => {
    if (manifest.files.includes(target)) return link;
    return text === target ? `\`${target}\`` : `${text} (\`${target}\`)`;
  });
}
