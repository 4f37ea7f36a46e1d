import * as pulumi from "@pulumi/pulumi";
import { tables } from "../properties";
import { referencesOf } from "../properties/facts";
import { programError } from "./program-error";

/** Arguments that take a resource, and the property that they become. */
const REFERENCES: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(tables).map(referencesOf));
/** Stands for "the last run did not finish it" among `replaceOnChanges`, as `*` does besides. */
const UNFINISHED = ["*", "#initerror"];
/** They say something about Pulumi's own plugin, which carries all dynamic resources, or about a provider. */
const OF_PLUGIN = {
  version: "is the version of Pulumi's own plugin; remove it, package.json says which pulumi-ens this is",
  pluginDownloadURL: "is the address of Pulumi's own plugin, which comes with the CLI; remove it",
  envVarMappings: "is for providers; remove it",
} as const;

/**
 * Refuses resource options that cannot do what they say, and warns of those that do nothing.
 * The table of all options is in docs/pulumi-options.md.
 */
export function refuseOptions(kind: string, name: string, options: pulumi.CustomResourceOptions): void {
  const refuse = (option: string, why: string) => {
    throw programError(kind, name, `the resource option ${option} ${why}`);
  };
  if (options.import !== undefined) {
    const way =
      kind === "AuthScheme"
        ? "remove it, so that another scheme is created, and give that to the callbacks in place of the old authId"
        : 'adopt: "always" takes over one object, and `npx ens import` a whole business unit';
    refuse("import", `does not work with dynamic resources of Pulumi; ${way}`);
  }
  if (options.deletedWith !== undefined) {
    const lost = "ENS deletes no object together with another one, so it would stay in ENS and leave the state";
    refuse("deletedWith", `is not possible: ${lost}; remove the option, or use retainOnDelete if it shall stay`);
  }
  if (options.deleteBeforeReplace && kind === "AuthScheme") {
    const way = "remove the option, and the callbacks get the new scheme before the old one is deleted";
    refuse("deleteBeforeReplace", `is not possible: ENS deletes no auth scheme that a callback uses; ${way}`);
  }
  for (const option of Object.keys(OF_PLUGIN) as (keyof typeof OF_PLUGIN)[]) {
    if (options[option] !== undefined) refuse(option, OF_PLUGIN[option]);
  }
  for (const path of options.ignoreChanges ?? []) {
    const property = REFERENCES[rootOf(path)];
    if (property !== undefined) refuse("ignoreChanges", `cannot name ${path}, which is no property; write ${property}`);
  }
  for (const message of withoutEffect(options)) {
    pulumi.log.warn(`${kind} "${name}": the resource option ${message}`).catch(() => {});
  }
}

function withoutEffect({ replaceOnChanges = [], customTimeouts }: pulumi.CustomResourceOptions): string[] {
  const none = "has no effect on dynamic resources of Pulumi";
  const unfinished = replaceOnChanges.find((path) => UNFINISHED.includes(path));
  const anew = "only creates anew what a run could not finish, like a callback that is not verified yet; remove it";
  return [
    ...(unfinished === undefined ? [] : [`replaceOnChanges with "${unfinished}" ${anew}`]),
    ...(replaceOnChanges.length > 0 && unfinished === undefined
      ? [`replaceOnChanges ${none}; use \`pulumi up --replace <urn>\` when it shall be replaced`]
      : []),
    ...(customTimeouts === undefined
      ? []
      : [`customTimeouts ${none}; verification.timeout says how long a callback may take`]),
  ];
}

/** The paths among `ignoreChanges` that lead into one of these properties. */
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

/** The property that a path begins with: `filters.key`, `filters[0]` and `["filters"].key` begin with `filters`. */
function rootOf(path: string): string {
  const [, quoted] = /^\["(.*?)"\]/.exec(path) ?? [];
  return quoted ?? path.split(/[.[]/, 1)[0] ?? "";
}
