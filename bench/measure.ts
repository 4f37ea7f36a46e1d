import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** The measured costs of a command. */
export interface Measured {
  /** Wall time from the start to the end of the command. */
  seconds: number;
  /** User time of the command and all processes that it started. */
  cpuSeconds: number;
  /** Peak of the memory of all these processes at the same time, in bytes. `null` without /proc. */
  peakBytes: number | null;
}

const SAMPLE_MS = 100;
const PAGE_BYTES = 4096;
const TICKS_PER_SECOND = 100;

/** The shell reports the time of all processes that were waited for. Only the shell may write to this descriptor. */
const TIMED = '"$@" 3>&-; code=$?; times >&3; exit $code';

/**
 * Runs a command. Rejects with its output when the exit code is not 0.
 *
 * User time is the greater of two sums, because each sum misses something. The shell's `times` misses processes that
 * nobody waited for, such as a plugin whose own child was killed with it. The samples of /proc miss the end of each
 * process, and processes that are shorter than the interval between samples. Memory is the sum of the resident sets, so
 * pages that processes share count for each of them.
 */
export async function measure(
  program: string,
  args: string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Measured> {
  const start = performance.now();
  const child = spawn("/bin/sh", ["-c", TIMED, "sh", program, ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const [output, times] = [[child.stdout, child.stderr], [child.stdio[3]]].map((streams) => {
    const parts = [] as Buffer[];
    for (const stream of streams) stream?.on("data", (chunk: Buffer) => parts.push(chunk));
    return () => Buffer.concat(parts).toString();
  });
  const tree = new Tree(child.pid ?? 0);
  const sampling = setInterval(() => tree.sample(), SAMPLE_MS);
  let seconds = 0;
  child.once("exit", () => {
    seconds = (performance.now() - start) / 1000;
    clearInterval(sampling);
  });
  const code = await new Promise((done, failed) => child.once("error", failed).once("close", done));
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} exited with code ${code}:\n${output?.()}`);
  return {
    seconds,
    cpuSeconds: Math.max(tree.userSeconds, userSecondsIn(times?.() ?? "")),
    peakBytes: tree.peakBytes,
  };
}

/** Returns the user time of the shell's children, which is the second line of `times`. */
export function userSecondsIn(text: string) {
  const [, minutes = "0", seconds = "0"] = /^(\d+)m([\d.,]+)s/.exec(text.split("\n")[1] ?? "") ?? [];
  return Number(minutes) * 60 + Number(seconds.replace(",", "."));
}

export interface Process {
  pid: number;
  parent: number;
  userTicks: number;
  start: number;
  pages: number;
}

/** Parses a line of /proc/<pid>/stat. The name of a program may contain spaces and brackets. */
export function parseStat(line: string): Process {
  const fields = line
    .slice(line.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const at = (number: number) => fields[number - 3] ?? 0;
  return { pid: Number.parseInt(line, 10), parent: at(4), userTicks: at(14), start: at(22), pages: at(24) };
}

/** A process and its descendants, including those whose parent has ended. */
class Tree {
  peakBytes: number | null = null;
  #ticks: Map<string, number> = new Map();
  #members: Map<number, number> = new Map();
  #root;

  constructor(root: number) {
    this.#root = root;
  }

  get userSeconds() {
    return [...this.#ticks.values()].reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
  }

  sample() {
    const all = processes();
    const children: Map<number, Process[]> = new Map();
    for (const process of all) children.set(process.parent, [...(children.get(process.parent) ?? []), process]);
    const waiting = all.filter(({ pid, start }) => pid === this.#root || this.#members.get(pid) === start);
    this.#members.clear();
    let pages = 0;
    for (let process = waiting.pop(); process !== undefined; process = waiting.pop()) {
      if (this.#members.has(process.pid)) continue;
      this.#members.set(process.pid, process.start);
      this.#ticks.set(`${process.pid} ${process.start}`, process.userTicks);
      pages += process.pages;
      waiting.push(...(children.get(process.pid) ?? []));
    }
    if (pages > 0) this.peakBytes = Math.max(this.peakBytes ?? 0, pages * PAGE_BYTES);
  }
}

function processes() {
  const found: Process[] = [];
  for (const name of list("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      found.push(parseStat(readFileSync(`/proc/${name}/stat`, "latin1")));
    } catch {
      // The process has ended in the meantime.
    }
  }
  return found;
}

function list(folder: string) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
