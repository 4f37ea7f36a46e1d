import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Properties } from "../../provider/src/properties/types.js";
import { describeResources, describeSink, describeStrategies, type Tables } from "./described.ts";
import { environmentSchema } from "./environment-schema.ts";
import { filledIn } from "./markdown.ts";
import type { Catalogue } from "./property-schema.ts";
import { pulumiSchema } from "./pulumi-schema.ts";
import { readmeTables, referencePages } from "./reference.ts";

/**
 * Returns all files that are generated from the tables of properties, by their path in the repository.
 *
 * @param readme the current README
 */
export function generatedFiles(
  root: string,
  {
    resources,
    strategies,
    settings,
    eventTypes,
  }: {
    resources: Tables;
    strategies: Record<string, Properties>;
    settings: Properties;
    eventTypes: Catalogue;
  },
  readme: string,
): Record<string, string> {
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

const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;
