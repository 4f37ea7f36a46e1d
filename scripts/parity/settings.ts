import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export const HELP = `Runs the contract against an ENS, and reports which of its behaviors hold there.

  npm run parity -- --rest URL --auth URL [options]

  --rest URL                  origin of the REST routes, like https://mc….rest.marketingcloudapis.com
  --auth URL                  origin of the token endpoint
  --receiver URL              public https URL, without port and query, from which ENS reaches --listen on this
                              machine. Without this option, behaviors of callbacks are not testable.
  --listen PORT               port of the receiver. The TLS endpoint of --receiver must forward requests to this port.
  --client-secret-file FILE   the secret of the installed package, if ENS_CLIENT_SECRET is not set
  --only START                only behaviors whose ids start with this text. The option can be repeated.
  --report FOLDER             folder for parity.md and parity.json (default .cache/parity)

Set ENS_CLIENT_ID to the client id. The installed package needs all permissions of Event Notifications. The run deletes
the objects that it creates, and changes nothing else. Exit codes: 0 no behavior is refuted, 1 a behavior is refuted,
2 the run failed.
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
    throw new Error(
      "a secret on the command line is visible to others. Use --client-secret-file or ENS_CLIENT_SECRET.",
    );
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
  if ((receiver === undefined) !== (listen === undefined))
    throw new Error("set both --receiver and --listen, or neither of them");
  if (receiver !== undefined && !/^https:\/\/[^/:?#]+(\/[^?#]*)?$/.test(receiver)) {
    throw new Error(`--receiver must be an https URL without port and query, not ${receiver}`);
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
  if (value === undefined || value === "") throw new Error(`${name} is missing. Use --help to see all options.`);
  return value;
}
