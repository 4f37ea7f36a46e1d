import { request } from "node:https";
import { CALLBACKS, EMAIL_SENT, SUBSCRIPTIONS, subscribed, verified, wanted } from "./steps";
import type { Answer, Case, Session } from "./suite";

const CONTEXT = "/platform/v1/tokenContext";
const READ = "event_notification_callback_read";
const CREATE = "event_notification_callback_create";
const UPDATE = "event_notification_callback_update";

/** A package that the enterprise 7000001 owns and that may act in 7000002 too. */
const SHOP = {
  clientId: "shop",
  clientSecret: "shop-secret",
  owner: 7000001,
  businessUnits: [7000002],
  scopes: [READ, CREATE],
};
const GONE = { clientId: "gone", clientSecret: "gone-secret", disabled: true };
/** A package of another tenant, enabled for all its business units. */
const ABROAD = { clientId: "abroad", clientSecret: "abroad-secret", tenant: 8000001, owner: 8000002 };
const AS_SHOP = { client_id: "shop", client_secret: "shop-secret" };

/** An error with the body of OAuth. Source: ENS REST contract §1.3. */
const oauth = (error: string, description = /./) => ({
  error,
  error_description: expect.stringMatching(description),
  error_uri: expect.stringMatching(/^https:/),
});

/** Returns the business unit of a token, as ENS reports it. */
async function businessUnit(ens: Session, answer: Answer): Promise<unknown> {
  expect(answer.status).toBe(200);
  const context = await ens.call("GET", CONTEXT, undefined, { token: String(answer.items[0]?.access_token) });
  return (context.body as { organization: { id: unknown } }).organization.id;
}

/** A case in which `account_id` selects the business unit of a token. */
const account = (id: string, fields: object, mid: number): Case => ({
  id,
  needs: "simulator",
  options: { packages: [SHOP] },
  run: async (ens) => expect(await businessUnit(ens, await ens.askToken({ ...AS_SHOP, ...fields }))).toBe(mid),
});

/** A case for the permissions of a token that was requested with `scope`. */
const scoped = (id: string, scope: string | undefined, granted: readonly string[]): Case => ({
  id,
  needs: "simulator",
  options: { packages: [SHOP] },
  async run(ens) {
    const answer = await ens.askToken({ ...AS_SHOP, scope });
    expect(answer.status).toBe(200);
    expect(String(answer.items[0]?.scope).split(" ").sort().join(" ")).toBe([...granted].sort().join(" "));
    const token = String(answer.items[0]?.access_token);
    const statuses = [
      (await ens.call("GET", CALLBACKS, undefined, { token })).status,
      (await ens.call("POST", CALLBACKS, [wanted(ens)], { token })).status,
      (await ens.call("POST", "/platform/v1/ens-verify", {}, { token })).status,
    ];
    expect(statuses).toEqual([granted.includes(READ) ? 200 : 403, granted.includes(CREATE) ? 201 : 403, 403]);
  },
});

/** Asserts that a token request is rejected with `invalid_client` and returns no token. */
const unauthorized = (
  id: string,
  overs: readonly object[],
  description: RegExp,
  needs: Case["needs"] = "anywhere",
): Case => ({
  id,
  needs,
  options: { packages: [SHOP, GONE, ABROAD] },
  async run(ens) {
    for (const over of overs) {
      const answer = await ens.askToken(over);
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual(oauth("invalid_client", description));
    }
  },
});

/** Errors that no source shows get 400, or 401 by a switch. */
const malformed = (id: string, over: object | string, error: string): Case => ({
  id,
  needs: "simulator",
  async run(ens) {
    for (const tokenErrorStatus of [400, 401]) {
      await ens.turn({ tokenErrorStatus });
      const answer = await ens.askToken(over);
      expect(answer.status).toBe(tokenErrorStatus);
      expect(answer.body).toEqual(oauth(error));
    }
  },
});

/** A case for the response to a valid request. */
const answer = (id: string, check: (token: Record<string, unknown>, ens: Session) => void | Promise<void>): Case => ({
  id,
  needs: "anywhere",
  async run(ens) {
    const { status, items } = await ens.askToken();
    expect(status).toBe(200);
    await check(items[0] ?? {}, ens);
  },
});

