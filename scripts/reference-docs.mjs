import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "./docs/generated-files.mjs";

// node scripts/reference-docs.mjs: brings the reference pages, the README's tables and the schemas up to date (after a build).

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const tables = (/** @type {string} */ name) =>
  createRequire(import.meta.url)(join(ROOT, "provider/dist/properties", name));

const files = generatedFiles(
  ROOT,
  {
    resources: tables("index").tables,
    strategies: tables("verification").strategies,
    settings: tables("settings").settings,
    eventTypes: createRequire(import.meta.url)(join(ROOT, "receiver/dist/internal.js")).EVENT_TYPES,
  },
  await readFile(join(ROOT, "README.md"), "utf8"),
);
await mkdir(join(ROOT, "docs/reference"), { recursive: true });
for (const [path, text] of Object.entries(files)) await writeFile(join(ROOT, path), text);
const paths = Object.keys(files);
spawnSync(join(ROOT, "node_modules/.bin/biome"), ["format", "--write", ...paths], { cwd: ROOT, stdio: "inherit" });
