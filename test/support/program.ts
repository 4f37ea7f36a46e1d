import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** The first line that a program prints. Rejects when it ends without one. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error("the program's output is not read");
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the program ended with ${code} before it was ready`)));
  });
}
