import { SIGNATURE_HEADER, sign } from "pulumi-ens-receiver";
import { shownUrl } from "../ens/shown-url";
import { urlProblem } from "../validation/url";
import { secureContextOf } from "./check-receiver/connection";
import { adviceFor, didOf, isAcknowledged, receivedOf } from "./check-receiver/describe";
import { SampleEvents } from "./check-receiver/events";
import { LIMITS } from "./check-receiver/limits";
import { type Outcome, send } from "./check-receiver/sender";
import { authoritiesIn, keyFormOf, keyOf, tokenIn, typeOf } from "./check-receiver/values";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { JSON_OPTION } from "./shared/options";
import { many } from "./shared/table";
import { UsageError } from "./shared/usage-error";
import { type Fields, readData, withData } from "./trigger-data";

/** The largest batch that a callback can have. Source: ENS REST contract §7. */
const MOST = 1000;

export const trigger = defineCommand(
  {
    name: "trigger",
    summary: "sends a signed sample delivery to a receiver",
    about:
      "Sends one delivery of made-up events to a receiver, signed as ENS signs them, and says whether the answer " +
      "acknowledges it. Nothing is sent to ENS, and the receiver takes the events for real ones. `ens check-receiver` " +
      "judges a receiver in all respects.",
    parameters: [{ name: "url", text: "the url of the receiver: https, or http on this machine" }],
    options: {
      type: {
        type: "string",
        value: "type",
        multiple: true,
        text: "which events, for example EngagementEvents.EmailOpen",
      },
      count: { type: "string", value: "number", text: "how many events, 1 to 1000. Default: one of each type" },
      data: {
        type: "string",
        value: "file",
        text: "JSON: the fields of an object replace those of each sample; an array of events is sent as it is",
      },
      "key-file": { type: "string", value: "file", text: "the signature key: alone, or in JSON as Pulumi prints it" },
      "key-name": { type: "string", value: "name", text: "which key of such JSON, when it has several" },
      "key-form": { type: "string", value: "form", text: "decoded, the default, or text: how the key is used" },
      "token-file": { type: "string", value: "file", text: "a token of your authorization server, sent as ENS does" },
      "ca-file": { type: "string", value: "file", text: "certificates of more authorities, in PEM form" },
      ...JSON_OPTION,
    },
    exits: { 0: "The receiver acknowledged the delivery.", 1: "It did not." },
  },
  async ({ values, parameters: [url = ""] }, terminal) => {
    const problem = urlProblem(url, { port: true, query: true, loopback: true });
    if (problem !== undefined) throw new UsageError(`the url ${problem}`);
    const types = values.type.map(typeOf);
    const data = values.data === undefined ? undefined : readData(values.data);
    const events = Array.isArray(data) ? refuseBoth(data, types, values.count) : samplesOf(types, values.count, data);
    const key = keyOf(values["key-file"], values["key-name"], terminal.env);
    if (key === undefined) throw new UsageError("there is no signature key: give --key-file <file>");
    const body = JSON.stringify(events);
    const token = values["token-file"] === undefined ? undefined : tokenIn("--token-file", values["token-file"]);
    const authorities = values["ca-file"] === undefined ? undefined : authoritiesIn(values["ca-file"]);
    const outcome = await send(
      { url: new URL(url), secureContext: secureContextOf(authorities) },
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          [SIGNATURE_HEADER]: sign(body, key, keyFormOf(values["key-form"])),
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
    const received = receivedOf(outcome, mask);
    const advice = acknowledged ? undefined : adviceOn(outcome, Buffer.byteLength(body));
    const receiver = shownUrl(url);
    if (values.json) {
      printJson(terminal, { receiver, events: events.length, status, milliseconds, acknowledged, received, advice });
    } else {
      const did = mask(didOf(outcome));
      const verdict = acknowledged
        ? terminal.paint("green", "That acknowledges the delivery.")
        : terminal.paint("red", "That does not acknowledge the delivery: ENS would send it again.");
      terminal.print(`${many(events.length, "event")} to ${receiver}: the receiver ${did}. ${verdict}`);
      if (advice !== undefined)
        terminal.print(`${received === didOf(outcome) ? "" : `Answer: ${received}\n`}To do: ${advice}`);
    }
    return acknowledged ? 0 : 1;
  },
);

function adviceOn(outcome: Outcome, bytes: number): string {
  const isNowhere = outcome.kind === "broken" && /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(outcome.problem);
  return isNowhere ? "Check that the receiver runs, and its host and port." : adviceFor(outcome, bytes);
}

function samplesOf(
  types: readonly ReturnType<typeof typeOf>[],
  count: string | undefined,
  data: Fields | undefined,
): Fields[] {
  if (types.length === 0) throw new UsageError("which events is not said: give --type; `ens events` lists the types");
  const number = count === undefined ? types.length : /^\d{1,4}$/.test(count) ? Number(count) : 0;
  if (number < 1 || number > MOST) throw new UsageError(`--count must be a number from 1 to ${MOST}`);
  return new SampleEvents(types).batch(number).map((sample) => withData(sample, data));
}

function refuseBoth(events: Fields[], types: readonly string[], count: string | undefined): Fields[] {
  if (types.length === 0 && count === undefined) return events;
  throw new UsageError("the array of --data is sent as it is, so that --type and --count have no place beside it");
}
