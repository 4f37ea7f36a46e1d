import { randomBytes } from "node:crypto";
import { type Answers, QUESTIONS } from "pulumi-ens-simulator";
import { type Receiver, startReceiver, TOKEN_PATH } from "../support/receiver";
import { type Answer, answerOf, type Case, type Session, sessionAt } from "./suite";

/** Some ENS that is no simulator of this process: a tenant, or a simulator that is treated like one. */
export interface Target {
  readonly restUrl: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where ENS finds the receiver, and the port of this machine where it listens. Without, no callback can be made. */
  readonly receiver?: { readonly url: string; readonly port: number };
}

/** The target that the environment names; `undefined` without one. */
export function targetOf(env: NodeJS.ProcessEnv): Target | undefined {
  const { ENS_PARITY_REST: restUrl, ENS_PARITY_AUTH: authUrl, ENS_CLIENT_ID, ENS_CLIENT_SECRET } = env;
  if (restUrl === undefined || authUrl === undefined) return undefined;
  const { ENS_PARITY_RECEIVER: url, ENS_PARITY_LISTEN: port } = env;
  const receiver = url === undefined || port === undefined ? {} : { receiver: { url, port: Number(port) } };
  return { restUrl, authUrl, clientId: ENS_CLIENT_ID ?? "", clientSecret: ENS_CLIENT_SECRET ?? "", ...receiver };
}

/** Why a case cannot run at a target. The text begins with a mark that the report looks for. */
export class NotTestable extends Error {
  constructor(reason: string) {
    super(`NOT TESTABLE: ${reason}`);
  }
}

/** Thrown where a case would turn a switch: what it says of the service as it is has been shown. */
class Shown extends Error {}

/** The answers are those that the simulator starts with, so the service is taken to be so already. */
function isDefault(changes: Answers): boolean {
  return Object.entries(changes).every(([name, answer]) => {
    const question = QUESTIONS[name as keyof typeof QUESTIONS];
    if (!("choices" in question)) return answer === ("number" in question ? question.number : undefined);
    const text = answer === true ? "on" : answer === false ? "off" : String(answer);
    return text === question.choices[0];
  });
}

/** Runs one case at a target, and deletes what it left behind. */
export async function runAt(target: Target, { id, run }: Case): Promise<void> {
  const receiver = target.receiver === undefined ? undefined : await startReceiver(target.receiver.port);
  if (receiver !== undefined) receiver.verifies = false;
  const visit = new Visit(target, receiver);
  try {
    await run(visit.session);
  } catch (error) {
    if (!(error instanceof Shown)) throw error;
    if (expect.getState().assertionCalls === 0) throw new Error(`${id} turns a switch before it asserts anything`);
  } finally {
    await visit.cleanUp();
    await receiver?.close();
  }
}

const LOGIN = "https://login.example.org/token";
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const CALLBACKS = "/platform/v1/ens-callbacks";
const SUBSCRIPTIONS = "/platform/v1/ens-subscriptions";
const SCHEMES = "/platform/v1/ens-authentications";

/** One case's session at a target. It changes nothing that it did not make. */
class Visit {
  readonly session: Session;
  readonly #call: Session["call"];
  readonly #receiver: Receiver | undefined;
  readonly #login: string | undefined;
  /** In all names and urls of this visit. */
  readonly #mark = randomBytes(4).toString("hex");
  readonly #made = new Map<string, string>();

