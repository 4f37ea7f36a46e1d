import { createInterface } from "node:readline/promises";
import { text as textOf } from "node:stream/consumers";
import { styleText } from "node:util";
import type { Clock } from "../../ens/clock";

export type Paint = "green" | "yellow" | "red" | "dim" | "bold";

/** Environment, clock, input and output of a command. Tests replace it. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /** Prints the result, on stdout. */
  print(text: string): void;
  /** Prints a remark, on stderr. */
  note(text: string): void;
  /** Shows progress in a line that the next output replaces. Does nothing without a terminal. */
  progress(text: string): void;
  /** Returns the text in a color, or unchanged when stdout has no colors. */
  paint(how: Paint, text: string): string;
  /** Asks the user a question. Absent without a terminal. */
  readonly ask?: (question: string) => Promise<string>;
  /** Reads stdin to its end. */
  readInput(): Promise<string>;
}

/** Returns the terminal of this process. Colors and progress need a terminal; `NO_COLOR` and `FORCE_COLOR` apply. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const clear = "\r\u001b[K";
  let isShown = false;
  const hide = () => {
    if (isShown) stderr.write(clear);
    isShown = false;
  };
  const ask = async (question: string) => {
    hide();
    const lines = createInterface({ input: stdin, output: stderr });
    // Ctrl-D and Ctrl-C end the input and count as "no".
    const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("\n")));
    const answer = await Promise.race([lines.question(question).catch(() => ""), ended]);
    lines.close();
    if (answer === "\n") stderr.write(answer);
    return answer;
  };
  return {
    env,
    print(text) {
      hide();
      console.log(text);
    },
    note(text) {
      hide();
      console.error(text);
    },
    progress(text) {
      if (!stderr.isTTY) return;
      stderr.write(`${clear}ens: ${text} …`);
      isShown = true;
    },
    paint: (how, text) => styleText(how, text, { stream: stdout }),
    ...(stdin.isTTY && stderr.isTTY ? { ask } : {}),
    readInput() {
      if (stdin.isTTY) stderr.write("ens: paste the text, then press Enter and Ctrl-D\n");
      return textOf(stdin);
    },
  };
}
