import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { createReceiver, parseSignatureKeys, type SignatureKeys } from "pulumi-ens-receiver";
import { toNodeListener } from "pulumi-ens-receiver/node";

// PORT                 the port on 127.0.0.1, behind your https proxy. 0 selects a free port.
// SIGNATURE_KEYS_FILE  what `pulumi stack output --json --show-secrets` prints: a key, or an object of keys by any names.
//                      The file may be written later, because the receiver must run before ENS creates the first key.
// TOKEN_KEYS_URL       the public keys of your authorization server (JWKS). Without this variable, no token is required.
// TOKEN_ISSUER         the required issuer of the token
// ENS_…                the credentials for ENS, to return verification keys. See the README of pulumi-ens.

const { PORT = "8080", SIGNATURE_KEYS_FILE, TOKEN_KEYS_URL, TOKEN_ISSUER } = process.env;

const receiver = createReceiver({
  // The file is read for each delivery, because `pulumi up` may have created a new key.
  keys: readKeys,
  // Put the events into your queue here. ENS gets the response when this resolves, and waits for 3 s.
  enqueue: (events, { url }) => {
    console.log(`${url}: ${events.map(({ eventCategoryType }) => eventCategoryType).join(", ")}`);
  },
  ...(TOKEN_KEYS_URL ? { authorize: tokenCheck(new URL(TOKEN_KEYS_URL)) } : {}),
  log: console.log,
});

function readKeys(): SignatureKeys {
  if (SIGNATURE_KEYS_FILE === undefined || !existsSync(SIGNATURE_KEYS_FILE)) return [];
  const given = parseJson(readFileSync(SIGNATURE_KEYS_FILE, "utf8"));
  if (typeof given === "string") return given;
  if (typeof given === "object" && given !== null) return Object.values(given);
  throw new Error("the file that SIGNATURE_KEYS_FILE names has no JSON of keys in it");
}

/** Parses JSON without the error of `JSON.parse`, which would repeat a part of the key. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tokenCheck(keysUrl: URL): (token: string | undefined) => Promise<boolean> {
  const tokenKeys = createRemoteJWKSet(keysUrl);
  const issuer = TOKEN_ISSUER === undefined ? {} : { issuer: TOKEN_ISSUER };
  return async (token = "") => {
    try {
      await jwtVerify(token, tokenKeys, issuer);
      return true;
    } catch (error) {
      console.log(`the token is not valid: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  };
}

// An invalid key stops the receiver at its start, where somebody notices the error.
const known = parseSignatureKeys(readKeys());
const server = createServer(toNodeListener(receiver));
server.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${(server.address() as AddressInfo).port}`);
  if (known.length === 0) console.log("there is no signature key yet: ENS gets a 503 for a delivery, and repeats it");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
