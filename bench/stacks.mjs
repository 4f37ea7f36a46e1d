import { mkdir, readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../scripts/setup/run.mjs";
import { live } from "./contestants/contestant.mjs";
import { findTofu, HOW_TO_GET_TOFU } from "./contestants/tofu.mjs";
import { HELP, readOptions } from "./options.mjs";
import { isSameUnit, OPERATIONS, planned, secondsLeft } from "./plan.mjs";
import { readRound, report, saveRound } from "./round.mjs";
import { startTenant } from "./tenant.mjs";

// npm run bench: what this package adds to the engine's own work, side by side with what else there is. options.mjs
// has the options.

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

/** @typedef {import("./plan.mjs").Unit} Unit */
/** @typedef {import("./round.mjs").Round} Round */

const command = readOptions(process.argv.slice(2));
if (command.help) {
  console.log(HELP);
} else if (command.report !== undefined) {
  await report(await readRound(command.report), command.report, command.docs);
} else {
  const { file, round } = await begun();
  await measureAll(file, round);
  await report(round, file, command.docs);
}

/** A new round, or the one that goes on. */
async function begun() {
  if (command.resume !== undefined) return { file: command.resume, round: await readRound(command.resume) };
  const { options } = command;
  const tofu = options.contestants.includes("tofu") ? await findTofu() : undefined;
  if (options.contestants.includes("tofu") && tofu === undefined) {
    say(HOW_TO_GET_TOFU);
    options.contestants = options.contestants.filter((contestant) => contestant !== "tofu");
  }
  const started = new Date().toISOString();
  await mkdir(options.out, { recursive: true });
  const file = join(options.out, `stacks-${started.replaceAll(/[:-]|\..*/g, "")}.json`);
  /** @type {Round} */
  const round = { started, machine: machine(), versions: await versions(tofu), options, measurements: [] };
  return { file, round };
}

/** @param {string} file @param {Round} round */
async function measureAll(file, round) {
  const start = performance.now();
  const units = planned(round.options);
  const isComplete = (/** @type {Unit} */ unit) =>
    round.measurements.filter((one) => isSameUnit(one, unit)).length === OPERATIONS.length;
  const left = units.filter((unit) => !isComplete(unit));
  // A life that was cut short begins anew.
  round.measurements = round.measurements.filter((one) => !left.some((unit) => isSameUnit(one, unit)));
  /** @type {{ unit: Unit, seconds: number }[]} */
  const done = [];
  const tenant = await startTenant(round.options.latency);
  say(`${units.length} stacks, ${left.length} to go, about ${duration(secondsLeft(done, left))}; results in ${file}`);
  try {
    for (const [at, unit] of left.entries()) {
      const before = performance.now();
      const mode = { true: "checkpoints on", false: "checkpoints off", null: "its only mode" }[`${unit.checkpoints}`];
      const title = `${unit.contestant}, ${unit.subscriptions} subscriptions, ${mode}, repetition ${unit.repetition}`;
      await live(unit, tenant, async (measurement) => {
        round.measurements.push(measurement);
        await saveRound(file, round);
        const { operation, seconds, calls } = measurement;
        const elapsed = duration((performance.now() - start) / 1000);
        say(`[${elapsed}] ${at + 1}/${left.length} ${title}: ${operation} ${seconds.toFixed(1)} s, ${calls} calls`);
      });
      done.push({ unit, seconds: (performance.now() - before) / 1000 });
      say(`about ${duration(secondsLeft(done, left.slice(at + 1)))} left`);
    }
  } finally {
    tenant.close();
  }
}

/** @param {{ tofu: string, provider: string } | undefined} tofu @returns {Promise<Round["versions"]>} */
async function versions(tofu) {
  const output = async (/** @type {string} */ program, /** @type {string[]} */ args) =>
    (await run(program, args, { cwd: ROOT })).output.trim();
  const manifest = async (/** @type {string} */ path) => JSON.parse(await readFile(join(ROOT, path), "utf8")).version;
  const isDirty = (await output("git", ["status", "--porcelain", "--", "provider", "bench", ":!bench/results"])) !== "";
  return {
    "pulumi-ens": await manifest("provider/package.json"),
    commit: `${await output("git", ["rev-parse", "--short", "HEAD"])}${isDirty ? " and changes" : ""}`,
    "Node.js": process.version,
    "Pulumi CLI": await output("pulumi", ["version"]),
    "Pulumi SDK": await manifest("node_modules/@pulumi/pulumi/package.json"),
    ...(tofu === undefined ? {} : { OpenTofu: tofu.tofu, "Mastercard/restapi": tofu.provider }),
  };
}

function machine() {
  return `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${process.platform}`;
}

/** Hours, minutes and seconds. @param {number} seconds */
function duration(seconds) {
  const [minutes, rest] = [Math.floor(seconds / 60), Math.round(seconds % 60)];
  if (minutes === 0) return `${rest} s`;
  return minutes < 60 ? `${minutes} min ${rest} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
