import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { run, succeed } from "../scripts/run.cjs";
import { median } from "./median.ts";

// npm run bench:host -- [--against <commit>] [--pairs 7] [--out <file>]
//
// Measures the speed of the provider process alone, without an engine and with a service in the same process. The
// benchmark builds the commit of the last release in a separate folder and alternates between both, because times of
// separate runs cannot be compared. The exit code is 1 when something is slower by more than a tenth.

const ROOT = resolve(import.meta.dirname, "..");
const CHILD = join(ROOT, "bench/host/child.ts");
const RESULTS = join(ROOT, "bench/results");
const SLOWER = 1.1;
const { values } = parseArgs({
  options: { against: { type: "string" }, pairs: { type: "string", default: "7" }, out: { type: "string" } },
});
export type Results = Record<string, { perSecond?: number; p50: number; p99: number }>;

const before = values.against ?? (await lastRelease());
const folder = await mkdtemp(join(tmpdir(), "bench-host-"));
try {
  console.error(`Building ${before} …`);
  const old = await built(before);
  const all: { ours: Results[]; theirs: Results[] } = { ours: [], theirs: [] };
  for (let pair = 0; pair < Number(values.pairs); pair += 1) {
    console.error(`Pair ${pair + 1} of ${values.pairs} …`);
    // The first of a pair runs under other conditions than the second, so they take turns.
    const turn = [
      async () => all.ours.push(await measured(join(ROOT, "provider/dist"))),
      async () => all.theirs.push(await measured(old)),
    ];
    for (const measure of pair % 2 === 0 ? turn : turn.reverse()) await measure();
  }
  await report(all);
} finally {
  await run("git", ["worktree", "remove", "--force", join(folder, "tree")], { cwd: ROOT });
  await rm(folder, { recursive: true, force: true });
}

/** Returns the commit of the newest release that was measured. */
async function lastRelease() {
  const names = (await readdir(RESULTS)).filter((name) => /^host-\d+\.\d+\.\d+\.json$/.test(name));
  const newest = names.sort(new Intl.Collator("en", { numeric: true }).compare).at(-1);
  if (newest === undefined) throw new Error(`There is no result of a release in ${RESULTS}. Set --against <commit>.`);
  return JSON.parse(await readFile(join(RESULTS, newest), "utf8")).commit;
}

/**
 * Builds the package of a commit.
 *
 * @returns the folder of the built package
 */
async function built(commit: string): Promise<string> {
  const tree = join(folder, "tree");
  const { code, output } = await run("git", ["worktree", "add", "--detach", tree, commit], { cwd: ROOT });
  if (code !== 0)
    throw new Error(`${commit} is not in this clone. Fetch it with its history, or set --against. ${output}`);
  for (const modules of ["node_modules", "provider/node_modules"]) {
    if (existsSync(join(ROOT, modules))) await symlink(join(ROOT, modules), join(tree, modules));
  }
  await succeed(join(ROOT, "node_modules/.bin/tsc"), ["-p", join(tree, "provider")], { cwd: tree });
  return join(tree, "provider/dist");
}

async function measured(dist: string): Promise<Results> {
  return JSON.parse(await succeed(process.execPath, [CHILD, dist]));
}

async function report({ ours, theirs }: { ours: Results[]; theirs: Results[] }) {
  const head = await succeed("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT });
  console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; ${head} beside ${before}`);
  console.log(
    "Milliseconds, as medians of all pairs. The ratio is the median ratio within the pairs, and less than 1 is quicker.\n",
  );
  console.log(
    `${"".padEnd(26)}${["per second", "p50", "p99", `${before} p50`, "ratio"].map((text) => text.padStart(13)).join("")}`,
  );
  const results: Results = {};
  const slower = [];
  for (const name of Object.keys(ours[0] ?? {})) {
    const of = (runs: Results[], what: "perSecond" | "p50" | "p99") =>
      median(runs.map((run) => run[name]?.[what] ?? 0));
    const perSecond = of(ours, "perSecond");
    results[name] = { ...(perSecond > 0 ? { perSecond } : {}), p50: of(ours, "p50"), p99: of(ours, "p99") };
    const ratio = median(ours.map((run, at) => (run[name]?.p50 ?? 0) / (theirs[at]?.[name]?.p50 ?? 1)));
    if (ratio > SLOWER) slower.push(`${name} needs ${ratio.toFixed(2)} × the time of ${before}`);
    const cells = [perSecond || "", results[name].p50, results[name].p99, of(theirs, "p50"), ratio.toFixed(2)];
    console.log(`${name.padEnd(26)}${cells.map((cell) => String(cell).padStart(13)).join("")}`);
  }
  console.log(slower.length === 0 ? "\nNothing is slower by more than a tenth." : `\n${slower.join("\n")}`);
  if (values.out !== undefined) {
    const known = { commit: head, node: process.version, processor: cpus()[0]?.model };
    await writeFile(values.out, `${JSON.stringify({ ...known, results }, null, 2)}\n`);
  }
  if (slower.length > 0) process.exitCode = 1;
}
