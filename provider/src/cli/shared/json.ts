import type { Terminal } from "./terminal";

export function printJson(terminal: Terminal, document: object): void {
  terminal.print(JSON.stringify(document, undefined, 2));
}
