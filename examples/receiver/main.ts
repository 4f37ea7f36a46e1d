import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import {
  completeHandshake,
  parseProbe,
  parseSignatureKeys,
  type SignatureKeys,
  verifySignature,
} from "pulumi-ens/receiver";

// A receiver for ENS: gives verification keys back and takes deliveries that are signed and carry a valid token.
//
// PORT                 where to listen on 127.0.0.1, behind your proxy that speaks https; 0 takes a free one
// SIGNATURE_KEYS_FILE  JSON object of signature keys, one for each callback that delivers here, like what
//                      `pulumi stack output signatureKeys --json --show-secrets` prints in examples/environment;
//                      it may come later than the receiver, which has to run before ENS makes the first key
// TOKEN_KEYS_URL       the public keys of your authorization server (JWKS); without it, no token is asked for
// TOKEN_ISSUER         who must have issued the token
// ENS_…                how to sign in to ENS, to give verification keys back: see the README of pulumi-ens

const { PORT = "8080", SIGNATURE_KEYS_FILE, TOKEN_KEYS_URL, TOKEN_ISSUER } = process.env;
const LARGEST_BYTES = 4 * 1024 * 1024;
const tokenKeys = TOKEN_KEYS_URL ? createRemoteJWKSet(new URL(TOKEN_KEYS_URL)) : undefined;

const server = createServer((request, response) => {
  answer(request).then(
    ({ status, after }) => {
      // ENS waits for the answer before it stores the callback: first the 200, then the key.
      if (after !== undefined) response.once("finish", () => void after());
      response.writeHead(status).end();
    },
    (error: unknown) => {
      console.error(`failed: ${reason(error)}`);
      response.writeHead(500).end();
    },
  );
});

async function answer(request: IncomingMessage): Promise<{ status: number; after?: () => Promise<void> }> {
  if (request.method !== "POST") return { status: 405 };
  const body = await read(request);
  if (body === undefined) return { status: 413 };
  const probe = parseProbe(json(body));
  if (probe !== undefined) return { status: 200, after: () => verify(probe) };

  // Without a key, or with one that cannot be right, this throws: a 500, whose reason is in the log.
  const signed = verifySignature({ body, signature: request.headers["x-sfmc-ens-signature"], keys: keys() });
  const token = signed ? await tokenProblem(request.headers.authorization) : "not looked at";
  // What is not signed may say anything: it does not get into the log.
  const what = signed ? types(body) : "something";
  const valid = signed ? "valid" : "not valid";
  console.log(`${request.url}: ${what}, signature ${valid}, bearer token ${token ?? "valid"}`);
  // Queue the events here and answer at once: ENS waits for 3 s.
  return { status: signed && (token === undefined || tokenKeys === undefined) ? 204 : 401 };
}

async function verify(probe: { callbackId: string; verificationKey: string }): Promise<void> {
  try {
    await completeHandshake(probe);
    console.log(`callback ${probe.callbackId} is verified`);
  } catch (error) {
    console.error(`callback ${probe.callbackId} is not verified: ${reason(error)}`);
  }
}

/** Read each time, because `pulumi up` may have made a new key. */
function keys(): SignatureKeys {
  if (SIGNATURE_KEYS_FILE === undefined || !existsSync(SIGNATURE_KEYS_FILE)) return [];
  // `pulumi stack output signatureKey --json`, of the quick start, prints one key alone.
  const given = json(readFileSync(SIGNATURE_KEYS_FILE)) as Record<string, string> | string | undefined;
  if (!given) throw new Error("the file that SIGNATURE_KEYS_FILE names has no JSON object of keys in it");
  return typeof given === "string" ? given : Object.values(given);
}

/** Why the token of a delivery does not count; `undefined` when it does. */
async function tokenProblem(authorization: string | undefined): Promise<string | undefined> {
  if (tokenKeys === undefined) return "not asked for";
  const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return "missing";
  const issuer = TOKEN_ISSUER === undefined ? {} : { issuer: TOKEN_ISSUER };
  return jwtVerify(token, tokenKeys, issuer).then(
    () => undefined,
    (error: unknown) => `not valid: ${reason(error)}`,
  );
}

async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BYTES) chunks.push(chunk);
  }
  return size > LARGEST_BYTES ? undefined : Buffer.concat(chunks);
}

function types(body: Buffer): string {
  const events: unknown = json(body);
  if (!Array.isArray(events)) return "no events";
  return events.map((event: { eventCategoryType?: unknown }) => String(event?.eventCategoryType)).join(", ");
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

// A key that cannot be right ends the receiver here, where somebody looks.
const known = parseSignatureKeys(keys());
server.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${(server.address() as AddressInfo).port}`);
  if (known.length === 0)
    console.log("there is no signature key yet: a delivery is answered with 500, and ENS repeats it");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
