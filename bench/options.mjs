import { parseArgs } from "node:util";

export const CONTESTANTS = /** @type {const} */ (["ours", "floor", "naive", "tofu"]);

/** @typedef {(typeof CONTESTANTS)[number]} Name */

/**
 * @typedef {object} Options
 * @property {number[]} sizes numbers of subscriptions, ascending
 * @property {number} repeat
 * @property {Name[]} contestants
 * @property {boolean[]} checkpoints the modes: `true` is Pulumi's usual one, `false` is PULUMI_SKIP_CHECKPOINTS
 * @property {number} latency milliseconds that each call to ENS waits
 * @property {number} large subscriptions of the single run of this package and the floor; 0 for none
 * @property {string} out folder of the results
 */

/**
 * @typedef {object} Command
 * @property {Options} options
 * @property {string | undefined} resume a JSON to go on with; its own options hold
 * @property {string | undefined} report a JSON to report again; nothing is measured
 * @property {boolean} docs whether docs/performance.md and its chart get the report
 * @property {boolean} help
 */

export const HELP = `npm run bench -- [options]

  --sizes 10,100,1000              numbers of subscriptions; there is a callback for each 50 of them
  --repeat 3                       runs of each; tables show medians
  --contestants ours,floor,naive,tofu
  --checkpoints both               on, off or both
  --latency 20                     milliseconds that each call to ENS takes
  --large 5000                     once more with so many, without checkpoints, this package and the floor; 0 for none
  --out bench/results              folder of the results
  --resume FILE                    goes on with an interrupted run
  --report FILE                    makes table and chart from a run's JSON alone
  --docs                           puts table and chart into docs/performance.md, too`;

const MODES = { on: [true], off: [false], both: [true, false] };

/** Throws with the option's name when a value is not one. @param {string[]} args @returns {Command} */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      sizes: { type: "string", default: "10,100,1000" },
      repeat: { type: "string", default: "3" },
      contestants: { type: "string", default: CONTESTANTS.join(",") },
      checkpoints: { type: "string", default: "both" },
      latency: { type: "string", default: "20" },
      large: { type: "string", default: "5000" },
      out: { type: "string", default: "bench/results" },
      resume: { type: "string" },
      report: { type: "string" },
      docs: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const checkpoints = Object.entries(MODES).find(([mode]) => mode === values.checkpoints)?.[1];
  if (checkpoints === undefined) throw new Error(`--checkpoints is on, off or both, not "${values.checkpoints}"`);
  return {
    options: {
      sizes: values.sizes
        .split(",")
        .map((text) => whole("sizes", text, 1))
        .sort((a, b) => a - b),
      repeat: whole("repeat", values.repeat, 1),
      contestants: values.contestants.split(",").map(contestant),
      checkpoints,
      latency: whole("latency", values.latency, 0),
      large: whole("large", values.large, 0),
      out: values.out,
    },
    resume: values.resume,
    report: values.report,
    docs: values.docs,
    help: values.help,
  };
}

/** @param {string} option @param {string} text @param {number} least */
function whole(option, text, least) {
  const number = Number(text);
  if (text.trim() !== "" && Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${option} takes whole numbers from ${least} on, not "${text}"`);
}

/** @param {string} text @returns {Name} */
function contestant(text) {
  const name = CONTESTANTS.find((each) => each === text);
  if (name === undefined) throw new Error(`--contestants are of ${CONTESTANTS.join(", ")}, not "${text}"`);
  return name;
}
