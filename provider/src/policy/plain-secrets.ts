import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settings } from "../properties/settings";

const SECRETS = Object.entries(settings).flatMap(([name, setting]) => ("secret" in setting ? [name] : []));
/** Matches `  ens:clientSecret: value` as the CLI writes it. An encrypted value is an object on the following lines. */
const PLAIN = new RegExp(`^[ \\t]*"?ens:(${SECRETS.join("|")})"?[ \\t]*:[ \\t]*(?![{&#|>]|$)\\S`, "gm");

/** Returns a message for each unencrypted secret in the configuration of a stack. No message contains the secret. */
export function findPlainSecrets(folder: string): string[] {
  const files = readdirSync(folder).filter((name) => /^Pulumi\..+\.ya?ml$/.test(name));
  return files
    .sort()
    .flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(PLAIN)].map(
        ([, name]) => `ens:${name} is not encrypted in ${file}; run 'pulumi config set --secret ens:${name}'`,
      ),
    );
}
