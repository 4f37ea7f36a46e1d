import { parseArgs } from "node:util";
import { nearest } from "../../validation/nearest";
import { CHECKS } from "./checks/index";
import { isWanted } from "./judge";
import type { Task } from "./session";
import { UsageError } from "./usage-error";
import {
  authoritiesIn,
  idsOf,
  keyFormOf,
  keyOf,
  portOf,
  pullOf,
  refuseUnwritable,
  tokenIn,
  typeOf,
  waitOf,
} from "./values";

export interface Options {
  readonly task: Task;
  readonly json: boolean;
  readonly junit: string | undefined;
  readonly strict: boolean;
}

const OPTIONS = {
  "ca-file": { type: "string" },
  help: { type: "boolean" },
  json: { type: "boolean" },
  junit: { type: "string" },
  "key-file": { type: "string" },
  "key-form": { type: "string" },
  "key-name": { type: "string" },
  listen: { type: "string" },
  local: { type: "boolean" },
  only: { type: "string", multiple: true },
  "pull-token-file": { type: "string" },
  "pull-url": { type: "string" },
  skip: { type: "string", multiple: true },
  strict: { type: "boolean" },
  "token-file": { type: "string" },
  type: { type: "string", multiple: true },
  wait: { type: "string", default: "0" },
} as const;

/** Options that somebody may try, and which would show a secret in the list of processes. */
const SECRETS: Readonly<Record<string, string>> = {
  key: "key-file",
  "signature-key": "key-file",
  secret: "key-file",
  token: "token-file",
  bearer: "token-file",
  "bearer-token": "token-file",
  "pull-token": "pull-token-file",
  "pull-bearer": "pull-token-file",
};

/** What the command line asks for; `undefined` when that is help. Throws a `UsageError`. */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [url, ...more] = positionals;
  if (url === undefined) throw new UsageError("the url of the receiver is missing");
  if (more.length > 0) throw new UsageError(`one url is checked at a time, and ${positionals.length} were given`);
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== "https:" && protocol !== "http:") throw new UsageError("the url must begin with https://");
  if (values.listen !== undefined && values["pull-url"] !== undefined) {
    throw new UsageError("--listen and --pull-url are two ways for one key; give one of them");
  }
  const task: Task = {
    url,
    local: values.local ?? false,
    waitMs: waitOf(values.wait),
    key: keyOf(values["key-file"], values["key-name"], env),
    keyForm: keyFormOf(values["key-form"]),
    token: values["token-file"] === undefined ? undefined : tokenIn("--token-file", values["token-file"]),
    authorities: values["ca-file"] === undefined ? undefined : authoritiesIn(values["ca-file"]),
    listen: values.listen === undefined ? undefined : portOf(values.listen),
    pull: pullOf(values["pull-url"], values["pull-token-file"]),
    types: (values.type ?? []).map(typeOf),
    only: values.only === undefined ? undefined : idsOf("--only", values.only),
    skip: idsOf("--skip", values.skip ?? []),
  };
  if (!CHECKS.some(({ id }) => isWanted(id, task))) throw new UsageError("--skip leaves no check");
  if (values.junit !== undefined) refuseUnwritable(values.junit);
  return { task, json: values.json ?? false, junit: values.junit, strict: values.strict ?? false };
}

function parse(args: string[]) {
  for (const arg of args) {
    const name = /^--([a-z-]+)/.exec(arg)?.[1] ?? "";
    const file = Object.hasOwn(SECRETS, name) ? SECRETS[name] : undefined;
    if (file === undefined) continue;
    throw new UsageError(`--${name} would show a secret in the list of processes; write it into a file for --${file}`);
  }
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(problemOf(cause as Error), { cause });
  }
}

/** Node's first sentence says it; the rest is about arguments that begin with a dash. */
function problemOf({ message }: Error): string {
  const [, dashes, unknown] = /^Unknown option '(--?)([^']*)'/.exec(message) ?? [];
  if (unknown === undefined) return (message.split(/\.?\n|\. /)[0] ?? message).replace(/^O/, "o");
  const [meant] = nearest(unknown, Object.keys(OPTIONS));
  return `there is no option ${dashes}${unknown}${meant === undefined ? "" : `; --${meant} may be meant`}`;
}
