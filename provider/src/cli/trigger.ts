import { SIGNATURE_HEADER, sign } from "pulumi-ens-receiver";
import { shownUrl } from "../ens/shown-url";
import { urlProblem } from "../validation/url";
import { secureContextOf } from "./check-receiver/connection";
import { adviceFor, describeOutcome, describeResponse, isAcknowledged } from "./check-receiver/describe";
import { SampleEvents } from "./check-receiver/events";
import { LIMITS } from "./check-receiver/limits";
import { type Outcome, send } from "./check-receiver/sender";
import { parseEventType, parseKeyForm, readAuthorities, readSignatureKey, readToken } from "./check-receiver/values";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { JSON_OPTION } from "./shared/options";
import { countOf } from "./shared/table";
import { UsageError } from "./shared/usage-error";
import { type Fields, readData, withData } from "./trigger-data";

/** Largest batch that a callback can have. Source: ENS REST contract §7. */
const MOST = 1000;
const LOCAL_URL = "http://127.0.0.1:8080/ens";

export const trigger = defineCommand(
  {
    name: "trigger",
    summary: "Send a signed sample delivery to a receiver",
    about:
      "Sends one signed delivery of made-up events to a receiver, as ENS does, and reports whether the response " +
      "acknowledges the delivery. The receiver cannot tell these events from real ones. Nothing is sent to ENS. Use `ens " +
      "check-receiver` to test a receiver completely.",
    parameters: [
      {
        name: "url",
        text: `The URL of the receiver: https, or http on this machine, for example ${LOCAL_URL}.`,
        isCheckedByCommand: true,
      },
    ],
    options: {
      type: {
        type: "string",
        value: "type",
        multiple: true,
        text: "The event type, for example EngagementEvents.EmailOpen.",
      },
      count: { type: "string", value: "number", text: "The number of events, 1 to 1000. Default: one of each type." },
      data: {
        type: "string",
        value: "file",
        text: "JSON. The fields of an object replace those of each sample. An array of events is sent unchanged.",
      },
      "key-file": {
        type: "string",
        value: "file",
        text: "The signature key: the key alone, or JSON that Pulumi printed.",
      },
      "key-name": { type: "string", value: "name", text: "The output with the key, when the JSON has several keys." },
      "key-form": { type: "string", value: "form", text: "How the key is used: decoded or text. Default: decoded." },
      "token-file": {
        type: "string",
        value: "file",
        text: "A token of your authorization server, sent as ENS sends it.",
      },
      "ca-file": {
        type: "string",
        value: "file",
        text: "Certificates of additional authorities to trust, in PEM format.",
      },
      ...JSON_OPTION,
    },
    exits: { 0: "The receiver acknowledged the delivery.", 1: "The receiver did not acknowledge the delivery." },
  },
  async ({ values, parameters: [url] }, terminal) => {
    const problem = url === undefined ? undefined : urlProblem(url, { port: true, query: true, loopback: true });
    if (problem !== undefined)
      throw new UsageError(`the URL ${problem}. A local receiver is ${LOCAL_URL}, for example`);
    const types = values.type.map(parseEventType);
    const data = values.data === undefined ? undefined : readData(values.data);
    const key = readSignatureKey(values["key-file"], values["key-name"], terminal.env);
    const missing = [
      ...(url === undefined ? ["<url>"] : []),
      ...(types.length === 0 && !Array.isArray(data) ? ["--type <type>"] : []),
      ...(key === undefined ? ["--key-file <file>"] : []),
    ];
    if (url === undefined || key === undefined || missing.length > 0) throw new UsageError(missingText(missing));
    const events = Array.isArray(data) ? unchanged(data, types, values.count) : samplesOf(types, values.count, data);
    const body = JSON.stringify(events);
    const token = values["token-file"] === undefined ? undefined : readToken("--token-file", values["token-file"]);
    const authorities = values["ca-file"] === undefined ? undefined : readAuthorities(values["ca-file"]);
    const outcome = await send(
      { url: new URL(url), secureContext: secureContextOf(authorities) },
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          [SIGNATURE_HEADER]: sign(body, key, parseKeyForm(values["key-form"])),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body,
      },
      LIMITS.deliveryMs,
    );
    const acknowledged = isAcknowledged(outcome);
    const { milliseconds } = outcome;
    const status = outcome.kind === "answer" ? outcome.status : null;
    const mask = (text: string) =>
      [key, token].reduce<string>((rest, each) => (each ? rest.replaceAll(each, "[secret]") : rest), text);
    const received = describeResponse(outcome, mask);
    const advice = acknowledged ? undefined : adviceOn(outcome, Buffer.byteLength(body));
    const receiver = shownUrl(url);
    if (values.json) {
      printJson(terminal, { receiver, events: events.length, status, milliseconds, acknowledged, received, advice });
    } else {
      const did = mask(describeOutcome(outcome));
      const verdict = acknowledged
        ? terminal.paint("green", "The delivery is acknowledged.")
        : terminal.paint("red", "The delivery is not acknowledged. ENS would send it again.");
      terminal.print(`Sent ${countOf(events.length, "event")} to ${receiver}. The receiver ${did}. ${verdict}`);
      if (advice !== undefined)
        terminal.print(`${received === describeOutcome(outcome) ? "" : `Received: ${received}\n`}To do: ${advice}`);
    }
    return acknowledged ? 0 : 1;
  },
);

/** Names everything that is missing at once. */
function missingText(missing: readonly string[]): string {
  const hints = [
    ...(missing.includes("<url>") ? [`A local receiver is ${LOCAL_URL}, for example`] : []),
    ...(missing.includes("--type <type>") ? ["Run `ens events` to see the event types"] : []),
  ];
  const last = missing.at(-1) ?? "";
  const list = missing.length === 1 ? last : `${missing.slice(0, -1).join(", ")} and ${last}`;
  return [`${list} ${missing.length === 1 ? "is" : "are"} missing`, ...hints].join(". ");
}

function adviceOn(outcome: Outcome, bytes: number): string {
  const isUnreachable = outcome.kind === "broken" && /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(outcome.problem);
  return isUnreachable ? "Start the receiver, or correct the host and port of the URL." : adviceFor(outcome, bytes);
}

function samplesOf(
  types: readonly ReturnType<typeof parseEventType>[],
  count: string | undefined,
  data: Fields | undefined,
): Fields[] {
  const number = count === undefined ? types.length : /^\d{1,4}$/.test(count) ? Number(count) : 0;
  if (number < 1 || number > MOST) throw new UsageError(`--count must be a number from 1 to ${MOST}`);
  return new SampleEvents(types).batch(number).map((sample) => withData(sample, data));
}

/** Returns the events of `--data`. Throws a `UsageError` when another option would change them. */
function unchanged(events: Fields[], types: readonly string[], count: string | undefined): Fields[] {
  if (types.length === 0 && count === undefined) return events;
  throw new UsageError("--data has an array of events, which is sent unchanged. Omit --type and --count");
}
