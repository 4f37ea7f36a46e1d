import { readFileSync } from "node:fs";
import { reason } from "./reason";

/** Source of settings. `missing` describes how to set one, in lower case. */
export interface SettingsSource<Name extends string = string> {
  get(name: Name): string | undefined;
  missing(name: Name): string;
}

/** Reads settings from environment variables such as `ENS_CLIENT_ID`. `ENS_CLIENT_ID_FILE` names a file with the value. */
export function environmentSource<Name extends string = string>(env: NodeJS.ProcessEnv): SettingsSource<Name> {
  return {
    get(setting) {
      const name = variableName(setting);
      const path = env[`${name}_FILE`];
      return env[name] || (path ? readSettingFile(`${name}_FILE`, path) : undefined);
    },
    missing: (setting) => `export ${variableName(setting)} (or ${variableName(setting)}_FILE)`,
  };
}

/** Returns the environment variable of a setting: `ENS_CLIENT_ID` for `clientId`. */
export function variableName(setting: string): string {
  return `ENS_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function readSettingFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new Error(`cannot read the file in ${name}: ${reason(cause)}`, { cause });
  }
}
