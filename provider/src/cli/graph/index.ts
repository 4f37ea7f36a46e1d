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
    summary: "draws schemes, callbacks and subscriptions",
    about:
      "Draws which auth scheme leads to which callback, and which callback to which subscriptions, coloured by status. " +
      "GitHub and GitLab draw Mermaid in Markdown; an SVG goes anywhere, in light and dark. Of urls only hosts are shown.",
    options: {
      format: { type: "string", value: "format", text: "mermaid, the default, or svg" },
      out: { type: "string", value: "file", text: "writes into this file in place of stdout" },
      json: { ...JSON_OPTION.json, text: "prints the boxes as one JSON document, in place of a drawing" },
    },
    callsEns: true,
    exits: { 0: "The graph is drawn.", 1: "ENS could not be read." },
  },
  async ({ values: { format = "mermaid", out, json } }, terminal) => {
    if (!FORMATS.includes(format)) throw new UsageError(`--format must be ${FORMATS.join(" or ")}`);
    if (json && out !== undefined) throw new UsageError("--json goes to stdout; give either --json or --out");
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
