import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export const HELP = `Runs the contract against an ENS, and tells which of its behaviours hold there.

  npm run parity -- --rest URL --auth URL [options]

  --rest URL                  origin of the REST routes, like https://mc….rest.marketingcloudapis.com
  --auth URL                  origin of the token endpoint
  --receiver URL              public https address, without port and query, by which ENS reaches --listen on this
                              machine; without it nothing that needs a callback can be tested
  --listen PORT               where the receiver listens; whatever ends TLS for --receiver passes requests on to it
  --client-secret-file FILE   the package's secret, if it is not in ENS_CLIENT_SECRET
  --only START                behaviours whose ids start so; repeatable
  --report FOLDER             where parity.md and parity.json go (default .cache/parity)

The client id is in ENS_CLIENT_ID. The package needs all permissions of Event Notifications. What the run makes it
deletes; it changes nothing else. Exit code: 0 nothing is refuted, 1 something is, 2 it could not run.
`;

export interface Settings {
  rest: string;
  auth: string;
  receiver?: string;
  listen?: string;
  only: string[];
  report: string;
  clientId: string;
  clientSecret: string;
}

/** Reads the command line and the environment. Throws an error that names a missing setting and the ways to set it. */
export function settingsOf(args: string[], env: NodeJS.ProcessEnv) {
  if (args.some((arg) => /^--client-secret(=|$)/.test(arg))) {
    throw new Error("a secret on a command line can be read by others; use --client-secret-file or ENS_CLIENT_SECRET");
  }
  const { values } = parseArgs({
    args,
    options: {
      rest: { type: "string" },
      auth: { type: "string" },
      receiver: { type: "string" },
      listen: { type: "string" },
      "client-secret-file": { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      report: { type: "string", default: ".cache/parity" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const { receiver, listen, only, report, "client-secret-file": file } = values;
  if ((receiver === undefined) !== (listen === undefined)) throw new Error("give --receiver and --listen, or neither");
  if (receiver !== undefined && !/^https:\/\/[^/:?#]+(\/[^?#]*)?$/.test(receiver)) {
    throw new Error(`--receiver takes an https address without port and query, not ${receiver}`);
  }
  const secret = file === undefined ? env.ENS_CLIENT_SECRET : readFileSync(file, "utf8").trim();
  const settings: Settings = {
    rest: given(values.rest, "--rest").replace(/\/$/, ""),
    auth: given(values.auth, "--auth").replace(/\/$/, ""),
    only,
    report,
    clientId: given(env.ENS_CLIENT_ID, "ENS_CLIENT_ID"),
    clientSecret: given(secret, "--client-secret-file or ENS_CLIENT_SECRET"),
    ...(receiver === undefined ? {} : { receiver }),
    ...(listen === undefined ? {} : { listen }),
  };
  return settings;
}

function given(value: string | undefined, name: string) {
  if (value === undefined || value === "") throw new Error(`${name} is missing; --help shows all`);
  return value;
}
