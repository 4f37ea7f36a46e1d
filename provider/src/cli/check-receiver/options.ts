import type { Options, ValuesOf } from "../shared/options";
import { JSON_OPTION } from "../shared/options";
import { UsageError } from "../shared/usage-error";
import { CHECKS } from "./checks/index";
import { isWanted } from "./judge";
import type { Task } from "./session";
import { CLIENT } from "./stand-in";
import {
  parseCheckIds,
  parseEventType,
  parseKeyForm,
  parsePort,
  parsePullSource,
  parseWait,
  readAuthorities,
  readSignatureKey,
  readToken,
  requireWritable,
} from "./values";

export const OPTIONS = {
  "key-file": {
    type: "string",
    value: "file",
    text:
      "A signature key that the receiver knows: the key alone, or JSON that `pulumi stack output --json --show-secrets` " +
      "printed. Default: ENS_CHECK_KEY_FILE.",
  },
  "key-name": { type: "string", value: "name", text: "The output with the key, when the JSON has several keys." },
  "key-form": {
    type: "string",
    value: "form",
    text: "How the key is used: decoded or text. The sources on ENS disagree. Default: decoded.",
  },
  listen: {
    type: "string",
    value: "port",
    text:
      "Run a stand-in for ENS on 127.0.0.1 at this port, for a receiver that sends its verification key to ENS. The " +
      `receiver needs ENS_REST_URL and ENS_AUTH_URL = http://127.0.0.1:PORT, ENS_CLIENT_ID = ${CLIENT.id}, ENS_CLIENT_SECRET = ${CLIENT.secret}.`,
  },
  "pull-url": {
    type: "string",
    value: "url",
    text: "The URL at which the receiver returns its verification keys. {callbackId} stands for the id.",
  },
  "pull-token-file": { type: "string", value: "file", text: "The bearer token for --pull-url." },
  "token-file": {
    type: "string",
    value: "file",
    text: "A valid token of your authorization server, for a callback with an auth scheme.",
  },
  type: {
    type: "string",
    value: "type",
    multiple: true,
    text: "The event type to send, for example EngagementEvents.EmailOpen. Default: all event types.",
  },
  only: {
    type: "string",
    value: "id,id",
    multiple: true,
    text: "Run only these checks, and url and reach.",
  },
  skip: { type: "string", value: "id,id", multiple: true, text: "Do not run these checks." },
  local: { type: "boolean", text: "Allow http to this machine, and a port. ENS allows neither." },
  wait: {
    type: "string",
    value: "seconds",
    text: "How long to wait for the receiver to start. Default: 0.",
  },
  "ca-file": {
    type: "string",
    value: "file",
    text: "Certificates of additional authorities to trust, in PEM format. NODE_EXTRA_CA_CERTS applies, too.",
  },
  ...JSON_OPTION,
  junit: { type: "string", value: "file", text: "Also write the results to this file, as JUnit XML." },
  strict: { type: "boolean", text: "Count warnings and skipped checks as failures." },
} as const satisfies Options;

/** Builds the task of a command line. Throws a `UsageError`. */
export function taskOf(url: string, values: ValuesOf<typeof OPTIONS>, env: NodeJS.ProcessEnv): Task {
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== "https:" && protocol !== "http:") throw new UsageError("the URL must begin with https://");
  if (values.listen !== undefined && values["pull-url"] !== undefined) {
    throw new UsageError("--listen and --pull-url exclude each other. Give one of them");
  }
  const task: Task = {
    url,
    local: values.local,
    waitMs: parseWait(values.wait ?? "0"),
    key: readSignatureKey(values["key-file"], values["key-name"], env),
    keyForm: parseKeyForm(values["key-form"]),
    token: values["token-file"] === undefined ? undefined : readToken("--token-file", values["token-file"]),
    authorities: values["ca-file"] === undefined ? undefined : readAuthorities(values["ca-file"]),
    listen: values.listen === undefined ? undefined : parsePort(values.listen),
    pull: parsePullSource(values["pull-url"], values["pull-token-file"]),
    types: values.type.map(parseEventType),
    only: values.only.length === 0 ? undefined : parseCheckIds("--only", values.only),
    skip: parseCheckIds("--skip", values.skip),
  };
  if (!CHECKS.some(({ id }) => isWanted(id, task))) throw new UsageError("--only and --skip leave no check to run");
  if (values.junit !== undefined) requireWritable(values.junit);
  return task;
}