export const TOKEN: readonly Case[] = [
  answer("token.request.ok", (token) => {
    expect(token).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: expect.any(Number),
      scope: expect.stringContaining(READ),
      soap_instance_url: expect.stringMatching(/^https?:\/\//),
      rest_instance_url: expect.stringMatching(/^https?:\/\//),
    });
  }),
  account("token.request.account-id-number", { account_id: 7000002 }, 7000002),
  account("token.request.account-id-string", { account_id: "7000002" }, 7000002),
  account("token.request.account-id-omitted", {}, 7000001),
  unauthorized(
    "token.request.account-id-not-enabled",
    [
      { ...AS_SHOP, account_id: 7000009 },
      { client_id: "abroad", client_secret: "abroad-secret", account_id: 7000002 },
    ],
    /./,
    "simulator",
  ),
  scoped("token.request.scope-omitted", undefined, [READ, CREATE]),
  scoped("token.request.scope-subset", `${READ} ${UPDATE}`, [READ]),
  {
    id: "token.request.scope-empty",
    needs: "anywhere",
    async run(ens) {
      const { status, items } = await ens.askToken({ scope: "" });
      expect(status).toBe(200);
      expect(items[0]).toMatchObject({ scope: "" });
      const token = String(items[0]?.access_token);
      for (const [method, path] of ROUTES) {
        const body = method === "GET" || method === "DELETE" ? undefined : [];
        expect({ method, path, status: (await ens.call(method, path, body, { token })).status }).toEqual({
          method,
          path,
          status: 403,
        });
      }
    },
  },
  scoped("token.request.scope-not-in-package", UPDATE, []),
  unauthorized("token.error.unknown-client", [{ client_id: "nobody" }], /client ID/i),
  unauthorized("token.error.wrong-secret", [{ client_secret: "wrong" }], /secret.*package.*installed and enabled/),
  unauthorized(
    "token.error.package-disabled",
    [{ client_id: "gone", client_secret: "gone-secret" }],
    /secret.*package.*installed and enabled/,
    "simulator",
  ),
  {
    id: "token.error.throttled",
    needs: "simulator",
    async run(ens) {
      await ens.simulator.admin.faults([{ kind: "status", status: 429, errorcode: 50200, path: "/v2/token" }]);
      const refused = await ens.askToken();
      expect(refused.status).toBe(429);
      const rest = { message: expect.stringMatching(/blocked/), errorcode: 50200, documentation: expect.any(String) };
      expect(refused.body).toEqual(rest);
      expect((await ens.askToken()).status).toBe(200);
    },
  },
  malformed("token.error.grant-type-missing", { grant_type: undefined }, "invalid_request"),
  malformed("token.error.grant-type-unsupported", { grant_type: "password" }, "unsupported_grant_type"),
  malformed("token.error.malformed-json", "grant_type=client_credentials", "invalid_request"),
  {
    id: "token.error.shape",
    needs: "anywhere",
    async run(ens) {
      for (const over of [{ client_id: "nobody" }, { client_secret: "wrong" }, { grant_type: "password" }, "{"]) {
        const refused = await ens.askToken(over);
        expect(refused.status).toBeGreaterThanOrEqual(400);
        expect(Object.keys(refused.body as object).sort()).toEqual(["error", "error_description", "error_uri"]);
      }
    },
  },
  answer("token.response.expires-in", (token) => expect(token.expires_in).toBe(1079)),
  {
    id: "token.response.true-life",
    needs: "simulator",
    async run(ens) {
      const token = await ens.token();
      const statuses = [];
      for (const advanceSeconds of [0, 1079, 120, 1]) {
        await ens.simulator.admin.clock({ advanceSeconds });
        statuses.push((await ens.call("GET", CONTEXT, undefined, { token })).status);
      }
      expect(statuses).toEqual([200, 200, 200, 401]);
    },
  },
  answer("token.response.access-token-length", async ({ access_token: token }, ens) => {
    expect(String(token).length).toBeGreaterThan(0);
    expect(String(token).length).toBeLessThanOrEqual(512);
    expect(await ens.token()).not.toBe(token);
  }),
  {
    id: "token.response.rest-instance-url",
    needs: "simulator",
    options: { tls: true },
    async run(ens) {
      const token = await securely(ens);
      expect(token.rest_instance_url).toBe(`${ens.restUrl}/`);
      expect(token.rest_instance_url).toMatch(/^https:\/\/.*[^/]\/$/);
    },
  },
  answer("token.response.no-refresh-token", (token) => expect(token).not.toHaveProperty("refresh_token")),
  {
    id: "token.base-url.overridable",
    needs: "simulator",
    async run(ens) {
      expect(new URL(ens.restUrl).hostname).toBe("127.0.0.1");
      const { callbackId } = await verified(ens);
      const subscriptionId = await subscribed(ens, callbackId);
      const [id, key, types] = [{ callbackId }, ens.name("renamed"), [EMAIL_SENT]];
      const uses: readonly [string, string, unknown?][] = [
        ["GET", CALLBACKS],
        ["GET", `${CALLBACKS}/${callbackId}`],
        ["PUT", CALLBACKS, [{ ...id, callbackName: key }]],
        ["PUT", "/platform/v1/ens-regenerate", [id]],
        ["GET", `${SUBSCRIPTIONS}/${subscriptionId}`],
        ["GET", `/platform/v1/ens-subscriptions-by-cb/${callbackId}`],
        ["PUT", SUBSCRIPTIONS, [{ subscriptionId, subscriptionName: key, eventCategoryTypes: types }]],
        ["DELETE", `${SUBSCRIPTIONS}/${subscriptionId}`],
        ["DELETE", `${CALLBACKS}/${callbackId}`],
      ];
      for (const [method, path, body] of uses) {
        expect({ method, path, status: (await ens.call(method, path, body)).status }).toEqual({
          method,
          path,
          status: 200,
        });
      }
    },
  },
  {
    id: "token.legacy-v1",
    needs: "anywhere",
    async run(ens) {
      const body = JSON.stringify({ clientId: "sim-client", clientSecret: "sim-secret" });
      const headers = { "content-type": "application/json" };
      const legacy = await fetch(`${ens.authUrl}/v1/requestToken`, { method: "POST", headers, body });
      expect(legacy.status).toBe(404);
      expect(await legacy.text()).not.toContain("ccessToken");
    },
  },
  {
    id: "token.reuse",
    needs: "simulator",
    async run(ens) {
      const token = await ens.token();
      for (let calls = 0; calls < 5; calls += 1) await ens.call("GET", CALLBACKS, undefined, { token });
      const { admin } = ens.simulator;
      expect(await admin.journal({ client: "auth" })).toHaveLength(1);
      expect(await admin.journal({ client: "rest" })).toHaveLength(5);
      await ens.token();
      const asked = await admin.journal({ client: "auth", path: "/v2/token", contains: "sim-client", status: 200 });
      expect(asked).toHaveLength(2);
    },
  },
  {
    id: "token.permission-lag",
    needs: "simulator",
    options: { packages: [SHOP] },
    async run(ens) {
      const scopes = async () =>
        String((await ens.askToken(AS_SHOP)).items[0]?.scope)
          .split(" ")
          .sort();
      const { admin } = ens.simulator;
      await admin.changePackage("shop", { scopes: [READ, CREATE, UPDATE] });
      expect(await scopes()).toEqual([CREATE, READ]);
      await admin.clock({ advanceSeconds: 299 });
      const early = await ens.token(AS_SHOP);
      expect(await scopes()).toEqual([CREATE, READ]);
      await admin.clock({ advanceSeconds: 1 });
      expect(await scopes()).toEqual([CREATE, READ, UPDATE]);
      const put = (token: string) => ens.call("PUT", CALLBACKS, [], { token });
      expect([(await put(early)).status, (await put(await ens.token(AS_SHOP))).status]).toEqual([403, 400]);
    },
  },
];

