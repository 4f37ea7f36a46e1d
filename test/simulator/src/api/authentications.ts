import { requestToken } from "../customer/customer-token";
import type { Store, StoredScheme } from "../store";
import { elementsOrOne, inRequestShape, processElements } from "./elements";
import { type Body, guid, optionalText, text } from "./field";
import { invalid, missing, notFound, Refusal, wrongFormat, wrongType } from "./refusal";
import { type Call, deleted, idInPath, listed, type Reply, type Service } from "./service";

/**
 * Creates auth schemes. Documented: the routes, their purpose, the token request, and that a scheme in use cannot be
 * deleted. Every request format and status here is assumed. Source: ENS REST contract §5.
 */
export async function createScheme(call: Call): Promise<Reply> {
  const answers = await processElements(call, bodiesOf(call), {
    check: (body) => checked(call, body, call.random.uuid("authentication")),
    confirm: (scheme) => requireToken(call, scheme),
    work(scheme) {
      call.store.add("authentications", scheme);
      return shown(call, scheme);
    },
  });
  return { status: 201, body: inRequestShape(call, answers) };
}

/**
 * Replaces all fields of auth schemes. If a scheme gets a new id, the old id no longer exists, and callbacks refer to the
 * old id until they are updated. Assumed. Source: §5.2, §11 #4, #5.
 */
export async function updateScheme(call: Call): Promise<Reply> {
  const bodies = bodiesOf(call);
  if (call.id !== "" && bodies.length > 1) throw invalid("The number of elements");
  const answers = await processElements(call, bodies, {
    check(body) {
      const id = call.id === "" ? guid(text(body, "authId"), "authId") : idInPath(call, "authId");
      const old = call.store.get("authentications", call.mid, id);
      const rotates = call.switches.rotateAuthIdOnPut === "on";
      return {
        old,
        scheme: { ...checked(call, body, rotates ? call.random.uuid("authentication") : old.authId), mid: old.mid },
      };
    },
    confirm: ({ scheme }) => requireToken(call, scheme),
    work({ old, scheme }) {
      // Another request may have deleted the scheme while the token was requested.
      const { authId } = call.store.get("authentications", call.mid, old.authId);
      if (authId !== scheme.authId) call.store.remove("authentications", authId);
      call.store.add("authentications", scheme);
      return shown(call, scheme);
    },
  });
  return { status: 200, body: inRequestShape(call, answers) };
}

/** Fails while callbacks use the scheme: documented. The status and the place of the id are assumed. Source: §11 #4, #6. */
export function deleteScheme(call: Call): Reply {
  if (call.id !== "") return deleteById(call, idInPath(call, "authId"));
  const [body = {}, ...others] = bodiesOf(call);
  if (others.length > 0) throw invalid("The number of elements");
  return deleteById(call, guid(text(body, "authId"), "authId"));
}

/** The bodies of an array or of one object. Assumed. Source: §11 #1. */
function bodiesOf(call: Call): Body[] {
  const { authBodyShape } = call.switches;
  const shape = Array.isArray(call.body) ? "array" : "object";
  if (authBodyShape !== "any" && authBodyShape !== shape) throw wrongType("The body");
  return elementsOrOne(call);
}

function deleteById(call: Call, id: string): Reply {
  return deleted(call, "authentications", id, ({ authId }) => {
    const uses = (store: Store) => store.state.callbacks.some((callback) => callback.authId === authId);
    if (![call.store, call.associations()].some(uses)) return;
    throw new Refusal(Number(call.switches.authInUseStatus), 30002, "Callbacks are associated with the scheme.");
  });
}

/** No document mentions a GET. Source: §11 #3. */
export function getScheme(call: Call): Reply {
  requireReadable(call);
  const scheme = call.store.get("authentications", call.mid, idInPath(call, "authId"));
  return { status: 200, body: shown(call, scheme) };
}

export function listSchemes(call: Call): Reply {
  requireReadable(call);
  return listed(
    call,
    call.store.of("authentications", call.mid).map((scheme) => shown(call, scheme)),
  );
}

function requireReadable({ switches: { authGet } }: Call): void {
  if (authGet === "off") throw notFound();
  if (authGet === "off-405") throw new Refusal(405, 0, "Method Not Allowed");
}

/** The fields of a response. It has no credentials: documented. The name of the id is open. Source: §5.1, §11 #2. */
function shown({ switches: { authIdCase } }: Service, scheme: StoredScheme): Body {
  const { authId, authType, grantType, authUrl } = scheme;
  const id =
    authIdCase === "authID" ? { authID: authId } : authIdCase === "both" ? { authId, authID: authId } : { authId };
  return { ...id, authType, grantType, authUrl };
}

/** The fields are documented, the alias `authEndpoint` only in a diagram. The codes are assumed. Source: §5.1, §11.3 A16, A26. */
function checked(call: Call, body: Body, authId: string): StoredScheme {
  const authType = text(body, "authType");
  if (authType !== "oauth2") throw invalid("authType");
  const grantType = text(body, "grantType");
  if (grantType !== "client_credentials" && grantType !== "password") throw invalid("grantType");
  const authUrl = optionalText(body, "authUrl") ?? optionalText(body, "authEndpoint");
  if (authUrl === undefined) throw missing("authUrl");
  if (URL.parse(authUrl)?.protocol !== "https:") throw wrongFormat("authUrl");
  const client = { clientId: text(body, "clientId"), clientSecret: text(body, "clientSecret") };
  const user = grantType === "password" ? { username: text(body, "username"), password: text(body, "password") } : {};
  const scope = optionalText(body, "scope");
  const optional = scope === undefined ? {} : { scope };
  return { authId, authType, grantType, authUrl, ...client, ...user, ...optional, mid: call.mid };
}

/** Rejects a scheme whose server issues no token: documented. The status is assumed. Source: §5.1, §11 #7. */
async function requireToken(call: Call, scheme: StoredScheme): Promise<void> {
  if (call.switches.callAuthUrl === "off") return;
  if ((await requestToken(call.outbound, scheme)) !== undefined) return;
  const status = Number(call.switches.authRefusedStatus);
  throw new Refusal(status, status === 400 ? 30000 : 0, "The authorization server gave no access token.");
}
