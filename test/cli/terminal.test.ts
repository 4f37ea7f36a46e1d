import { processTerminal } from "../../provider/src/cli/shared/terminal";

let written: string;
const { isTTY } = process.stderr;
beforeEach(() => {
  written = "";
  const keep = (text: string | Uint8Array) => {
    written += String(text);
    return true;
  };
  jest.spyOn(process.stderr, "write").mockImplementation(keep);
  jest.spyOn(console, "log").mockImplementation((text: string) => keep(`out: ${text}\n`));
  jest.spyOn(console, "error").mockImplementation((text: string) => keep(`err: ${text}\n`));
});
afterEach(() => {
  process.stderr.isTTY = isTTY;
  jest.restoreAllMocks();
});

test("progress is one line on a terminal, and is cleared before any other output", () => {
  process.stderr.isTTY = true;
  const terminal = processTerminal();
  terminal.progress("one");
  terminal.progress("two");
  terminal.note("line");
  terminal.print("document");
  const clear = "\r\u001b[K";
  expect(written).toBe(`${clear}ens: one …${clear}ens: two …${clear}err: line\nout: document\n`);
});

test("without a terminal, there is no progress and no question", () => {
  process.stderr.isTTY = false;
  const terminal = processTerminal();
  terminal.progress("one");
  terminal.print("document");
  expect(terminal.ask).toBeUndefined();
  expect(written).toBe("out: document\n");
});
