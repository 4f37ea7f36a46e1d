import type { Scripted } from "../support/scripted";
import {
  advance,
  arrivedEvents,
  arrivedKeys,
  BOUNCED,
  EVENT,
  mail,
  outcomes,
  SENT,
  subscribed,
  subscriptionOf,
  turnSubscription,
} from "./delivery-setup";
import { verified } from "./steps";
import type { Case, Session } from "./suite";

const DAY = 86_400;

export const DELIVERY: readonly Case[] = [
  {
    id: "delivery.body-array",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      await ens.simulator.admin.emit(EVENT);
      expect(ens.receiver.received).toHaveLength(1);
      expect(JSON.parse(ens.receiver.received[0]?.body ?? "")).toEqual([expect.objectContaining(EVENT)]);
    },
  },
  {
    id: "delivery.batch-limit",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens, { callback: { maxBatchSize: 100 } });
      const keys = Array.from({ length: 250 }, (_, index) => `order-${index}`);
      const { deliveries } = await ens.simulator.admin.emit(keys.map((key) => mail(key)));
      const sizes = ens.receiver.received.map(({ body }) => JSON.parse(body).length);
      expect(sizes.sort((one, other) => other - one)).toEqual([100, 100, 50]);
      expect(deliveries.map(({ events }) => events)).toEqual([100, 100, 50]);
      expect(arrivedKeys(ens).sort()).toEqual(keys.sort());
    },
  },
  {
    id: "delivery.content-type",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      await ens.simulator.admin.emit(EVENT);
      expect(ens.receiver.received[0]?.headers["content-type"]).toBe("application/json");
    },
  },
  {
    id: "delivery.no-other-headers",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      await ens.simulator.admin.emit(EVENT);
      const transport = ["connection", "content-length", "host"];
      const names = Object.keys(ens.receiver.received[0]?.headers ?? {});
      expect(names.filter((name) => !transport.includes(name)).sort()).toEqual([
        "content-type",
        "x-sfmc-ens-signature",
      ]);
    },
  },
  {
    id: "delivery.acknowledged",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      for (const status of [200, 201, 202, 203, 204]) {
        ens.receiver.answers = [status];
        const { deliveries } = await ens.simulator.admin.emit(mail(`answered-${status}`));
        expect(deliveries).toMatchObject([{ outcome: "delivered", attempts: 1, status }]);
      }
      await advance(ens, 8 * DAY);
      expect(ens.receiver.received).toHaveLength(5);
    },
  },
  failure("delivery.failure-status", [205, 302, "https://hooks.example.org/elsewhere", 400, 401, 404, 500, 503]),
  {
    id: "delivery.failure-unreachable",
    needs: "simulator",
    options: { connectTo: { "gone.example.org": "127.0.0.1:1" } },
    async run(ens) {
      const { callbackId, url } = await subscribed(ens);
      await ens.simulator.admin.patch("callbacks", callbackId, { url: "https://gone.example.org/orders" });
      const { deliveries } = await ens.simulator.admin.emit(EVENT);
      expect(deliveries).toMatchObject([{ outcome: "waiting", attempts: 1, error: "the connection failed" }]);
      expect(ens.receiver.received).toHaveLength(0);
      await ens.simulator.admin.patch("callbacks", callbackId, { url });
      await advance(ens, 1);
      expect(await ens.simulator.admin.deliveries()).toMatchObject([
        { outcome: "delivered", attempts: 2, status: 202 },
      ]);
      expect(ens.receiver.received).toHaveLength(1);
    },
  },
  {
    id: "delivery.at-least-once",
    needs: "simulator",
    async run(ens) {
      const { url } = await subscribed(ens);
      await ens.simulator.admin.faults([{ kind: "duplicate", path: url }]);
      await ens.simulator.admin.emit(EVENT);
      const [first, second, ...more] = ens.receiver.received;
      expect(more).toEqual([]);
      expect(second?.body).toBe(first?.body);
      expect(second?.headers["x-sfmc-ens-signature"]).toBe(first?.headers["x-sfmc-ens-signature"]);
      const ids = Object.keys(arrivedEvents(ens)[0] ?? {}).filter((key) => /^(id|eventId|uuid|deliveryId)$/i.test(key));
      expect(ids).toEqual([]);
      await ens.simulator.admin.emit(EVENT);
      expect(ens.receiver.received).toHaveLength(3);
    },
  },
  {
    id: "delivery.no-ordering",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      ens.receiver.answers = [503];
      await ens.simulator.admin.emit(mail("first"));
      await ens.simulator.admin.emit(mail("second"));
      await advance(ens, 1);
      expect(arrivedKeys(ens)).toEqual(["first", "second", "first"]);
      expect(await outcomes(ens)).toEqual(["delivered", "delivered"]);
    },
  },
  {
    id: "delivery.type-filtering",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      const { deliveries, skipped } = await ens.simulator.admin.emit([EVENT, { eventCategoryType: BOUNCED }]);
      expect(deliveries).toHaveLength(1);
      expect(skipped).toMatchObject([{ reason: "type", events: 1 }]);
      expect(arrivedEvents(ens).map(({ eventCategoryType }) => eventCategoryType)).toEqual([SENT]);
    },
  },
  {
    id: "delivery.own-mid-only",
    needs: "simulator",
    async run(ens) {
      const other = await ens.token({ account_id: 7000003 });
      const here = await subscribed(ens);
      const there = await verified(ens, {}, other);
      await subscriptionOf(ens, there.callbackId, {}, other);
      await ens.simulator.admin.emit(mail("here"));
      await ens.simulator.admin.emit({ ...mail("there"), mid: 7000003 });
      expect(arrivedEvents(ens)).toMatchObject([
        { definitionKey: "here", mid: 7000002, eid: 7000001 },
        { definitionKey: "there", mid: 7000003, eid: 7000001 },
      ]);
      const paths = [here, there].map(({ url }) => new URL(url).pathname);
      expect(ens.receiver.received.map(({ path }) => path)).toEqual(paths);
    },
  },
  {
    id: "delivery.two-subscriptions-one-callback",
    needs: "simulator",
    async run(ens) {
      const { callbackId, subscriptionId } = await subscribed(ens);
      const second = await subscriptionOf(ens, callbackId, { eventCategoryTypes: [SENT, BOUNCED] });
      const { deliveries } = await ens.simulator.admin.emit(mail("default"));
      expect(deliveries.map((delivery) => delivery.subscriptionId)).toEqual([subscriptionId, second]);
      expect(arrivedKeys(ens)).toEqual(["default", "default"]);
      await ens.turn({ deliverPer: "callback" });
      await ens.simulator.admin.emit([mail("once"), mail("bounced", BOUNCED)]);
      expect(arrivedKeys(ens).slice(2).sort()).toEqual(["bounced", "once"]);
    },
  },
  {
    id: "delivery.two-callbacks",
    needs: "simulator",
    async run(ens) {
      const [one, other] = [await subscribed(ens), await subscribed(ens)];
      await ens.simulator.admin.emit(EVENT);
      const paths = ens.receiver.received.map(({ path }) => path);
      expect(paths.sort()).toEqual([one, other].map(({ url }) => new URL(url).pathname).sort());
      const signatures = ens.receiver.received.map(({ headers }) => headers["x-sfmc-ens-signature"]);
      expect(new Set(ens.receiver.received.map(({ body }) => body)).size).toBe(1);
      expect(new Set(signatures).size).toBe(2);
    },
  },
  {
    id: "delivery.paused-drops",
    needs: "simulator",
    async run(ens) {
      const { subscriptionId } = await subscribed(ens);
      await turnSubscription(ens, subscriptionId, "paused");
      const { deliveries, skipped } = await ens.simulator.admin.emit(mail("paused"));
      expect(deliveries).toEqual([]);
      expect(skipped).toEqual([{ subscriptionId, reason: "paused", events: 1 }]);
      await turnSubscription(ens, subscriptionId, "active");
      await ens.simulator.admin.emit(mail("later"));
      await advance(ens, 8 * DAY);
      expect(arrivedKeys(ens)).toEqual(["later"]);
    },
  },
  {
    id: "delivery.deleted-stops",
    needs: "simulator",
    async run(ens) {
      const { subscriptionId } = await subscribed(ens);
      await ens.simulator.admin.emit(mail("before"));
      expect((await ens.call("DELETE", `/platform/v1/ens-subscriptions/${subscriptionId}`)).status).toBe(200);
      expect(await ens.simulator.admin.emit(mail("after"))).toEqual({ deliveries: [], skipped: [] });
      expect(arrivedKeys(ens)).toEqual(["before"]);
    },
  },
];

/** Each of these responses is a failure: the same batch is sent again, and redirects are not followed. */
function failure(id: string, answers: readonly Scripted[]): Case {
  return {
    id,
    needs: "simulator",
    async run(ens: Session) {
      const { url } = await subscribed(ens);
      for (const answer of answers) {
        const before = ens.receiver.received.length;
        ens.receiver.answers = [answer];
        const status = typeof answer === "number" ? answer : 302;
        const { deliveries } = await ens.simulator.admin.emit(EVENT);
        expect(deliveries).toMatchObject([{ outcome: "waiting", attempts: 1, status }]);
        await advance(ens, 1);
        expect((await ens.simulator.admin.deliveries()).at(-1)).toMatchObject({ outcome: "delivered", attempts: 2 });
        expect(ens.receiver.received).toHaveLength(before + 2);
      }
      expect(new Set(ens.receiver.received.map(({ path }) => path))).toEqual(new Set([new URL(url).pathname]));
    },
  };
}
