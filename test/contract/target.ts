import { randomBytes } from "node:crypto";
import { type Answers, QUESTIONS } from "pulumi-ens-simulator";
import { type Receiver, startReceiver, TOKEN_PATH } from "../support/receiver";
import { type Answer, answerOf, type Case, type Session, sessionAt } from "./suite";

/** An ENS outside this process: a tenant, or a simulator that stands for a tenant. */
export interface Target {
  readonly restUrl: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** URL under which ENS reaches the receiver, and its local port. Without it, no callback can be created. */
  readonly receiver?: { readonly url: string; readonly port: number };
}

/** Returns the target of the environment, or `undefined` without one. */
export function targetOf(env: NodeJS.ProcessEnv): Target | undefined {
  const { ENS_PARITY_REST: restUrl, ENS_PARITY_AUTH: authUrl, ENS_CLIENT_ID, ENS_CLIENT_SECRET } = env;
  if (restUrl === undefined || authUrl === undefined) return undefined;
  const { ENS_PARITY_RECEIVER: url, ENS_PARITY_LISTEN: port } = env;
  const receiver = url === undefined || port === undefined ? {} : { receiver: { url, port: Number(port) } };
  return { restUrl, authUrl, clientId: ENS_CLIENT_ID ?? "", clientSecret: ENS_CLIENT_SECRET ?? "", ...receiver };
}

/** Says why a case cannot run at a target. The text begins with a mark that the report searches for. */
export class NotTestable extends Error {
  constructor(reason: string) {
    super(`NOT TESTABLE: ${reason}`);
  }
}

/** Thrown where a case would set a switch. By then the case has checked the service with its default answers. */
class Shown extends Error {}

/** Returns whether the switches equal the defaults, which the service is assumed to have. */
function isDefault(changes: Answers): boolean {
  return Object.entries(changes).every(([name, answer]) => {
    const question = QUESTIONS[name as keyof typeof QUESTIONS];
    if (!("choices" in question)) return answer === ("number" in question ? question.number : undefined);
    const text = answer === true ? "on" : answer === false ? "off" : String(answer);
    return text === question.choices[0];
  });
}

/** Runs one case at a target, and deletes the objects that it leaves behind. */
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

/** The session of one case at a target. It changes only objects that it created. */
class Visit {
  readonly session: Session;
  readonly #call: Session["call"];
  readonly #receiver: Receiver | undefined;
  readonly #login: string | undefined;
  /** Part of all names and URLs of this session. */
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

  /** At a target, the receiver also serves as the authorization server, under another path. */
  async #watched(...[method, path, body, given]: Parameters<Session["call"]>): Promise<Answer> {
    const plain = typeof body === "string" ? body : JSON.stringify(body);
    if (plain?.includes(LOGIN) && this.#login === undefined) throw new NotTestable("it needs a receiver");
    const text = plain?.replaceAll(LOGIN, this.#login ?? LOGIN);
    if (method !== "GET") await this.#mustNotTouch(`${path} ${text}`);
    const answer = await this.#call(method, path, text, given);
    if (method === "POST" || method === "PUT") this.#note(answer);
    return this.#login === undefined ? answer : answerOf(answer, answer.text.replaceAll(this.#login, LOGIN));
  }

  /** Asserts that a change refers only to objects of this session, or to unknown ids. */
  async #mustNotTouch(request: string): Promise<void> {
    for (const id of new Set(request.match(GUID)?.map((each) => each.toLowerCase()))) {
      // The verification request reveals some ids before the create responds.
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
    // A failed verification request leaves a callback behind, and its error contains the id. Documented. Source: ENS REST contract §2.1.
    const orphan = /CallbackId is ([0-9a-f-]{36})/i.exec(text)?.[1];
    if (orphan !== undefined) this.#made.set(orphan.toLowerCase(), CALLBACKS);
  }

  /** Deletes subscriptions, then callbacks, then auth schemes, including those whose create had no response. */
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
