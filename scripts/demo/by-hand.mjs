import { delimiter } from "node:path";
import { say } from "./report.mjs";
import { COMMANDS } from "./stack.mjs";
import { ROOT } from "./world.mjs";

/** Prints commands to paste into another terminal while everything runs. @param {import("./world.mjs").World} world */
export function printUsage({ env, configFile, folder, adminUrl }) {
  const { IDP_CLIENT_SECRET: _, PATH = "", ...rest } = env;
  // The PATH of the other terminal follows the two folders that the demo puts first.
  const path = `${PATH.split(delimiter).slice(0, 2).join(delimiter)}${delimiter}$PATH`;
  const lines = [
    ...Object.entries({ ...rest, PATH: path }).map(([name, value]) => `export ${name}="${value}"`),
    `export IDP_CLIENT_SECRET="$(cat "${folder}/idp-client-secret")"`,
  ];
  say("Everything keeps running until you press Ctrl-C. Paste this into another terminal:\n");
  for (const line of [`cd "${ROOT}"`, ...lines]) say(line);
  say(`\nThen, for example:\n\npulumi ${COMMANDS.up.join(" ")} --stack dev --config-file "${configFile}"`);
  say(`curl ${adminUrl}/state\n`);
}
