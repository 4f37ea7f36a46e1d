import { advance, arrivedKeys, EVENT, failing, mail, outcomes, subscribed, turnSubscription } from "./delivery-setup";
import type { Case, Session } from "./suite";

const HOUR = 3600;
const DAY = 24 * HOUR;

export const DELIVERY_RETRY: readonly Case[] = [
  {
    id: "delivery.timeout-3-s",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      ens.receiver.answers = ["never"];
      const emitted = ens.simulator.admin.emit(EVENT);
      await ens.receiver.arrived(1);
      await advance(ens, 2.9);
      expect(await ens.simulator.admin.deliveries()).toMatchObject([{ attempts: 0, outcome: "waiting" }]);
      await advance(ens, 0.1);
      const late = [{ attempts: 1, outcome: "waiting", error: "no answer within 3 s" }];
      expect(await ens.simulator.admin.deliveries()).toMatchObject(late);
      expect((await emitted).deliveries).toMatchObject(late);
      await advance(ens, 1);
      expect(await outcomes(ens)).toEqual(["delivered"]);
      const [first, second] = ens.receiver.received;
      expect(ens.receiver.received).toHaveLength(2);
      expect(second?.body).toBe(first?.body);
    },
  },
  {
    id: "delivery.retry.immediate",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      ens.receiver.answers = Array(9).fill(503);
      const { deliveries } = await ens.simulator.admin.emit(EVENT);
      expect(deliveries).toMatchObject([{ attempts: 1, outcome: "waiting" }]);
      await advance(ens, 1);
      expect(await ens.simulator.admin.deliveries()).toMatchObject([{ attempts: 2, outcome: "waiting" }]);
      await advance(ens, 2);
      expect(await ens.simulator.admin.deliveries()).toMatchObject([{ attempts: 3, outcome: "deferred", status: 503 }]);
      await advance(ens, 60);
      expect(ens.receiver.received).toHaveLength(3);
    },
  },
  {
    id: "delivery.retry.intervals",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      expect(await attemptTimes(ens)).toEqual([0, 1000, 3000]);
      await ens.turn({ retryIntervals: [0, 0, 0] });
      expect(await attemptTimes(ens)).toEqual([0, 0, 0]);
    },
  },
  {
    id: "delivery.retry.same-batch",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      ens.receiver.answers = [503];
      await ens.simulator.admin.emit([mail("one"), mail("two")]);
      await advance(ens, 1);
      const [first, second] = ens.receiver.received;
      expect(JSON.parse(second?.body ?? "")).toHaveLength(2);
      expect(second?.body).toBe(first?.body);
      expect(second?.headers["x-sfmc-ens-signature"]).toBe(first?.headers["x-sfmc-ens-signature"]);
    },
  },
  {
    id: "delivery.retry.deferred",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      await failing(ens);
      ens.receiver.answers = [503, 503];
      await advance(ens, 600);
      expect(ens.receiver.received).toHaveLength(4);
      await advance(ens, 600);
      expect(ens.receiver.received).toHaveLength(5);
      expect(await outcomes(ens)).toEqual(["deferred"]);
      await ens.turn({ retryProfile: "legacy" });
      await failing(ens, "legacy");
      await advance(ens, HOUR);
      expect(arrivedKeys(ens).filter((key) => key === "legacy")).toHaveLength(3);
    },
  },
  {
    id: "delivery.retry.recovers",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      await failing(ens);
      ens.receiver.answers = Array(99).fill(503);
      await advance(ens, HOUR);
      expect(await outcomes(ens)).toEqual(["deferred"]);
      ens.receiver.answers = [];
      await advance(ens, 600);
      expect(await outcomes(ens)).toEqual(["delivered"]);
      const arrived = ens.receiver.received.length;
      await ens.turn({ retryProfile: "legacy" });
      await failing(ens, "legacy");
      await advance(ens, DAY);
      expect(await outcomes(ens)).toEqual(["delivered", "dropped"]);
      expect(ens.receiver.received).toHaveLength(arrived + 3);
    },
  },
  {
    id: "delivery.retry.seven-days",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      ens.receiver.answers = Array(2000).fill("reset");
      await ens.simulator.admin.emit(EVENT);
      await advance(ens, 7 * DAY - HOUR);
      expect(await outcomes(ens)).toEqual(["deferred"]);
      await advance(ens, HOUR);
      expect(await outcomes(ens)).toEqual(["failed"]);
      const arrived = ens.receiver.received.length;
      expect(arrived).toBeGreaterThan(7 * 24 * 6);
      ens.receiver.answers = [];
      await ens.turn({ retryProfile: "legacy" });
      await failing(ens, "legacy");
      await advance(ens, 8 * DAY);
      expect(await outcomes(ens)).toEqual(["failed", "dropped"]);
      expect(ens.receiver.received).toHaveLength(arrived + 3);
    },
  },
  {
    id: "delivery.retry.deactivated",
    needs: "simulator",
    async run(ens) {
      for (const deactivate of [pause, remove, removeAll]) {
        const only = { filters: [`definitionKey=${deactivate.name}`] };
        const { subscriptionId, callbackId } = await subscribed(ens, { subscription: only });
        await failing(ens, deactivate.name);
        await deactivate(ens, subscriptionId, callbackId);
      }
      expect(await outcomes(ens)).toEqual(["deferred", "deferred", "deferred"]);
      await advance(ens, DAY);
      expect(await outcomes(ens)).toEqual(["deactivated", "deactivated", "deactivated"]);
      expect(ens.receiver.received).toHaveLength(9);
    },
  },
  {
    id: "delivery.retry.no-suspension",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await subscribed(ens);
      for (const key of ["one", "two", "three"]) await failing(ens, key);
      const { deliveries } = await ens.simulator.admin.emit(mail("as usual"));
      expect(deliveries).toMatchObject([{ outcome: "delivered", attempts: 1 }]);
      await ens.turn({ exposeSuspension: "on" });
      const answer = await ens.call("GET", `/platform/v1/ens-callbacks/${callbackId}`);
      expect(answer.body).toMatchObject({ status: "verified" });
      await ens.turn({ retryProfile: "legacy" });
      for (const key of ["one", "two"]) await failing(ens, key);
      expect((await ens.simulator.admin.emit(mail("dropped"))).deliveries).toEqual([]);
    },
  },
];

/** Returns the times of the three immediate attempts of a new event, from the first one on. */
async function attemptTimes(ens: Session): Promise<number[]> {
  await ens.simulator.admin.clearJournal();
  ens.receiver.answers = [503, 503, 503];
  await ens.simulator.admin.emit(EVENT);
  await advance(ens, 3);
  const sent = await ens.simulator.admin.journal({ client: "outbound" });
  return sent.map(({ at }) => at - (sent[0]?.at ?? 0));
}

async function pause(ens: Session, subscriptionId: string): Promise<void> {
  await turnSubscription(ens, subscriptionId, "paused");
}

async function remove(ens: Session, subscriptionId: string): Promise<void> {
  expect((await ens.call("DELETE", `/platform/v1/ens-subscriptions/${subscriptionId}`)).status).toBe(200);
}

async function removeAll(ens: Session, subscriptionId: string, callbackId: string): Promise<void> {
  await remove(ens, subscriptionId);
  expect((await ens.call("DELETE", `/platform/v1/ens-callbacks/${callbackId}`)).status).toBe(200);
}
