import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { findTofu, HOW_TO_GET_TOFU } from "./contestants/tofu.mjs";
import { measureAll } from "./measure-all.mjs";
import { HELP, readOptions } from "./options.mjs";
import { readRound, report } from "./round.mjs";
import { machine, versions } from "./versions.mjs";

// npm run bench: what this package adds to the engine's own work, side by side with what else there is. options.mjs
// has the options.

/** @typedef {import("./round.mjs").Round} Round */

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

const command = readOptions(process.argv.slice(2));
if (command.help) {
  console.log(HELP);
} else if (command.report !== undefined) {
  await report(await readRound(command.report), command.report, command.docs);
} else {
  const { file, round } = await (command.resume === undefined ? begun(command.options) : resumed(command.resume));
  const missing = await measureAll(file, round, say);
  await report(round, file, command.docs);
  if (missing > 0) {
    say(`Missing stacks: ${missing}. npm run bench -- --resume ${file} measures them.`);
    process.exitCode = 1;
  }
}

/** @param {import("./options.mjs").Options} options */
async function begun({ contestants: wanted, ...options }) {
  const tofu = wanted.includes("tofu") ? await findTofu() : undefined;
  if (wanted.includes("tofu") && tofu === undefined) say(HOW_TO_GET_TOFU);
  const contestants = wanted.filter((contestant) => contestant !== "tofu" || tofu !== undefined);
  const started = new Date().toISOString();
  await mkdir(options.out, { recursive: true });
  /** @type {Round} */
  const round = {
    started,
    machine: machine(),
    versions: await versions(tofu),
    options: { ...options, contestants },
    measurements: [],
  };
  return { file: join(options.out, `stacks-${started.replaceAll(/[:-]|\..*/g, "")}.json`), round };
}

/** @param {string} file */
async function resumed(file) {
  const round = await readRound(file);
  const now = await versions(round.options.contestants.includes("tofu") ? await findTofu() : undefined);
  if (JSON.stringify(now) !== JSON.stringify(round.versions)) {
    say(`Begun with ${JSON.stringify(round.versions)}, goes on with ${JSON.stringify(now)}: it should be the same.`);
  }
  return { file, round };
}
