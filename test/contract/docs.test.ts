import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as simulator from "pulumi-ens-simulator";
import { filledIn } from "../../scripts/docs/markdown.ts";
import { parityPage, sections } from "../../scripts/docs/simulator.ts";
import { BEHAVIOURS } from "./suite";

const DOCS = resolve(__dirname, "../../docs");
const page = (name: string) => readFileSync(join(DOCS, name), "utf8");

/** The formatter aligns the columns of tables. */
const plain = (text: string) => text.replace(/-{3,}/g, "---").replace(/ +/g, " ");

test("the generated parts of the simulator's pages are current (npm run docs updates them)", async () => {
  const behaviours = [...BEHAVIOURS];
  const parts = sections(simulator, behaviours);
  const text = page("simulator.md");
  for (const name of Object.keys(parts)) expect(text).toContain(`<!-- generated: ${name} -->`);
  expect(plain(text)).toBe(plain(filledIn(text, parts)));
  expect(page("simulator-parity.md")).toBe(parityPage(behaviours));
});
