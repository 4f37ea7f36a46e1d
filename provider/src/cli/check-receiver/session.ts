import { randomBytes, randomUUID } from "node:crypto";
import { SIGNATURE_HEADER, sign } from "pulumi-ens-receiver";
import type { DocumentedType, Probe } from "pulumi-ens-receiver/internal";
import { secureContextOf } from "./connection";
import { describeResponse } from "./describe";
import { SampleEvents } from "./events";
import type { Limits } from "./limits";
import { PendingCallback } from "./pending-callback";
import type { PullSource } from "./pull";
import { type Message, type Outcome, send, type Target } from "./sender";
import { StandIn } from "./stand-in";

/** Input of one run of the command. */
export interface Task {
  /** The URL as it was given. */
  readonly url: string;
  /** Whether http to this machine and a port are allowed. */
  readonly local: boolean;
  /** How long to wait for the receiver to start, in milliseconds. */
  readonly waitMs?: number;
  readonly key?: string | undefined;
  readonly keyForm: KeyForm;
  /** A valid token of the authorization server, for a callback with an auth scheme. */
  readonly token?: string | undefined;
  /** Certificates of all trusted authorities, in PEM format. Default: those of Node. */
  readonly authorities?: readonly string[] | undefined;
  /** The port of the stand-in for ENS. */
  readonly listen?: number | undefined;
  readonly pull?: PullSource | undefined;
  readonly types: readonly DocumentedType[];
  readonly only?: readonly string[] | undefined;
  readonly skip: readonly string[];
}

/** Whether the signature is computed with the decoded key or with its text. Sources disagree: ENS REST contract §6.2. */
export type KeyForm = "decoded" | "text";

/** Differences from a correct delivery. */
export interface Changes {
  /** A header instead of the correct signature. `null` omits the header. */
  readonly signature?: string | null;
  /** A header instead of the correct token. `null` omits the header. */
  readonly authorization?: string | null;
  /** The duration of the body in milliseconds. */
  readonly overMs?: number;
}

const JSON_TYPE = { "content-type": "application/json" };

/** State of one run: its task, and all requests to the receiver with their outcomes. */
export class Session {
  readonly task: Task;
  readonly limits: Limits;
  readonly target: Target;
  readonly probe: Probe;
  readonly standIn: StandIn | undefined;
  readonly events: SampleEvents;
  /** Every outcome, with the id of the check that caused it. */
  readonly outcomes: { readonly checkId: string; readonly outcome: Outcome }[] = [];
  /** The id of the running check. */
  checkId = "";
  /** The addresses of the host. */
  addresses: readonly string[] = [];
  #probed: Promise<Outcome> | undefined;

  constructor(task: Task, limits: Limits) {
    this.task = task;
    this.limits = limits;
    this.target = { url: new URL(task.url), secureContext: secureContextOf(task.authorities) };
    // The same formats as in ENS: a GUID, and 32 bytes in base64. Source: ENS REST contract §2.1, §2.6.
    this.probe = { callbackId: randomUUID(), verificationKey: randomBytes(32).toString("base64") };
    this.standIn = task.listen === undefined ? undefined : new StandIn(new PendingCallback(this.probe, limits));
    this.events = new SampleEvents(task.types);
  }

  /** Sends the verification request, only once per run, and then creates the callback as ENS does. */
  sendProbe(): Promise<Outcome> {
    this.#probed ??= this.#post(JSON.stringify(this.probe), JSON_TYPE, this.limits.probeMs).then((outcome) => {
      if (outcome.kind === "answer" && outcome.status === 200) this.standIn?.callback.create();
      return outcome;
    });
    return this.#probed;
  }

  /** Sends a delivery as ENS does, with the signature and the token, except for the changes. */
  deliver(body: string, changes: Changes = {}): Promise<Outcome> {
    const { overMs } = changes;
    const limitMs = this.limits.deliveryMs + (overMs ?? 0);
    return this.#post(body, this.headersOf(body, changes), limitMs, overMs === undefined ? {} : { overMs });
  }

  /** Returns the headers of a delivery. */
  headersOf(body: string, { signature, authorization }: Changes = {}): Record<string, string> {
    const { token } = this.task;
    const headers: Record<string, string> = { ...JSON_TYPE };
    const signed = signature === undefined ? this.sign(body) : signature;
    const bearer = authorization === undefined && token !== undefined ? `Bearer ${token}` : authorization;
    if (signed !== null) headers[SIGNATURE_HEADER] = signed;
    if (bearer) headers.authorization = bearer;
    return headers;
  }

  /** Signs a body, by default with the key of this run. Without a key, the checks that call this are skipped. */
  sign(body: string, key = this.task.key ?? "", form = this.task.keyForm): string {
    return sign(body, key, form);
  }

  /** Describes an outcome without secrets. */
  shown(outcome: Outcome): string {
    return describeResponse(outcome, (text) => this.mask(text));
  }

  /** Replaces every secret of this run in a text. */
  mask(text: string): string {
    const { key, token, pull } = this.task;
    const secrets = [key, token, pull?.token, this.probe.verificationKey].filter((each) => each !== undefined);
    const spellings = secrets.flatMap((each) => [each, encodeURIComponent(each), JSON.stringify(each).slice(1, -1)]);
    return spellings
      .filter(({ length }) => length >= 4)
      .reduce((rest, each) => rest.replaceAll(each, "[secret]"), text);
  }

  async #post(
    body: string,
    headers: Record<string, string>,
    limitMs: number,
    more: Partial<Message> = {},
  ): Promise<Outcome> {
    const { checkId } = this;
    const outcome = await send(this.target, { method: "POST", headers, body, ...more }, limitMs);
    this.outcomes.push({ checkId, outcome });
    return outcome;
  }
}
