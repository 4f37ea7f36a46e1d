import type { StoredScheme } from "pulumi-ens-simulator";
import { GUID, refusal, SCHEMES, state } from "./steps";
import type { Answer, Case, Session } from "./suite";

export const PASSWORD_GRANT = { grantType: "password", username: "made-up-user", password: "made-up-password" };
/** A URL without a server. */
export const DEAD = { connectTo: { "dead.example.org": "127.0.0.1:1" } };
export const DEAD_URL = "https://dead.example.org/token";

/** A request for an auth scheme that the authorization server accepts. */
export const wantedScheme = (ens: Session, over: object = {}) => ({
  authType: "oauth2",
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  clientId: ens.name("client"),
  clientSecret: "made-up-secret",
  ...over,
});

/** The fields of the request that responses show. */
export const visible = (authId: unknown = expect.stringMatching(GUID), over: object = {}) => ({
  authId,
  authType: "oauth2",
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  ...over,
});

export const post = (ens: Session, over: object = {}): Promise<Answer> =>
  ens.call("POST", SCHEMES, wantedScheme(ens, over));

/** Creates an auth scheme. Returns its id. */
export async function schemeOf(ens: Session, over: object = {}): Promise<string> {
  const answer = await post(ens, over);
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 201, text: expect.any(String) });
  return String(answer.items[0]?.authId);
}

export const put = (ens: Session, authId: string, over: object = {}): Promise<Answer> =>
  ens.call("PUT", SCHEMES, wantedScheme(ens, { authId, ...over }));

export const stored = async (ens: Session): Promise<StoredScheme[]> => (await state(ens)).authentications;

/** Asserts, for each reason, that a create is rejected and stores nothing. */
export function refusedScheme(id: string, reasons: readonly object[], errorcode: number): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      for (const over of reasons) {
        expect({ over, answer: await post(ens, over) }).toEqual({ over, answer: refusal(400, errorcode) });
      }
      expect(await stored(ens)).toEqual([]);
      expect(ens.login.received).toEqual([]);
    },
  };
}

/** Responses of the authorization server without a token. */
export const NO_TOKEN = [500, 401, 302, "reset"] as const;

/** Asserts that a response has no credentials. Source: ENS REST contract §5.1. */
export function expectNoSecrets({ items, text }: Answer): void {
  expect(items).toHaveLength(1);
  for (const field of ["clientId", "clientSecret", "username", "password"]) expect(items[0]).not.toHaveProperty(field);
  expect(text).not.toMatch(/made-up/);
}
