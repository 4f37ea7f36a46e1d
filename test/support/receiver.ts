import { type Received, type ScriptedServer, startScripted } from "./scripted";

export type { Received } from "./scripted";

export const TOKEN_PATH = "/login/token";

/**
 * A customer's receiver: a real HTTP server that verifies itself, without code of the provider. `received` and
 * `answers` concern events. The default response is 202. The receiver also issues tokens, at `TOKEN_PATH`.
 */
export interface Receiver extends ScriptedServer {
  /** Whether the receiver returns verification keys to ENS by itself. */
  verifies: boolean;
  /** Status of the response to a verification request. */
  probeStatus: number;
  readonly probes: Received[];
  /** Runs between a verification request and its response. */
  beforeProbeAnswer: (probe: Received) => Promise<unknown>;
  /** Sets where to return verification keys, once for each client, because a key does not contain its business unit. */
  verifyAt(ens: { readonly restUrl: string; readonly authUrl: string }, clients?: readonly Client[]): void;
  /** Returns all keys that were not returned yet. */
  verifyNow(): Promise<void>;
}

/** A client that requests tokens. Default: the simulator's package in the business unit that owns it. */
export interface Client {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly account_id?: number;
}

/** Starts a receiver. Port 0 selects a free port. */
export async function startReceiver(port = 0): Promise<Receiver> {
  let ens: { restUrl: string; authUrl: string } | undefined;
  let all: readonly Client[] = [];
  let keys: string[] = [];
  const server = await startScripted(
    ({ path }) => (path.endsWith(TOKEN_PATH) ? { access_token: "token", token_type: "Bearer", expires_in: 3600 } : 202),
    (probe, response) => {
      if (!probe.body.includes("verificationKey")) return false;
      receiver.probes.push(probe);
      void receiver.beforeProbeAnswer(probe).then(() => {
        response.writeHead(receiver.probeStatus).end();
        if (receiver.probeStatus === 200) keys.push(probe.body);
        if (receiver.probeStatus === 200 && receiver.verifies) response.once("finish", () => void receiver.verifyNow());
      });
      return true;
    },
    port,
  );
  const receiver: Receiver = Object.assign(server, {
    verifies: true,
    probeStatus: 200,
    probes: [],
    beforeProbeAnswer: () => Promise.resolve(),
    verifyAt: (where: { restUrl: string; authUrl: string }, clients: readonly Client[] = [{}]) => {
      ens = where;
      all = clients;
    },
    async verifyNow() {
      const due = keys;
      keys = [];
      const target = ens;
      if (target === undefined) return;
      const path = "/platform/v1/ens-verify";
      await Promise.all(due.flatMap((key) => all.map((client) => postAgain(target, path, key, client))));
    },
  });
  return receiver;
}

/** Sends a POST to ENS, up to five times while ENS rejects the token, because tokens may expire early. */
export async function postAgain(
  ens: { readonly restUrl: string; readonly authUrl: string },
  path: string,
  body: string,
  client: Client = {},
): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const answer = await post(ens.restUrl + path, body, await tokenOf(ens.authUrl, client));
    if (answer.status !== 401 || tries === 5) return answer;
  }
}

/** Requests a token of the simulator. */
export async function tokenOf(authUrl: string, client: Client = {}): Promise<string> {
  const known = { grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" };
  const answer = await post(`${authUrl}/v2/token`, JSON.stringify({ ...known, ...client }));
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Sends a POST with JSON to the simulator, without the provider's client. */
export function post(url: string, body: string, token?: string): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(url, { method: "POST", headers: { "content-type": "application/json", ...authorization }, body });
}
