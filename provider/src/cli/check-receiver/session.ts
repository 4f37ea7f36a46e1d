import { randomBytes, randomUUID } from "node:crypto";
import { SIGNATURE_HEADER, sign } from "pulumi-ens-receiver";
import type { DocumentedType, Probe } from "pulumi-ens-receiver/internal";
import { secureContextOf } from "./connection";
import { receivedOf } from "./describe";
import { SampleEvents } from "./events";
import type { Limits } from "./limits";
import { PendingCallback } from "./pending-callback";
import type { PullSource } from "./pull";
import { type Message, type Outcome, send, type Target } from "./sender";
import { StandIn } from "./stand-in";

/** What a run is asked to do. */
export interface Task {
  /** The url as it was given. */
  readonly url: string;
  /** Whether plain http to this machine, and a port, are allowed. */
  readonly local: boolean;
  /** How long the receiver may take to start. */
  readonly waitMs?: number;
  readonly key?: string | undefined;
  readonly keyForm: KeyForm;
  /** A valid token of the authorization server, for a callback with an auth scheme. */
  readonly token?: string | undefined;
  /** Certificates of all trusted authorities, in PEM form; those of Node when left out. */
  readonly authorities?: readonly string[] | undefined;
  /** The port of the stand-in for ENS. */
  readonly listen?: number | undefined;
  readonly pull?: PullSource | undefined;
  readonly types: readonly DocumentedType[];
  readonly only?: readonly string[] | undefined;
  readonly skip: readonly string[];
}

/** Whether a key is decoded before it signs, or signs as text. Sources disagree: ENS REST contract §6.2. */
export type KeyForm = "decoded" | "text";

/** What differs from a delivery in order. */
export interface Changes {
  /** A header in place of the right signature; `null` sends none. */
  readonly signature?: string | null;
  /** A header in place of the right token; `null` sends none. */
  readonly authorization?: string | null;
  readonly overMs?: number;
}

const JSON_TYPE = { "content-type": "application/json" };

/** One run: what is known, and everything that was sent. */
export class Session {
  readonly task: Task;
  readonly limits: Limits;
  readonly target: Target;
  readonly probe: Probe;
  readonly standIn: StandIn | undefined;
  readonly events: SampleEvents;
  /** Every outcome, with the id of the check that caused it. */
  readonly outcomes: { readonly checkId: string; readonly outcome: Outcome }[] = [];
  /** The check that is running. */
  checkId = "";
  /** What the host name stands for. */
  addresses: readonly string[] = [];
  #probed: Promise<Outcome> | undefined;

  constructor(task: Task, limits: Limits) {
    this.task = task;
    this.limits = limits;
    this.target = { url: new URL(task.url), secureContext: secureContextOf(task.authorities) };
    // Like those of ENS: a GUID, and 32 bytes in base64. Source: ENS REST contract §2.1, §2.6.
    this.probe = { callbackId: randomUUID(), verificationKey: randomBytes(32).toString("base64") };
    this.standIn = task.listen === undefined ? undefined : new StandIn(new PendingCallback(this.probe, limits));
    this.events = new SampleEvents(task.types);
  }

  /** Posts the probe, once however often it is called, and creates the callback as ENS does. */
  sendProbe(): Promise<Outcome> {
    this.#probed ??= this.#post(JSON.stringify(this.probe), JSON_TYPE, this.limits.probeMs).then((outcome) => {
      if (outcome.kind === "answer" && outcome.status === 200) this.standIn?.callback.create();
      return outcome;
    });
    return this.#probed;
  }

  /** Sends a delivery as ENS does, signed and with the token where there is one, but for the changes. */
  deliver(body: string, changes: Changes = {}): Promise<Outcome> {
    const { overMs } = changes;
    const limitMs = this.limits.deliveryMs + (overMs ?? 0);
    return this.#post(body, this.headersOf(body, changes), limitMs, overMs === undefined ? {} : { overMs });
  }

  headersOf(body: string, { signature, authorization }: Changes = {}): Record<string, string> {
    const { token } = this.task;
    const headers: Record<string, string> = { ...JSON_TYPE };
    const signed = signature === undefined ? this.sign(body) : signature;
    const bearer = authorization === undefined && token !== undefined ? `Bearer ${token}` : authorization;
    if (signed !== null) headers[SIGNATURE_HEADER] = signed;
    if (bearer) headers.authorization = bearer;
    return headers;
  }

  /** With the key of this run unless another one is given. Checks that need a key are skipped without one. */
  sign(body: string, key = this.task.key ?? "", form = this.task.keyForm): string {
    return sign(body, key, form);
  }

  /** What came back, without a secret. */
  shown(outcome: Outcome): string {
    return receivedOf(outcome, (text) => this.mask(text));
  }

  /** Takes every secret of this run out of a text. */
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
