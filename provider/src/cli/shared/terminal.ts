import { createInterface } from "node:readline/promises";
import { text as textOf } from "node:stream/consumers";
import { styleText } from "node:util";
import type { Clock } from "../../ens/clock";

export type Paint = "green" | "yellow" | "red" | "dim" | "bold";

/** What a command has of the world around it. Tests give another one. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /** Prints what was asked for, on stdout. */
  print(text: string): void;
  /** Tells a person something besides, on stderr. */
  note(text: string): void;
  /** Shows how far the work is, on a line that the next one takes; where nobody watches, it does nothing. */
  progress(text: string): void;
  /** The text in a colour, where stdout has colours. */
  paint(how: Paint, text: string): string;
  /** Asks a person a question. Absent where there is no person. */
  readonly ask?: (question: string) => Promise<string>;
  /** Everything on stdin. */
  readInput(): Promise<string>;
}

/** The terminal of this process. Colours and progress are for terminals only; `NO_COLOR` and `FORCE_COLOR` hold. */
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
    // Who ends the input, by Ctrl-D or Ctrl-C, has not agreed.
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
