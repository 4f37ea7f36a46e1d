import type { Terminal } from "./terminal";

/** Prints a document as indented JSON on stdout. */
export function printJson(terminal: Terminal, document: object): void {
  terminal.print(JSON.stringify(document, undefined, 2));
}
