import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startSimulator } from "./index";
import { QUESTIONS } from "./questions";
import { alternatives } from "./switches";

const HELP = `A simulator of the Event Notification Service (ENS) of Salesforce Marketing Cloud.

  --port N                  port on 127.0.0.1; 0 takes a free one (default 4010)
  --client-id TEXT          client id that gets tokens (default sim-client)
  --client-secret-file PATH file with its secret (default: the secret is sim-secret)
  --account-id N            business unit (MID) of a token that asks for none (default 7000002)
  --connect-to HOST=ADDRESS where the host of a url really listens, like hooks.example.org=127.0.0.1:9000; repeatable
  --switch NAME=VALUE       settle a question that no document settles; repeatable
  --json                    print one line of JSON when ready
  --help

Switches, the default first:
${(Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[])
  .map((name) => `  ${name.padEnd(26)}${alternatives(name)}`)
  .join("\n")}
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4010" },
    "client-id": { type: "string" },
    "client-secret-file": { type: "string" },
    "account-id": { type: "string" },
    "connect-to": { type: "string", multiple: true, default: [] },
    switch: { type: "string", multiple: true, default: [] },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const secret = values["client-secret-file"];
  const simulator = await startSimulator({
    port: whole(values.port, "--port"),
    ...(values["client-id"] === undefined ? {} : { clientId: values["client-id"] }),
    ...(secret === undefined ? {} : { clientSecret: readFileSync(secret, "utf8").trim() }),
    ...(values["account-id"] === undefined ? {} : { accountId: whole(values["account-id"], "--account-id") }),
    connectTo: pairs(values["connect-to"], "--connect-to"),
    switches: pairs(values.switch, "--switch"),
  });
  const { restUrl, authUrl, adminUrl } = simulator;
  console.log(
    values.json
      ? JSON.stringify({ restUrl, authUrl, adminUrl })
      : `ENS simulator is ready\n  REST   ${restUrl}\n  token  ${authUrl}/v2/token\n  admin  ${adminUrl}/state`,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
}

function whole(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} takes a whole number, not ${text}`);
  return Number(text);
}

function pairs(texts: string[], option: string): Record<string, string> {
  const bad = texts.find((text) => text.indexOf("=") < 1);
  if (bad !== undefined) throw new Error(`${option} takes NAME=VALUE, not ${bad}`);
  return Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]));
}

main().catch((error: unknown) => {
  console.error(`simulator: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
