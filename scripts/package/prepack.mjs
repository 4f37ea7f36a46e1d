import { copyFile, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// npm runs this before it packs the provider: npm packs only what is in the package's own folder.

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const PACKAGE = join(ROOT, "provider");

/** A link to a file of this repository; `](https:…` and `](#…` are links elsewhere. */
const LINK = /\[([^\]]+)\]\((?![a-z]+:|#)([^)]+)\)/g;

/** @type {{ files: string[], repository?: unknown }} */
const manifest = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
for (const name of ["LICENSE", "CHANGELOG.md"]) await copyFile(join(ROOT, name), join(PACKAGE, name));
await writeFile(join(PACKAGE, "README.md"), readmeOfPackage(await readFile(join(ROOT, "README.md"), "utf8")));

/**
 * A registry's page resolves relative links by the manifest's `repository`. Without one they lead nowhere, so that the
 * text says where the file is.
 *
 * @param {string} readme
 */
function readmeOfPackage(readme) {
  if (manifest.repository !== undefined) return readme;
  return readme.replace(LINK, (link, text, target) => {
    if (manifest.files.includes(target)) return link;
    return text === target ? `\`${target}\`` : `${text} (\`${target}\`)`;
  });
}