  constructor(target: Target, receiver: Receiver | undefined) {
    const needed = <Thing>(thing: Thing | undefined, what: string): Thing => {
      if (thing === undefined) throw new NotTestable(`it needs ${what}`);
      return thing;
    };
    const prefix = target.receiver?.url.replace(/\/$/, "");
    const plain = sessionAt(target, { hooks: prefix ?? "https://none.invalid", mark: this.#mark });
    this.#call = plain.call;
    this.#receiver = receiver;
    this.#login = prefix && prefix + TOKEN_PATH;
    const session: Omit<Session, "simulator" | "receiver" | "login"> = {
      ...plain,
      call: (method, path, body, given) => this.#watched(method, path, body, given),
      turn: (changes) => (isDefault(changes) ? Promise.resolve() : Promise.reject(new Shown())),
      url: (stem) => `${needed(prefix, "a receiver")}/${plain.name(stem)}`,
    };
    this.session = Object.defineProperties(session as Session, {
      simulator: { get: () => needed(undefined, "the simulator's admin API") },
      receiver: { get: () => needed(receiver, "a receiver") },
      login: { get: () => needed(undefined, "an authorization server that answers as it is told") },
    });
  }

  /** The authorization server of the cases is, at a target, the receiver under another path. */
  async #watched(...[method, path, body, given]: Parameters<Session["call"]>): Promise<Answer> {
    const plain = typeof body === "string" ? body : JSON.stringify(body);
    if (plain?.includes(LOGIN) && this.#login === undefined) throw new NotTestable("it needs a receiver");
    const text = plain?.replaceAll(LOGIN, this.#login ?? LOGIN);
    if (method !== "GET") await this.#mustNotTouch(`${path} ${text}`);
    const answer = await this.#call(method, path, text, given);
    if (method === "POST" || method === "PUT") this.#note(answer);
    return this.#login === undefined ? answer : answerOf(answer, answer.text.replaceAll(this.#login, LOGIN));
  }

  /** Ids in a change are of objects made here, or of none. */
  async #mustNotTouch(request: string): Promise<void> {
    for (const id of new Set(request.match(GUID)?.map((each) => each.toLowerCase()))) {
      // Some are known by the probe before the answer of the create.
      if (this.#made.has(id) || this.#receiver?.probes.some((probe) => probe.body.includes(id))) continue;
      for (const collection of [CALLBACKS, SUBSCRIPTIONS]) {
        const { status } = await this.#call("GET", `${collection}/${id}`);
        if (status === 200) throw new Error(`${collection}/${id} was not made here; it is left alone`);
      }
    }
  }

  #note({ items, text }: Answer): void {
    for (const item of items) {
      const { subscriptionId, authId = item.authID, callbackId } = item;
      if (typeof subscriptionId === "string") this.#made.set(subscriptionId.toLowerCase(), SUBSCRIPTIONS);
      else if (typeof authId === "string") this.#made.set(authId.toLowerCase(), SCHEMES);
      else if (typeof callbackId === "string") this.#made.set(callbackId.toLowerCase(), CALLBACKS);
    }
    // A failed probe leaves a callback behind and tells its id. Documented. Source: ENS REST contract §2.1.
    const orphan = /CallbackId is ([0-9a-f-]{36})/i.exec(text)?.[1];
    if (orphan !== undefined) this.#made.set(orphan.toLowerCase(), CALLBACKS);
  }

  /** Subscriptions first, then callbacks, then schemes; also those of which no answer told. */
  async cleanUp(): Promise<void> {
    const listed = await this.#call("GET", CALLBACKS);
    for (const item of listed.items) {
      if (JSON.stringify(item).includes(this.#mark)) this.#made.set(String(item.callbackId).toLowerCase(), CALLBACKS);
    }
    for (const [id, collection] of [...this.#made]) {
      if (collection !== CALLBACKS) continue;
      const attached = await this.#call("GET", `/platform/v1/ens-subscriptions-by-cb/${id}`);
      for (const item of attached.items) {
        if (typeof item.subscriptionId === "string") this.#made.set(item.subscriptionId.toLowerCase(), SUBSCRIPTIONS);
      }
    }
    const left: string[] = [];
    for (const collection of [SUBSCRIPTIONS, CALLBACKS, SCHEMES]) {
      for (const [id, of] of this.#made) {
        if (of !== collection) continue;
        const { status } = await this.#call("DELETE", `${collection}/${id}`);
        if (![200, 202, 204, 404].includes(status)) left.push(`${collection}/${id} (${status})`);
      }
    }
    if (left.length > 0) throw new Error(`could not be deleted: ${left.join(", ")}`);
  }
}
