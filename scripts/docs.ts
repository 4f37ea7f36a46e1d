import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import * as simulator from "pulumi-ens-simulator";
import { cliSections } from "./docs/cli.ts";
import { generatedFiles } from "./docs/generated-files.ts";
import { filledIn } from "./docs/markdown.ts";
import { parityPage, sections } from "./docs/simulator.ts";
import { succeed } from "./run.cjs";

// npm run docs writes all generated documentation: the reference pages, the README's tables, the schemas, and parts of
// the pages about the command line and the simulator.

const ROOT = resolve(import.meta.dirname, "..");
const built = createRequire(join(ROOT, "provider/dist/index.js"));
const read = (path: string) => readFile(join(ROOT, path), "utf8");

const files: Record<string, string> = generatedFiles(
  ROOT,
  {
    resources: built("./properties/index").tables,
    strategies: built("./properties/verification").strategies,
    settings: built("./properties/settings").settings,
    eventTypes: built("pulumi-ens-receiver/internal").EVENT_TYPES,
  },
  await read("README.md"),
);

const commands: typeof import("../provider/src/cli/commands.js") = built("./cli/commands");
const descriptions = commands.DESCRIBED.map(({ description }) => description);
files["docs/cli.md"] = filledIn(await read("docs/cli.md"), cliSections(descriptions, built("./cli/shared/help")));

const { behaviours } = JSON.parse(await read("test/contract/behaviours.json"));
files["docs/simulator.md"] = filledIn(await read("docs/simulator.md"), sections(simulator, behaviours));

await mkdir(join(ROOT, "docs/reference"), { recursive: true });
for (const [path, text] of Object.entries(files)) await writeFile(join(ROOT, path), text);
await succeed(join(ROOT, "node_modules/.bin/biome"), ["format", "--write", ...Object.keys(files)], { cwd: ROOT });
await writeFile(join(ROOT, "docs/simulator-parity.md"), parityPage(behaviours));
