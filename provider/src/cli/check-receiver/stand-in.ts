import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { VERIFICATION_ROUTES as routes } from "pulumi-ens-receiver/internal";
import { parseJson } from "../../ens/codec";
import { reason } from "../../ens/errors";
import { UsageError } from "../shared/usage-error";
import type { PendingCallback } from "./pending-callback";

/** Credentials of the receiver for the stand-in. They are not secret, because they protect nothing. */
export const CLIENT = { id: "check-client", secret: "check-secret" } as const;
const LARGEST_BYTES = 64 * 1024;
const MESSAGES = { 200: undefined, 400: "callbackId and verificationKey are required.", 404: "Not Found" } as const;

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * Stand-in for ENS on 127.0.0.1 during the verification of one callback: the token endpoint and the callback's routes.
 * Source: ENS REST contract §1.1, §2.3, §2.6, §9.1.
 */
export class StandIn {
  readonly callback: PendingCallback;
  /** Counts of token requests and of requests without valid credentials. */
  readonly signIns = { tokens: 0, refusedCredentials: 0, withoutToken: 0 };
  readonly #token = randomBytes(24).toString("base64url");
  readonly #server = createServer((request, response) => {
    this.#handle(request).then(
      ({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      },
      () => response.destroy(), // the receiver closed the connection early
    );
  });

  constructor(callback: PendingCallback) {
    this.callback = callback;
  }

  /** Listens on 127.0.0.1. Rejects with a `UsageError` when the port is in use. */
  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", (cause) => {
        const problem = `cannot listen on port ${port} (${reason(cause)})`;
        reject(new UsageError(`${problem}. Give another port to --listen`, { cause }));
      });
      this.#server.listen(port, "127.0.0.1", resolve);
    });
  }

  /** Environment variables for the receiver. */
  get settings(): Readonly<Record<string, string>> {
    const url = this.#url;
    return { ENS_REST_URL: url, ENS_AUTH_URL: url, ENS_CLIENT_ID: CLIENT.id, ENS_CLIENT_SECRET: CLIENT.secret };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  get #url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #handle(request: IncomingMessage): Promise<Answer> {
    const { method = "", url = "" } = request;
    const body = await readObject(request);
    if (method === "POST" && url === routes.token) return this.#giveToken(body);
    if (request.headers.authorization !== `Bearer ${this.#token}`) {
      this.signIns.withoutToken += 1;
      return refusal(401, 0, "Not Authorized");
    }
    const { probe, isKnown, isVerified } = this.callback;
    if (method === "POST" && url === routes.verify) {
      const status = await this.callback.verify(body);
      const message = MESSAGES[status];
      return message === undefined ? { status, body: {} } : refusal(status, status === 404 ? 30003 : 10006, message);
    }
    if (method === "GET" && url === `${routes.callbacks}/${probe.callbackId}` && isKnown) {
      const status = isVerified ? "verified" : "unverified";
      return { status: 200, body: { callbackId: probe.callbackId, status } };
    }
    return refusal(404, 30003, "Not Found");
  }

  #giveToken({ grant_type, client_id, client_secret }: Record<string, unknown>): Answer {
    if (grant_type !== "client_credentials" || client_id !== CLIENT.id || client_secret !== CLIENT.secret) {
      this.signIns.refusedCredentials += 1;
      return { status: 401, body: { error: "invalid_client", error_description: "Invalid client ID or secret." } };
    }
    this.signIns.tokens += 1;
    const scope = "event_notification_callback_read event_notification_callback_update";
    const token = { access_token: this.#token, token_type: "Bearer", expires_in: 1079, scope };
    return { status: 200, body: { ...token, rest_instance_url: `${this.#url}/` } };
  }
}

function refusal(status: number, errorcode: number, message: string): Answer {
  return { status, body: { message, errorcode, documentation: "" } };
}

/** Reads the JSON object in a body. Returns an empty object for any other body. */
async function readObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    if (text.length <= LARGEST_BYTES) text += chunk;
  }
  const given = parseJson(text);
  return typeof given === "object" && given !== null && !Array.isArray(given) ? (given as Record<string, unknown>) : {};
}
