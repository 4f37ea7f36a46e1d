import { advance, EVENT, outcomes, schemeOf, subscribed } from "./delivery-setup";
import type { Case, Session } from "./suite";

export const DELIVERY_BEARER: readonly Case[] = [
  {
    id: "delivery.no-scheme-no-authorization",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      await ens.simulator.admin.emit(EVENT);
      expect(authorizations(ens)).toEqual([undefined]);
      expect(ens.login.received).toEqual([]);
    },
  },
  {
    id: "delivery.bearer",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens);
      ens.login.answers = [{ access_token: "marker-of-this-test", token_type: "Bearer", expires_in: 3600 }];
      const { deliveries } = await ens.simulator.admin.emit(EVENT);
      expect(authorizations(ens)).toEqual(["Bearer marker-of-this-test"]);
      expect(deliveries).toMatchObject([{ outcome: "delivered", authorization: "bearer" }]);
    },
  },
  {
    id: "delivery.bearer-signature-stays",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens);
      await ens.simulator.admin.emit(EVENT);
      expect(ens.receiver.received).toMatchObject([
        {
          headers: {
            authorization: expect.stringMatching(/^Bearer customer-token-/),
            "x-sfmc-ens-signature": expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
          },
        },
      ]);
    },
  },
  {
    id: "delivery.bearer-null",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens);
      for (const answer of [500, 401, "reset", {}] as const) {
        ens.login.answers = [answer];
        ens.receiver.answers = [200];
        const { deliveries } = await ens.simulator.admin.emit(EVENT);
        expect(authorizations(ens).at(-1)).toBe("Bearer null");
        expect(deliveries).toMatchObject([{ outcome: "waiting", attempts: 1, status: 200, authorization: "null" }]);
      }
    },
  },
  {
    id: "delivery.bearer-null-retried",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens);
      ens.login.answers = [503, { access_token: "works-again", expires_in: 3600 }];
      await ens.simulator.admin.emit(EVENT);
      await advance(ens, 1);
      expect(authorizations(ens)).toEqual(["Bearer null", "Bearer works-again"]);
      expect(await outcomes(ens)).toEqual(["delivered"]);
    },
  },
  {
    id: "delivery.bearer-refetched",
    needs: "simulator",
    async run(ens) {
      await withScheme(ens);
      await ens.simulator.admin.emit(EVENT);
      for (const status of [400, 401]) {
        const asked = ens.login.received.length;
        ens.receiver.answers = [status];
        await ens.simulator.admin.emit(EVENT);
        await advance(ens, 1);
        const [refused, accepted] = authorizations(ens).slice(-2);
        expect(accepted).not.toBe(refused);
        expect(ens.login.received).toHaveLength(asked + 1);
      }
      ens.receiver.answers = [500];
      await ens.simulator.admin.emit(EVENT);
      await advance(ens, 1);
      expect(new Set(authorizations(ens).slice(-3)).size).toBe(1);
      expect(new Set(await outcomes(ens))).toEqual(new Set(["delivered"]));
      await ens.turn({ tokenCache: "off" });
      const asked = ens.login.received.length;
      ens.receiver.answers = [401];
      await ens.simulator.admin.emit(EVENT);
      await advance(ens, 1);
      expect(ens.login.received).toHaveLength(asked + 2);
    },
  },
];

async function withScheme(ens: Session): Promise<void> {
  await subscribed(ens, { callback: { authId: await schemeOf(ens) } });
}

const authorizations = (ens: Session) => ens.receiver.received.map(({ headers }) => headers.authorization);
