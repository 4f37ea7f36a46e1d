import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { COMMANDS, DESCRIBED } from "../../provider/src/cli/commands";
import * as help from "../../provider/src/cli/shared/help";
import { cliSections } from "../../scripts/docs/cli.ts";
import { filledIn } from "../../scripts/docs/markdown.ts";

const PAGE = readFileSync(join(resolve(__dirname, "../../docs"), "cli.md"), "utf8");

/** The formatter aligns the columns of tables. */
const plain = (text: string) => text.replace(/-{3,}/g, "---").replace(/ +/g, " ");

test("docs/cli.md has the current options and exit codes (update it with npm run docs)", async () => {
  const parts = cliSections(
    DESCRIBED.map(({ description }) => description),
    help,
  );
  for (const name of Object.keys(parts)) expect(PAGE).toContain(`<!-- generated: ${name} -->`);
  expect(plain(PAGE)).toBe(plain(filledIn(PAGE, parts)));
});

test("docs/cli.md has a section for each command", () => {
  for (const name of COMMANDS.keys()) expect(PAGE).toMatch(new RegExp(`^## ${name}$`, "m"));
});
