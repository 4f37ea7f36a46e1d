import { copyFile, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// npm runs this before it packs a package, whose folder is the argument: npm packs only what is in the package's own
// folder. The provider's README is the root's; the simulator has one of its own.

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** A link to a file of this repository; `](https:…` and `](#…` are links elsewhere. */
const LINK = /\[([^\]]+)\]\((?![a-z]+:|#)([^)]+)\)/g;

const folder = join(ROOT, process.argv[2] ?? "");
/** @type {{ files: string[], repository?: unknown }} */
const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
for (const name of ["LICENSE", "CHANGELOG.md"].filter((each) => manifest.files.includes(each))) {
  await copyFile(join(ROOT, name), join(folder, name));
}
if (folder === join(ROOT, "provider")) {
  await writeFile(join(folder, "README.md"), readmeOfPackage(await readFile(join(ROOT, "README.md"), "utf8")));
}

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
