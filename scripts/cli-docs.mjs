import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cliSections } from "./docs/cli.mjs";
import { filledIn } from "./docs/markdown.mjs";

// node scripts/cli-docs.mjs: brings the generated parts of the page of the command line up to date (after a build).

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PAGE = join(ROOT, "docs/cli.md");
const built = (/** @type {string} */ name) => createRequire(import.meta.url)(join(ROOT, "provider/dist/cli", name));

/** @type {{ description: import("./docs/cli.mjs").Description }[]} */
const commands = built("commands").DESCRIBED;
const parts = cliSections(
  commands.map(({ description }) => description),
  built("shared/help"),
);
await writeFile(PAGE, filledIn(await readFile(PAGE, "utf8"), parts));
spawnSync(join(ROOT, "node_modules/.bin/biome"), ["format", "--write", PAGE], { cwd: ROOT, stdio: "inherit" });
