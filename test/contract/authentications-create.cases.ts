import { schemeGuards } from "./authentication-guards";
import {
  DEAD,
  DEAD_URL,
  expectNoSecrets,
  NO_TOKEN,
  PASSWORD_GRANT,
  post,
  put,
  refusedScheme,
  schemeOf,
  stored,
  visible,
  wantedScheme,
} from "./authentication-steps";
import type { Guarded } from "./guards";
import { refusal, SCHEMES } from "./steps";
import type { Case, Session } from "./suite";

const GUARDED: Guarded = {
  id: "authentication.create",
  scope: "event_notification_callback_create",
  request: async (ens) => ({ method: "POST", path: SCHEMES, body: wantedScheme(ens) }),
};

/** Without a token, the create gets 400, or another status by a switch, and stores no scheme. */
function tokenCheck(id: string, refused: (ens: Session) => Promise<object>): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      expect(await refused(ens)).toEqual(refusal(400, 30000));
      await ens.turn({ authRefusedStatus: 500 });
      expect(await refused(ens)).toEqual(refusal(500, 0));
      expect(await stored(ens)).toEqual([]);
      await schemeOf(ens);
    },
  };
}

/** The shape `other` is rejected if a switch allows only `own`. */
function shape(id: string, own: "object" | "array"): Case {
  const other = own === "object" ? "array" : "object";
  return {
    id,
    needs: "simulator",
    async run(ens) {
      const body = () => (own === "object" ? wantedScheme(ens) : [wantedScheme(ens)]);
      const answered = own === "object" ? visible() : [visible()];
      for (const authBodyShape of ["any", own] as const) {
        await ens.turn({ authBodyShape });
        expect(await ens.call("POST", SCHEMES, body())).toMatchObject({ status: 201, body: answered });
      }
      await ens.turn({ authBodyShape: other });
      expect(await ens.call("POST", SCHEMES, body())).toEqual(refusal(400, 10001));
      expect(await stored(ens)).toHaveLength(2);
    },
  };
}

