import { readFile, rename, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { filledIn } from "../scripts/docs/markdown.ts";
import type { Measurement } from "./contestants/contestant.ts";
import type { Options } from "./options.ts";
import { chart } from "./report/chart.ts";
import { markdown } from "./report/markdown.ts";

const DOCS = resolve(import.meta.dirname, "../docs");

/** All measurements of a run, and the facts that a reader must know about it. */
export interface Round {
  /** ISO 8601 */
  started: string;
  machine: string;
  versions: Record<string, string>;
  options: Options;
  measurements: Measurement[];
}

export async function readRound(file: string): Promise<Round> {
  return JSON.parse(await readFile(file, "utf8"));
}

/** Writes the file completely or not at all, so that a killed run can be resumed. */
export async function saveRound(file: string, round: Round) {
  await writeFile(`${file}.new`, `${JSON.stringify(round, undefined, 1)}\n`);
  await rename(`${file}.new`, file);
}

/** Prints the tables. Also writes the tables and the chart beside the JSON, or into the docs. */
export async function report(round: Round, file: string, docs: boolean) {
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
