import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settings } from "../properties/settings";

const SECRETS = Object.entries(settings).flatMap(([name, setting]) => ("secret" in setting ? [name] : []));
/** `  ens:clientSecret: value` as the CLI writes it; an encrypted value is an object on the lines below. */
const PLAIN = new RegExp(`^[ \\t]*"?ens:(${SECRETS.join("|")})"?[ \\t]*:[ \\t]*(?![{&#|>]|$)\\S`, "gm");

/** The secrets that stand in clear in the configuration of a stack. No message repeats them. */
export function findPlainSecrets(folder: string): string[] {
  const files = readdirSync(folder).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name));
  return files
    .sort()
    .flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(PLAIN)].map(
        ([, name]) => `ens:${name} stands in ${file} in clear; run 'pulumi config set --secret ens:${name}'`,
      ),
    );
}
