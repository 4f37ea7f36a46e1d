import { advance, CREDENTIALS, EVENT, mail, outcomes, schemeOf, subscribed } from "./delivery-setup";
import type { Case, Session } from "./suite";

const PASSWORD = { grantType: "password", username: "ens-user", password: "ens-password" };
const BASIC = `Basic ${Buffer.from(`${CREDENTIALS.clientId}:${CREDENTIALS.clientSecret}`).toString("base64")}`;

/** ENS requests a token when a scheme is created and when an event is due. Both requests are alike. */
export const OUTBOUND: readonly Case[] = [
  asking("outbound-token.form-encoded", {}, ({ method, path, headers, body }) => {
    expect([method, path, headers.host]).toEqual(["POST", "/token", "login.example.org"]);
    expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(Buffer.byteLength(body)).toBe(Number(headers["content-length"]));
    expect([...new URLSearchParams(body).keys()]).toContain("grant_type");
  }),
  asking("outbound-token.client-credentials", {}, ({ body }) => {
    expect(body).toBe("grant_type=client_credentials");
  }),
  asking("outbound-token.basic-header", {}, ({ headers }) => {
    expect(headers.authorization).toBe(BASIC);
  }),
  asking("outbound-token.password-form", PASSWORD, ({ body, headers }) => {
    expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect([...new URLSearchParams(body)]).toEqual([
      ["grant_type", "password"],
      ["username", "ens-user"],
      ["password", "ens-password"],
    ]);
  }),
  asking("outbound-token.password-basic", PASSWORD, ({ headers }) => {
    expect(headers.authorization).toBe(BASIC);
  }),
  asking(
    "outbound-token.special-characters",
    { ...PASSWORD, username: "jürgen+ens@example.org", password: "a&b=c+d %41 äöü € 🔑" },
    ({ body }) => {
      expect(body).toMatch(/^[\x21-\x7e]+$/);
      expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
        grant_type: "password",
        username: "jürgen+ens@example.org",
        password: "a&b=c+d %41 äöü € 🔑",
      });
    },
  ),
  {
    id: "outbound-token.accepts-answer",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens);
      ens.login.answers = [{ access_token: "marker", token_type: "Bearer", expires_in: 3600 }];
      const { deliveries } = await ens.simulator.admin.emit(EVENT);
      expect(deliveries).toMatchObject([{ outcome: "delivered", authorization: "bearer" }]);
      expect(bearers(ens)).toEqual(["Bearer marker"]);
    },
  },
  {
    id: "outbound-token.access-token-required",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens);
      const without = [{}, { token: "marker" }, { access_token: "" }, { access_token: null }, { access_token: 7 }, []];
      for (const answer of without) {
        ens.login.answers = [answer];
        const { deliveries } = await ens.simulator.admin.emit(EVENT);
        expect(deliveries).toMatchObject([{ outcome: "waiting", authorization: "null" }]);
        expect(bearers(ens).at(-1)).toBe("Bearer null");
      }
    },
  },
  {
    id: "outbound-token.limit-2-s",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens);
      ens.login.answers = ["never"];
      const emitted = ens.simulator.admin.emit(EVENT);
      await ens.login.arrived(2);
      await advance(ens, 1.9);
      expect(ens.receiver.received).toEqual([]);
      await advance(ens, 0.1);
      expect(bearers(ens)).toEqual(["Bearer null"]);
      expect((await emitted).deliveries).toMatchObject([{ outcome: "waiting", attempts: 1, authorization: "null" }]);
      await advance(ens, 1);
      expect(bearers(ens)[1]).toMatch(/^Bearer customer-token-/);
      expect(await outcomes(ens)).toEqual(["delivered"]);
    },
  },
  {
    id: "outbound-token.concurrent-tokens",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens, { maxBatchSize: 100 });
      const many = Array.from({ length: 300 }, (_, index) => mail(`order-${index}`));
      await ens.turn({ tokenCache: "off" });
      await ens.simulator.admin.emit(many);
      expect(ens.login.received).toHaveLength(1 + 3);
      expect(new Set(bearers(ens)).size).toBe(3);
      expect(await outcomes(ens)).toEqual(["delivered", "delivered", "delivered"]);
      await ens.turn({ tokenCache: "on" });
      await ens.simulator.admin.emit(many);
      expect(ens.login.received).toHaveLength(1 + 3 + 1);
      expect(new Set(bearers(ens).slice(3)).size).toBe(1);
    },
  },
  {
    id: "outbound-token.cache",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens);
      ens.login.answers = [
        { access_token: "first", expires_in: 3600 },
        { access_token: "second", expires_in: 3600 },
      ];
      await ens.simulator.admin.emit(EVENT);
      await advance(ens, 3599);
      await ens.simulator.admin.emit(EVENT);
      await advance(ens, 1);
      await ens.simulator.admin.emit(EVENT);
      expect(bearers(ens)).toEqual(["Bearer first", "Bearer first", "Bearer second"]);
      await ens.turn({ tokenCache: "off" });
      const asked = ens.login.received.length;
      await ens.simulator.admin.emit(EVENT);
      await ens.simulator.admin.emit(EVENT);
      expect(ens.login.received).toHaveLength(asked + 2);
      expect(new Set(bearers(ens)).size).toBe(4);
    },
  },
  asking("outbound-token.no-scope-sent", { scope: "orders.write" }, ({ body }) => {
    expect([...new URLSearchParams(body).keys()]).not.toContain("scope");
    expect(body).toBe("grant_type=client_credentials");
  }),
];

/** A case for a token request, both when a scheme is created and when an event is due. */
function asking(id: string, fields: object, holds: (request: Session["login"]["received"][number]) => void): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      await withScheme(ens, {}, fields);
      expect(ens.login.received).toHaveLength(1);
      await ens.simulator.admin.emit(EVENT);
      expect(ens.login.received).toHaveLength(2);
      for (const request of ens.login.received) holds(request);
    },
  };
}

async function withScheme(ens: Session, callback: object = {}, fields: object = {}): Promise<void> {
  await subscribed(ens, { callback: { authId: await schemeOf(ens, fields), ...callback } });
}

const bearers = (ens: Session) => ens.receiver.received.map(({ headers }) => headers.authorization);
