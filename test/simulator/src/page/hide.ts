import type { Message } from "../http/journal";
import type { World } from "../world";

const HIDDEN = "(hidden)";

/** Headers that contain credentials. */
const HEADERS: ReadonlySet<string> = new Set(["authorization", "proxy-authorization", "cookie", "set-cookie"]);

/** Fields of bodies and parameters of queries that always hold a secret. */
const NAMES = [
  ...["access_token", "refresh_token", "id_token", "client_secret", "password"],
  ...["clientSecret", "signatureKey", "verificationKey"],
].join("|");
/** Matches also in truncated JSON. */
const IN_JSON = new RegExp(`("(?:${NAMES})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*(?:"|$)`, "gi");
const IN_FORM = new RegExp(`((?:^|[?&])(?:${NAMES})=)[^&]*`, "gi");
/** Matches keys, tokens and most passwords. */
const WORD = /[\w+/-]{6,}={0,2}/g;

/** Hides secrets in a text: the values of fields that hold secrets, and the secrets that the simulator knows. */
export function hideSecrets(text: string, secrets: ReadonlySet<string>): string {
  return text
    .replace(IN_JSON, `$1"${HIDDEN}"`)
    .replace(IN_FORM, `$1${HIDDEN}`)
    .replace(WORD, (word) => (secrets.has(word) ? HIDDEN : word));
}

/** Hides secrets in headers and body. */
export function withoutSecrets({ headers, body }: Message, secrets: ReadonlySet<string>): Message {
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    HEADERS.has(name) ? HIDDEN : hideSecrets(value, secrets),
  ]);
  return { headers: Object.fromEntries(shown), body: hideSecrets(body, secrets) };
}

/** Returns all secrets that the simulator knows. */
export function secretsOf({ store, packages, tokens }: World): ReadonlySet<string> {
  const { callbacks, authentications } = store.state;
  const all = [
    ...callbacks.flatMap(({ signatureKey, verificationKey, previousKey }) => [
      signatureKey,
      verificationKey,
      previousKey?.signatureKey,
    ]),
    ...authentications.flatMap(({ clientSecret, password }) => [clientSecret, password]),
    ...packages.state.map(({ clientSecret }) => clientSecret),
    ...tokens.grants.map(([token]) => token),
  ];
  return new Set(all.filter((each) => each !== undefined));
}
