import { randomUUID } from "node:crypto";
import { requestToken } from "../customer/customer-token";
import type { StoredScheme } from "../store";
import { arrayOf, type Body, guid, objectOf, optionalText, text } from "./field";
import { invalid, notFound, Refusal, wrongFormat } from "./refusal";
import { type Call, deleted, listed, type Reply, type Service } from "./service";

/**
 * Auth schemes. That the routes exist, what they are for, that a token is asked for and that schemes in use stay is
 * documented; every shape and status here is assumed. Source: ENS REST contract §5.
 */
export async function createScheme(call: Call): Promise<Reply> {
  const schemes = bodiesOf(call).map((body) => checked(call, body, randomUUID()));
  for (const scheme of schemes) await mustGiveToken(call, scheme);
  for (const scheme of schemes) call.store.add("authentications", scheme);
  return { status: 201, body: mirrored(call, schemes) };
}

/** The whole scheme is given anew. Assumed. Source: §5.2. */
export async function updateScheme(call: Call): Promise<Reply> {
  const pairs = bodiesOf(call).map((body) => {
    const id = guid(text(body, "authId"), "authId");
    const old = call.store.get("authentications", call.mid, id);
    const rotates = call.switches.rotateAuthIdOnPut === "on";
    return { old, scheme: checked(call, body, rotates ? randomUUID() : old.authId) };
  });
  for (const { scheme } of pairs) await mustGiveToken(call, scheme);
  for (const { old, scheme } of pairs) {
    for (const callback of call.store.of("callbacks", call.mid)) {
      if (callback.authId === old.authId) callback.authId = scheme.authId;
    }
    call.store.remove("authentications", old.authId);
    call.store.add("authentications", scheme);
  }
  return {
    status: 200,
    body: mirrored(
      call,
      pairs.map(({ scheme }) => scheme),
    ),
  };
}

/** Fails while callbacks use it: documented; the status is assumed. Source: §5.1, §11 #6. */
export function deleteScheme(call: Call): Reply {
  const { authId } = call.store.get("authentications", call.mid, guid(call.id, "authId"));
  if (call.store.of("callbacks", call.mid).some((callback) => callback.authId === authId)) {
    throw new Refusal(Number(call.switches.authInUseStatus), 30002, "Callbacks are associated with the scheme.");
  }
  call.store.remove("authentications", authId);
  return deleted(call);
}

/** No document names a GET. Source: §11 #3. */
export function getScheme(call: Call): Reply {
  offered(call);
  const scheme = call.store.get("authentications", call.mid, guid(call.id, "authId"));
  return { status: 200, body: shown(call, scheme) };
}

export function listSchemes(call: Call): Reply {
  offered(call);
  return listed(
    call,
    call.store.of("authentications", call.mid).map((scheme) => shown(call, scheme)),
  );
}

function offered({ switches: { authGet } }: Call): void {
  if (authGet === "off") throw notFound();
  if (authGet === "off-405") throw new Refusal(405, 0, "Method Not Allowed");
}

const bodiesOf = ({ body }: Call): Body[] => (Array.isArray(body) ? arrayOf(body, 50) : [objectOf(body)]);

function mirrored(call: Call, schemes: StoredScheme[]): unknown {
  const bodies = schemes.map((scheme) => shown(call, scheme));
  return Array.isArray(call.body) ? bodies : bodies[0];
}

/** Credentials are not in answers: documented. Source: §5.1. */
function shown({ switches: { authIdCase } }: Service, scheme: StoredScheme): Body {
  const { authId, authType, grantType, authUrl } = scheme;
  const id =
    authIdCase === "authID" ? { authID: authId } : authIdCase === "both" ? { authId, authID: authId } : { authId };
  return { ...id, authType, grantType, authUrl };
}

function checked(call: Call, body: Body, authId: string): StoredScheme {
  const authType = text(body, "authType");
  if (authType !== "oauth2") throw invalid("authType");
  const grantType = text(body, "grantType");
  if (grantType !== "client_credentials" && grantType !== "password") throw invalid("grantType");
  const authUrl = optionalText(body, "authUrl") ?? text(body, "authEndpoint");
  if (URL.parse(authUrl)?.protocol !== "https:") throw wrongFormat("authUrl");
  const client = { clientId: text(body, "clientId"), clientSecret: text(body, "clientSecret") };
  const user = grantType === "password" ? { username: text(body, "username"), password: text(body, "password") } : {};
  const scope = optionalText(body, "scope");
  const optional = scope === undefined ? {} : { scope };
  return { authId, authType, grantType, authUrl, ...client, ...user, ...optional, mid: call.mid };
}

async function mustGiveToken(call: Call, scheme: StoredScheme): Promise<void> {
  if (call.switches.callAuthUrl === "off") return;
  if ((await requestToken(call.outbound, scheme)) === undefined) {
    throw new Refusal(400, 30000, "The authorization server gave no access token.");
  }
}
