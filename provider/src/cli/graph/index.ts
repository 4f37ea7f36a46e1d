import { writeFileSync } from "node:fs";
import { reason } from "../../ens/errors";
import { defineCommand } from "../shared/define-command";
import { printJson } from "../shared/json";
import { withRun } from "../shared/open-run";
import { JSON_OPTION } from "../shared/options";
import { readUnit } from "../shared/read-unit";
import { UsageError } from "../shared/usage-error";
import { mermaidOf } from "./mermaid";
import { graphOf } from "./model";
import { svgOf } from "./svg";

const FORMATS = ["mermaid", "svg"];

export const graph = defineCommand(
  {
    name: "graph",
    summary: "Draw auth schemes, callbacks and subscriptions as a graph",
    about:
      "Draws the auth schemes, callbacks and subscriptions of the business unit as a graph, colored by status. The format " +
      "is Mermaid, which GitHub and GitLab render in Markdown, or SVG for light and dark pages. URLs are shortened to their " +
      "hosts.",
    options: {
      format: { type: "string", value: "format", text: "mermaid or svg. Default: mermaid." },
      out: { type: "string", value: "file", text: "Write to this file instead of stdout." },
      json: { ...JSON_OPTION.json, text: "Print the nodes as one JSON document instead of a drawing." },
    },
    callsEns: true,
    exits: { 0: "The graph was written.", 1: "ENS could not be read." },
  },
  async ({ values: { format = "mermaid", out, json } }, terminal) => {
    if (!FORMATS.includes(format)) throw new UsageError(`--format must be ${FORMATS.join(" or ")}`);
    if (json && out !== undefined) throw new UsageError("--json writes to stdout. Give either --json or --out");
    const found = graphOf(await withRun(terminal, (run) => readUnit(run, terminal)));
    if (json) {
      printJson(terminal, found);
      return 0;
    }
    const text = format === "svg" ? svgOf(found) : mermaidOf(found);
    if (out === undefined) {
      terminal.print(text);
      return 0;
    }
    try {
      writeFileSync(out, `${text}\n`);
    } catch (cause) {
      throw new UsageError(`cannot write the file that --out names: ${reason(cause)}`, { cause });
    }
    terminal.note(`ens: wrote ${out}`);
    return 0;
  },
);
