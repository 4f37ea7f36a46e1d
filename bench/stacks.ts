import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { findTofu, HOW_TO_GET_TOFU } from "./contestants/tofu.ts";
import { measureAll } from "./measure-all.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { type Round, readRound, report } from "./round.ts";
import { machine, versions } from "./versions.ts";

// npm run bench measures what this package adds to the engine's own work, and compares it with alternatives. options.ts
// defines the options.

const say = (line: string) => process.stderr.write(`${line}\n`);

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
    say(`Missing stacks: ${missing}. Run \`npm run bench -- --resume ${file}\` to measure them.`);
    process.exitCode = 1;
  }
}

async function begun({ contestants: wanted, ...options }: Options) {
  const tofu = wanted.includes("tofu") ? await findTofu() : undefined;
  if (wanted.includes("tofu") && tofu === undefined) say(HOW_TO_GET_TOFU);
  const contestants = wanted.filter((contestant) => contestant !== "tofu" || tofu !== undefined);
  const started = new Date().toISOString();
  await mkdir(options.out, { recursive: true });
  const round: Round = {
    started,
    machine: machine(),
    versions: await versions(tofu),
    options: { ...options, contestants },
    measurements: [],
  };
  return { file: join(options.out, `stacks-${started.replaceAll(/[:-]|\..*/g, "")}.json`), round };
}

async function resumed(file: string) {
  const round = await readRound(file);
  const now = await versions(round.options.contestants.includes("tofu") ? await findTofu() : undefined);
  if (JSON.stringify(now) !== JSON.stringify(round.versions)) {
    say(
      `The versions differ. The run began with ${JSON.stringify(round.versions)} and continues with ${JSON.stringify(now)}.`,
    );
  }
  return { file, round };
}
