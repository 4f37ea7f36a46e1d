import * as pulumi from "@pulumi/pulumi";
import { tables } from "../properties";
import { referencesOf } from "../properties/facts";
import { programError } from "./program-error";

/** Arguments that accept a resource, and the property that each of them sets. */
const REFERENCES: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(tables).map(referencesOf));
/** Paths in `replaceOnChanges` that match a resource that the last run did not finish. */
const UNFINISHED = ["*", "#initerror"];
/** Options of Pulumi's own plugin, which runs all dynamic resources, or of a provider. */
const PLUGIN_OPTIONS = {
  version:
    "selects the version of Pulumi's own plugin; remove it, because package.json selects the version of pulumi-ens",
  pluginDownloadURL: "is the URL of Pulumi's own plugin, which is part of the CLI; remove it",
  envVarMappings: "applies only to providers; remove it",
} as const;

/**
 * Throws for resource options that cannot work, and warns about those that have no effect. docs/pulumi-options.md lists
 * all options.
 */
export function rejectOptions(kind: string, name: string, options: pulumi.CustomResourceOptions): void {
  const reject = (option: string, why: string) => {
    throw programError(kind, name, `the resource option ${option} ${why}`);
  };
  if (options.import !== undefined) {
    const way =
      kind === "AuthScheme"
        ? "remove it to create a new scheme, and replace the old authId in the callbacks"
        : 'use adopt: "always" for one object, or `npx ens import` for a whole business unit';
    reject("import", `is not supported by Pulumi's dynamic resources; ${way}`);
  }
  if (options.deletedWith !== undefined) {
    const why = "because ENS never deletes an object together with another one, and the object would stay in ENS";
    reject(
      "deletedWith",
      `is not possible, ${why}; remove the option, or use retainOnDelete to keep the object in ENS`,
    );
  }
  if (options.deleteBeforeReplace && kind === "AuthScheme") {
    const way = "remove the option, so that the callbacks get the new scheme before the old one is deleted";
    reject("deleteBeforeReplace", `is not possible, because ENS does not delete an auth scheme in use; ${way}`);
  }
  for (const option of Object.keys(PLUGIN_OPTIONS) as (keyof typeof PLUGIN_OPTIONS)[]) {
    if (options[option] !== undefined) reject(option, PLUGIN_OPTIONS[option]);
  }
  for (const path of options.ignoreChanges ?? []) {
    const property = REFERENCES[rootOf(path)];
    if (property !== undefined) reject("ignoreChanges", `names ${path}, which is not a property; use ${property}`);
  }
  for (const message of findIneffective(options)) {
    pulumi.log.warn(`${kind} "${name}": the resource option ${message}`).catch(() => {});
  }
}

function findIneffective({ replaceOnChanges = [], customTimeouts }: pulumi.CustomResourceOptions): string[] {
  const none = "has no effect on Pulumi's dynamic resources";
  const unfinished = replaceOnChanges.find((path) => UNFINISHED.includes(path));
  const effect = "only replaces a resource that the last run did not finish, like an unverified callback; remove it";
  return [
    ...(unfinished === undefined ? [] : [`replaceOnChanges with "${unfinished}" ${effect}`]),
    ...(replaceOnChanges.length > 0 && unfinished === undefined
      ? [`replaceOnChanges ${none}; run 'pulumi up --replace <urn>' to replace the resource`]
      : []),
    ...(customTimeouts === undefined
      ? []
      : [`customTimeouts ${none}; use verification.timeout to limit the wait for a callback`]),
  ];
}

/** Returns the paths in `ignoreChanges` that lead into one of these properties. */
export function pathsInto(
  properties: readonly string[],
  options: pulumi.CustomResourceOptions | undefined,
): string[] | undefined {
  const paths = options?.ignoreChanges?.filter((path) => {
    const root = rootOf(path);
    return properties.includes(root) && path !== root && path !== `["${root}"]`;
  });
  return paths?.length ? paths : undefined;
}

/**
 * Returns the first property of a path, for example `filters` for `filters.key`, `filters[0]` and `["filters"].key`.
 */
function rootOf(path: string): string {
  const [, quoted] = /^\["(.*?)"\]/.exec(path) ?? [];
  return quoted ?? path.split(/[.[]/, 1)[0] ?? "";
}
