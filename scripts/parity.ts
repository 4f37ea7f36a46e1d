import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { markdown, type Ran, verdicts } from "./parity/report.ts";
import { HELP, type Settings, settingsOf } from "./parity/settings.ts";
import { run } from "./run.cjs";
import { JEST } from "./test/jest.ts";

const ROOT = resolve(import.meta.dirname, "..");

try {
  const settings = settingsOf(process.argv.slice(2), process.env);
  process.exitCode = settings === undefined ? help() : await compare(settings);
} catch (error) {
  console.error(`parity: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}

function help() {
  console.log(HELP);
  return 0;
}

async function compare(settings: Settings) {
  const { behaviours } = JSON.parse(await readFile(join(ROOT, "test/contract/behaviours.json"), "utf8"));
  const ran = await cases(settings);
  const entries = verdicts(behaviours, ran, [settings.clientSecret]);
  const folder = resolve(settings.report);
  await mkdir(folder, { recursive: true });
  const at = new Date();
  await writeFile(join(folder, "parity.md"), markdown(entries, { rest: settings.rest, at }));
  await writeFile(join(folder, "parity.json"), `${JSON.stringify({ rest: settings.rest, at, entries }, null, 2)}\n`);
  const count = (verdict: string) => entries.filter((entry) => entry.verdict === verdict).length;
  const [confirmed, refuted, not] = [count("confirmed"), count("refuted"), count("not testable")];
  console.log(`${confirmed} confirmed, ${refuted} refuted, ${not} not testable. See ${join(folder, "parity.md")}`);
  for (const { id } of entries.filter(({ verdict }) => verdict === "refuted")) console.log(`refuted: ${id}`);
  return refuted === 0 ? 0 : 1;
}

/** Runs the selected cases one after the other and returns their results. */
async function cases({ rest, auth, receiver, listen, only, clientId, clientSecret }: Settings): Promise<Ran[]> {
  const folder = await mkdtemp(join(tmpdir(), "parity-"));
  try {
    const results = join(folder, "results.json");
    const env = {
      ...process.env,
      ENS_PARITY_REST: rest,
      ENS_PARITY_AUTH: auth,
      ENS_CLIENT_ID: clientId,
      ENS_CLIENT_SECRET: clientSecret,
      ENS_PARITY_ONLY: only.join(" "),
      ...(receiver === undefined ? {} : { ENS_PARITY_RECEIVER: receiver, ENS_PARITY_LISTEN: listen }),
    };
    const options = [
      "--selectProjects",
      "fast",
      "--json",
      `--outputFile=${results}`,
      "--",
      "contract/anywhere.test.ts",
    ];
    await run(process.execPath, [...JEST, ...options], { cwd: ROOT, env });
    const { testResults } = JSON.parse(await readFile(results, "utf8"));
    const [file] = testResults;
    if (file === undefined || file.assertionResults.length === 0) throw new Error(file?.message ?? "no case could run");
    return file.assertionResults;
  } finally {
    await rm(folder, { recursive: true });
  }
}
