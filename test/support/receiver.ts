import { type Received, type ScriptedServer, startScripted } from "./scripted";

export type { Received } from "./scripted";

export const TOKEN_PATH = "/login/token";

/**
 * A customer's webhook: a real HTTP server that verifies itself, with none of the provider's code. `received` and
 * `answers` are about events; usually it answers 202. It gives tokens too, at `TOKEN_PATH`.
 */
export interface Receiver extends ScriptedServer {
  /** Whether it gives the keys back to ENS by itself. */
  verifies: boolean;
  /** How it answers the probe. */
  probeStatus: number;
  readonly probes: Received[];
  /** What it does between the arrival of a probe and the answer. */
  beforeProbeAnswer: (probe: Received) => Promise<unknown>;
  /** Where to give keys back: as each of these clients, since a key says nothing about its business unit. */
  verifyAt(ens: { readonly restUrl: string; readonly authUrl: string }, clients?: readonly Client[]): void;
  /** Gives back all keys that are still here. */
  verifyNow(): Promise<void>;
}

/** Who asks for a token: the simulator's package by default, in the business unit that owns it. */
export interface Client {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly account_id?: number;
}

/** `port` 0 takes a free one. */
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

/** Somebody's POST to ENS, up to five times while its token is refused: tokens end early on a bad day. */
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

/** A token of the simulator. */
export async function tokenOf(authUrl: string, client: Client = {}): Promise<string> {
  const known = { grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" };
  const answer = await post(`${authUrl}/v2/token`, JSON.stringify({ ...known, ...client }));
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Somebody's POST of JSON to the simulator, without the provider's client. */
export function post(url: string, body: string, token?: string): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(url, { method: "POST", headers: { "content-type": "application/json", ...authorization }, body });
}
