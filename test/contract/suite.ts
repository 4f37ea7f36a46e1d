import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Answers, type Simulator, type SimulatorOptions, startSimulator } from "pulumi-ens-simulator";
import { type Receiver, startReceiver } from "../support/receiver";
import { type ScriptedServer, startLogin } from "../support/scripted";

/** A behavior of ENS, its certainty, and its source. */
export interface Behaviour {
  readonly id: string;
  readonly area: string;
  readonly route: string;
  readonly given: string;
  readonly when: string;
  readonly then: string;
  readonly confidence: "documented" | "observed" | "assumed";
  readonly source: string;
  readonly open_question: number | null;
  readonly switch: {
    readonly name: string;
    readonly default: unknown;
    readonly alternatives: readonly unknown[];
  } | null;
}

/** A documented event type. */
export interface EventType {
  readonly type: string;
  readonly category: string;
  readonly name: string;
  readonly filterKeys: readonly string[];
}

export const { behaviours: BEHAVIOURS, eventTypes: EVENT_TYPES } = JSON.parse(
  readFileSync(join(__dirname, "behaviours.json"), "utf8"),
) as { readonly behaviours: readonly Behaviour[]; readonly eventTypes: readonly EventType[] };

/**
 * Checks one behavior. A case that needs `anywhere` uses only ENS itself, so it runs against a tenant too. A case that needs
 * `simulator` uses the admin API, a switch or the clock.
 */
export interface Case {
  readonly id: string;
  readonly needs: "anywhere" | "simulator";
  /** Options with which the simulator starts. */
  readonly options?: SimulatorOptions;
  readonly run: (ens: Session) => Promise<void>;
}

/** A response of ENS, with its body parsed if it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** The objects of the body: those of an array or of `items`, or the body itself. */
  readonly items: readonly Record<string, unknown>[];
  readonly text: string;
}

/** ENS as a client with one token sees it, and the servers of a customer. */
export interface Session {
  readonly restUrl: string;
  readonly authUrl: string;
  /** Throws when the target is not a simulator. */
  readonly simulator: Simulator;
  /** The receiver at `https://hooks.example.org`. It returns verification keys only if a case says so. */
  readonly receiver: Receiver;
  /** The customer's authorization server, at `https://login.example.org`. */
  readonly login: ScriptedServer;
  /** Sends a request with the session's token or `token`. An object is sent as JSON, a text unchanged. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** Requests a token. `over` overrides fields of the request, and a text is sent unchanged. */
  askToken(over?: object | string): Promise<Answer>;
  /** Returns a new token. `over` overrides fields of the request. */
  token(over?: object): Promise<string>;
  /** Sets switches. At a target that is not a simulator, the case ends here and has passed. */
  turn(changes: Answers): Promise<void>;
  /** Returns a unique name. */
  name(stem: string): string;
  /** Returns a unique URL of the receiver. */
  url(stem: string): string;
}

export interface CallOptions {
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
}

/** Address and credentials of a session. */
interface Place {
  readonly restUrl: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Registers the cases of one area. Each gets its own simulator with a frozen clock. */
export function exercise(cases: readonly Case[]): void {
  test.each(cases.map((one) => [titleOf(one), one] as const))("%s", async (_title, one) => {
    const [receiver, login] = await Promise.all([startReceiver(), startLogin()]);
    const connectTo = { "hooks.example.org": receiver.address, "login.example.org": login.address };
    const simulator = await startSimulator({
      clock: "frozen",
      ...one.options,
      connectTo: { ...connectTo, ...one.options?.connectTo },
    });
    receiver.verifies = false;
    receiver.verifyAt(simulator);
    try {
      await one.run(sessionOf(simulator, receiver, login));
    } finally {
      await simulator.close();
      await Promise.all([receiver.close(), login.close()]);
    }
  });
}

export function titleOf({ id }: Case): string {
  const found = BEHAVIOURS.find((behaviour) => behaviour.id === id);
  if (found === undefined) throw new Error(`there is no behaviour ${id}`);
  return `${id}: ${found.when}: ${found.then}`;
}

/** Creates the session of a client with the default credentials of the simulator. */
export function sessionOf(simulator: Simulator, receiver: Receiver, login: ScriptedServer): Session {
  const { restUrl, authUrl } = simulator;
  const place = { restUrl, authUrl, clientId: "sim-client", clientSecret: "sim-secret" };
  const session = sessionAt(place, { hooks: "https://hooks.example.org", mark: "" });
  const turn: Session["turn"] = async (changes) => void (await simulator.admin.switches(changes));
  return { ...session, simulator, receiver, login, turn };
}

/** Creates a session for any target. URLs of its receiver begin with `hooks`, and all its names contain `mark`. */
export function sessionAt(
  { restUrl, authUrl, clientId, clientSecret }: Place,
  { hooks, mark }: { readonly hooks: string; readonly mark: string },
): Omit<Session, "simulator" | "receiver" | "login" | "turn"> {
  let held: Promise<string> | undefined;
  let names = 0;
  const send = async (url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Answer> => {
    const json = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(url, { method, headers, ...(json === undefined ? {} : { body: json }) });
    return answerOf(response, await response.text());
  };
  const session: ReturnType<typeof sessionAt> = {
    restUrl,
    authUrl,
    async call(method, path, body, { token, headers = {} } = {}) {
      if (token === undefined) held ??= session.token();
      const bearer = token === undefined ? await held : token;
      const own = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
      return send(restUrl + path, method, body, { "content-type": "application/json", ...own, ...headers });
    },
    async askToken(over = {}) {
      const client = {
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        ...(typeof over === "string" ? {} : over),
      };
      const json = { "content-type": "application/json" };
      return send(`${authUrl}/v2/token`, "POST", typeof over === "string" ? over : client, json);
    },
    async token(over = {}) {
      const answer = await session.askToken(over);
      if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`);
      return String(answer.items[0]?.access_token);
    },
    name(stem) {
      names += 1;
      return [stem, mark, names].filter((part) => part !== "").join("-");
    },
    url: (stem) => `${hooks}/${session.name(stem)}`,
  };
  return session;
}

export function answerOf({ status, headers }: Pick<Response, "status" | "headers">, text: string): Answer {
  const body = tryJson(text);
  return { status, headers, text, body, items: itemsOf(body) };
}

function itemsOf(body: unknown): Record<string, unknown>[] {
  if (Array.isArray(body)) return body;
  if (typeof body !== "object" || body === null) return [];
  return "items" in body && Array.isArray(body.items) ? body.items : [body as Record<string, unknown>];
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
