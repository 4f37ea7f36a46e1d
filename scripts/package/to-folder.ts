import { mkdir, rm } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { packAll } from "./pack.ts";

// npm run pack [-- folder]: writes the packages into a folder and prints the command that installs them from there.

const ROOT = resolve(import.meta.dirname, "../..");
const [given] = process.argv.slice(2);
const folder = given === undefined ? resolve(ROOT, "packed") : resolve(process.env.INIT_CWD ?? ROOT, given);

// Only the default folder is emptied. An older version in it would be installed, too.
if (given === undefined) await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const tarballs = await packAll(ROOT, folder);
console.log(
  `${tarballs.length} packages are in ${relative(ROOT, folder) || folder}. In the folder of your project, run:\n`,
);
console.log(`npm install ${[...tarballs, "@pulumi/pulumi", "typescript@5"].map(quoted).join(" ")}`);

function quoted(word: string) {
  return /^[\w@./:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
