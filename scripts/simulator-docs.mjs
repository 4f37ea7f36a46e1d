import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as simulator from "pulumi-ens-simulator";
import { filledIn } from "./docs/markdown.mjs";
import { parityPage, sections } from "./docs/simulator.mjs";

// node scripts/simulator-docs.mjs updates the generated parts of the simulator's pages. Run it after a build.

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PAGE = join(ROOT, "docs/simulator.md");
const { behaviours } = JSON.parse(await readFile(join(ROOT, "test/contract/behaviours.json"), "utf8"));

await writeFile(PAGE, filledIn(await readFile(PAGE, "utf8"), sections(simulator, behaviours)));
spawnSync(join(ROOT, "node_modules/.bin/biome"), ["format", "--write", PAGE], { cwd: ROOT, stdio: "inherit" });
await writeFile(join(ROOT, "docs/simulator-parity.md"), parityPage(behaviours));