/** All routes of ENS, with unknown ids. */
const ROUTES: readonly [string, string][] = [
  ["POST", CALLBACKS],
  ["GET", CALLBACKS],
  ["GET", `${CALLBACKS}/00000000-0000-4000-8000-000000000000`],
  ["PUT", CALLBACKS],
  ["DELETE", `${CALLBACKS}/00000000-0000-4000-8000-000000000000`],
  ["POST", "/platform/v1/ens-verify"],
  ["PUT", "/platform/v1/ens-regenerate"],
  ["POST", SUBSCRIPTIONS],
  ["GET", `${SUBSCRIPTIONS}/00000000-0000-4000-8000-000000000000`],
  ["GET", "/platform/v1/ens-subscriptions-by-cb/00000000-0000-4000-8000-000000000000"],
  ["PUT", SUBSCRIPTIONS],
  ["DELETE", `${SUBSCRIPTIONS}/00000000-0000-4000-8000-000000000000`],
];

/** Returns the response of the token endpoint of a simulator that serves HTTPS. */
function securely({ authUrl, simulator }: Session): Promise<Record<string, unknown>> {
  const options = { method: "POST", ...(simulator.ca === undefined ? {} : { ca: simulator.ca }) };
  return new Promise((resolve, reject) => {
    const asked = request(`${authUrl}/v2/token`, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve(JSON.parse(text)));
    });
    asked.on("error", reject);
    const client = { grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" };
    asked.end(JSON.stringify(client));
  });
}
