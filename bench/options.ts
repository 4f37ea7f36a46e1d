import { parseArgs } from "node:util";

export const CONTESTANTS = ["ours", "floor", "naive", "tofu"] as const;

export type Name = (typeof CONTESTANTS)[number];

export interface Options {
  /** Numbers of subscriptions in ascending order. */
  sizes: number[];
  repeat: number;
  contestants: Name[];
  /** The modes. `true` is Pulumi's default, and `false` is PULUMI_SKIP_CHECKPOINTS. */
  checkpoints: boolean[];
  /** Milliseconds that each request to ENS waits. */
  latency: number;
  /** Number of subscriptions in an additional run of this package and the floor. 0 disables this run. */
  large: number;
  /** Folder of the results. */
  out: string;
}

export interface Command {
  options: Options;
  /** JSON file of a run to resume. The options in the file apply. */
  resume: string | undefined;
  /** JSON file of a run to report. Nothing is measured. */
  report: string | undefined;
  /** Whether the report is also written into docs/performance.md and its chart. */
  docs: boolean;
  help: boolean;
}

export const HELP = `npm run bench -- [options]

  --sizes 10,100,1000              numbers of subscriptions, with a callback for each 50 of them
  --repeat 3                       runs of each stack. Tables show medians.
  --contestants ours,floor,naive,tofu
  --checkpoints both               on, off or both
  --latency 20                     milliseconds that each request to ENS takes
  --large 5000                     subscriptions in one more run of this package and the floor, 0 for none
  --out bench/results              folder of the results
  --resume FILE                    resumes an interrupted run
  --report FILE                    creates table and chart from a run's JSON alone
  --docs                           also writes table and chart into docs/performance.md`;

const MODES = { on: [true], off: [false], both: [true, false] };

/** Throws an error with the option's name when a value is invalid. */
export function readOptions(args: string[]): Command {
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
  if (checkpoints === undefined) throw new Error(`--checkpoints must be on, off or both, not "${values.checkpoints}"`);
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

function whole(option: string, text: string, least: number) {
  const number = Number(text);
  if (text.trim() !== "" && Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${option} must be whole numbers of at least ${least}, not "${text}"`);
}

function contestant(text: string): Name {
  const name = CONTESTANTS.find((each) => each === text);
  if (name === undefined) throw new Error(`--contestants must be from ${CONTESTANTS.join(", ")}, not "${text}"`);
  return name;
}