export const AUTHENTICATIONS_CREATE: readonly Case[] = [
  {
    id: "authentication.create.status-201",
    needs: "simulator",
    async run(ens) {
      const body = wantedScheme(ens);
      const answer = await ens.call("POST", SCHEMES, body);
      expect(answer).toMatchObject({ status: 201, items: [{ authId: expect.any(String) }] });
      expect(await stored(ens)).toEqual([{ ...body, authId: answer.items[0]?.authId, mid: 7000002 }]);
    },
  },
  shape("authentication.create.body-object", "object"),
  shape("authentication.create.body-array", "array"),
  {
    id: "authentication.create.response-fields",
    needs: "anywhere",
    async run(ens) {
      expect((await post(ens)).body).toEqual(visible());
    },
  },
  {
    id: "authentication.create.id-spelling",
    needs: "simulator",
    async run(ens) {
      for (const [authIdCase, spellings] of [
        ["authId", ["authId"]],
        ["authID", ["authID"]],
        ["both", ["authID", "authId"]],
      ] as const) {
        await ens.turn({ authIdCase });
        const [answer = {}] = (await post(ens)).items;
        expect(
          Object.keys(answer)
            .filter((key) => /^authid$/i.test(key))
            .toSorted(),
        ).toEqual(spellings);
        const last = (await stored(ens)).at(-1)?.authId;
        for (const spelling of spellings) expect(answer[spelling]).toBe(last);
      }
    },
  },
  {
    id: "authentication.create.secrets-omitted",
    needs: "anywhere",
    async run(ens) {
      expectNoSecrets(await post(ens, { clientId: "made-up-client" }));
      expectNoSecrets(await post(ens, { ...PASSWORD_GRANT, clientId: "made-up-client" }));
    },
  },
  {
    id: "authentication.create.password-grant",
    needs: "simulator",
    async run(ens) {
      const answer = await post(ens, PASSWORD_GRANT);
      expect(answer).toMatchObject({ status: 201, body: visible(undefined, { grantType: "password" }) });
      expect(await stored(ens)).toMatchObject([PASSWORD_GRANT]);
      expect(Object.fromEntries(new URLSearchParams(ens.login.received[0]?.body))).toMatchObject({
        grant_type: "password",
        username: "made-up-user",
        password: "made-up-password",
      });
    },
  },
  refusedScheme(
    "authentication.create.password-fields-missing",
    [
      { ...PASSWORD_GRANT, username: undefined },
      { ...PASSWORD_GRANT, password: undefined },
      { ...PASSWORD_GRANT, password: "" },
    ],
    10002,
  ),
  refusedScheme(
    "authentication.create.fields-missing",
    [{ clientId: undefined }, { clientSecret: undefined }, { authUrl: undefined }, { clientSecret: "" }],
    10002,
  ),
  refusedScheme("authentication.create.auth-type-unknown", [{ authType: "basic" }, { authType: "OAuth2" }], 10005),
  refusedScheme(
    "authentication.create.grant-type-unknown",
    [{ grantType: "client_credential" }, { grantType: "authorization_code" }, { grantType: "Password" }],
    10005,
  ),
  {
    id: "authentication.create.auth-endpoint-alias",
    needs: "simulator",
    async run(ens) {
      const authEndpoint = "https://login.example.org/alias";
      const answer = await post(ens, { authUrl: undefined, authEndpoint });
      expect(answer).toMatchObject({ status: 201, body: visible(undefined, { authUrl: authEndpoint }) });
      expect(ens.login.received).toMatchObject([{ path: "/alias" }]);
      expect(answer.items[0]).not.toHaveProperty("authEndpoint");
    },
  },
  {
    id: "authentication.create.scope-and-unknown-fields",
    needs: "simulator",
    async run(ens) {
      const answer = await post(ens, { scope: "events", colour: "red" });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual(visible());
      const [scheme] = await stored(ens);
      expect(scheme).toMatchObject({ scope: "events" });
      expect(scheme).not.toHaveProperty("colour");
    },
  },
  refusedScheme(
    "authentication.create.auth-url-http",
    [{ authUrl: "http://login.example.org/token" }, { authUrl: "login.example.org/token" }, { authUrl: "https://" }],
    10003,
  ),
  {
    id: "authentication.create.token-asked",
    needs: "simulator",
    async run(ens) {
      ens.login.answers = ["never"];
      const answer = post(ens);
      await ens.login.arrived(1);
      // The scheme does not exist before the token has arrived.
      expect(await stored(ens)).toEqual([]);
      await ens.simulator.admin.clock({ advanceSeconds: 3 });
      expect((await answer).status).toBe(400);
      expect((await post(ens)).status).toBe(201);
      expect(ens.login.received).toMatchObject([{ path: "/token" }, { path: "/token" }]);
    },
  },
  tokenCheck("authentication.create.token-refused", async (ens) => {
    ens.login.answers = NO_TOKEN.slice(1);
    for (const _ of NO_TOKEN.slice(1)) expect((await post(ens)).status).toBeGreaterThanOrEqual(400);
    ens.login.answers = [500];
    return post(ens);
  }),
  tokenCheck("authentication.create.token-too-slow", async (ens) => {
    const asked = ens.login.received.length;
    ens.login.answers = ["never"];
    const answer = post(ens);
    await ens.login.arrived(asked + 1);
    await ens.simulator.admin.clock({ advanceSeconds: 2 });
    return answer;
  }),
  tokenCheck("authentication.create.token-without-access-token", async (ens) => {
    ens.login.answers = [{ token_type: "Bearer", expires_in: 3600 }];
    return post(ens);
  }),
  {
    id: "authentication.create.token-check-off",
    needs: "simulator",
    options: DEAD,
    async run(ens) {
      expect(await post(ens, { authUrl: DEAD_URL })).toEqual(refusal(400, 30000));
      await ens.simulator.admin.clearJournal();
      await ens.turn({ callAuthUrl: false });
      const answer = await post(ens, { authUrl: DEAD_URL });
      expect(answer).toMatchObject({ status: 201, body: visible(undefined, { authUrl: DEAD_URL }) });
      expect(await ens.simulator.admin.journal({ client: "outbound" })).toEqual([]);
    },
  },
  {
    id: "authentication.create.no-orphan",
    needs: "simulator",
    options: { switches: { authGet: "on" } },
    async run(ens) {
      const kept = await schemeOf(ens);
      ens.login.answers = [401];
      const refused = await post(ens);
      expect(refused).toEqual(refusal(400, 30000));
      for (const id of refused.text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi) ?? []) {
        expect(await put(ens, id)).toEqual(refusal(404, 404));
        expect(await ens.call("DELETE", `${SCHEMES}/${id}`)).toEqual(refusal(404, 404));
      }
      expect((await ens.call("GET", SCHEMES)).items).toMatchObject([{ authId: kept }]);
    },
  },
  {
    id: "authentication.create.answer-lost",
    needs: "simulator",
    async run(ens) {
      await ens.simulator.admin.faults([{ kind: "answer-lost", method: "POST", path: SCHEMES }]);
      await expect(post(ens)).rejects.toThrow("fetch failed");
      const [scheme, ...others] = await stored(ens);
      expect(others).toEqual([]);
      const list = () => ens.call("GET", SCHEMES);
      expect(await list()).toEqual(refusal(404, 404));
      await ens.turn({ authGet: "off-405" });
      expect(await list()).toEqual(refusal(405, 0));
      await ens.turn({ authGet: "on" });
      expect((await list()).body).toEqual([visible(scheme?.authId)]);
    },
  },
  ...schemeGuards(GUARDED),
];
