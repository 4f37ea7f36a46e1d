import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { filledIn } from "../scripts/docs/markdown.mjs";
import { chart } from "./report/chart.mjs";
import { markdown } from "./report/markdown.mjs";

const DOCS = resolve(dirname(fileURLToPath(import.meta.url)), "../docs");

/**
 * All that a run has measured, and what a reader must know about it.
 *
 * @typedef {object} Round
 * @property {string} started ISO 8601
 * @property {string} machine
 * @property {Record<string, string>} versions
 * @property {import("./options.mjs").Options} options
 * @property {import("./contestants/contestant.mjs").Measurement[]} measurements
 */

/** @param {string} file @returns {Promise<Round>} */
export async function readRound(file) {
  return JSON.parse(await readFile(file, "utf8"));
}

/** As a whole or not at all, so that a run that is killed meanwhile can go on. @param {string} file @param {Round} round */
export async function saveRound(file, round) {
  await writeFile(`${file}.new`, `${JSON.stringify(round, undefined, 1)}\n`);
  await rename(`${file}.new`, file);
}

/**
 * Prints the tables, and writes them and the chart beside the JSON, or into the docs, too.
 *
 * @param {Round} round
 * @param {string} file
 * @param {boolean} docs
 */
export async function report(round, file, docs) {
  const [tables, picture] = [markdown(round), chart(round)];
  const beside = file.replace(/\.json$/, "");
  await writeFile(`${beside}.md`, `${tables}\n`);
  await writeFile(`${beside}.svg`, picture);
  console.log(tables);
  if (!docs) return;
  const page = join(DOCS, "performance.md");
  await writeFile(
    page,
    filledIn(await readFile(page, "utf8"), {
      bench: `![Time in comparison with the floor](performance.svg)\n\n${tables}`,
    }),
  );
  await writeFile(join(DOCS, "performance.svg"), picture);
  console.error(`written to ${relative(process.cwd(), page)} and its chart`);
}
