import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describeResources, describeSink, describeStrategies } from "./described.mjs";
import { environmentSchema } from "./environment-schema.mjs";
import { filledIn } from "./markdown.mjs";
import { pulumiSchema } from "./pulumi-schema.mjs";
import { readmeTables, referencePages } from "./reference.mjs";

/**
 * All that is made from the tables of properties, by its path in the repository.
 *
 * @param {string} root
 * @param {{
 *   resources: import("./described.mjs").Tables,
 *   strategies: Record<string, import("./described.mjs").Properties>,
 *   settings: import("./described.mjs").Properties,
 *   eventTypes: import("./property-schema.mjs").Catalogue,
 * }} tables
 * @param {string} readme the README as it is
 * @returns {Record<string, string>}
 */
export function generatedFiles(root, { resources, strategies, settings, eventTypes }, readme) {
  const described = describeResources(root, { ...resources, Provider: settings });
  const provider = described.find(({ name }) => name === "Provider");
  if (provider === undefined) throw new Error("pulumi-ens exports no Provider");
  const sink = resources.Callback?.signatureKeySink?.type;
  const model = {
    resources: described.filter((each) => each !== provider),
    strategies: describeStrategies(root, strategies),
    sink: sink?.is === "shape" ? describeSink(root, sink.properties) : [],
    settings: provider,
  };
  const project = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
  const { version } = JSON.parse(readFileSync(join(root, "provider/package.json"), "utf8"));
  const pages = Object.entries(referencePages(model)).map(([name, text]) => [`docs/reference/${name}`, text]);
  return {
    ...Object.fromEntries(pages),
    "README.md": filledIn(readme, readmeTables(model)),
    "examples/environments/environment.schema.json": json(environmentSchema(model, eventTypes, project)),
    "provider/schema.json": json(pulumiSchema({ ...model, version })),
  };
}

const json = (/** @type {object} */ value) => `${JSON.stringify(value, undefined, 2)}\n`;
