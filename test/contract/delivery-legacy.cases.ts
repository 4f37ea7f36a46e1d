import { advance, arrivedKeys, EVENT, failing, mail, outcomes, reasons, subscribed } from "./delivery-setup";
import type { Case, Session } from "./suite";

const MINUTE = 60;
const options = { switches: { retryProfile: "legacy" } } as const;

export const DELIVERY_LEGACY: readonly Case[] = [
  {
    id: "delivery.legacy.timeout-2-s",
    needs: "simulator",
    options,
    async run(ens) {
      await subscribed(ens);
      ens.receiver.answers = ["never", 202, "never"];
      const emitted = ens.simulator.admin.emit(EVENT);
      await ens.receiver.arrived(1);
      await advance(ens, 2);
      const late = [{ attempts: 1, error: "no answer within 2 s" }];
      expect(await ens.simulator.admin.deliveries()).toMatchObject(late);
      expect((await emitted).deliveries).toMatchObject(late);
      await advance(ens, 1);
      expect(await outcomes(ens)).toEqual(["delivered"]);
      await ens.turn({ retryProfile: "current" });
      const later = ens.simulator.admin.emit(EVENT);
      await ens.receiver.arrived(3);
      await advance(ens, 2);
      expect(await ens.simulator.admin.deliveries()).toMatchObject([{}, { attempts: 0, outcome: "waiting" }]);
      await advance(ens, 1);
      expect((await later).deliveries).toMatchObject([{ attempts: 1 }]);
    },
  },
  {
    id: "delivery.legacy.drop",
    needs: "simulator",
    options,
    async run(ens) {
      await subscribed(ens);
      await failing(ens);
      expect(await ens.simulator.admin.deliveries()).toMatchObject([{ attempts: 3, outcome: "dropped", status: 503 }]);
      await advance(ens, 8 * 86_400);
      expect(ens.receiver.received).toHaveLength(3);
      await ens.turn({ retryProfile: "current" });
      await failing(ens);
      expect(await outcomes(ens)).toEqual(["dropped", "deferred"]);
    },
  },
  {
    id: "delivery.legacy.suspend",
    needs: "simulator",
    options,
    async run(ens) {
      await subscribed(ens);
      await failing(ens, "first");
      await advance(ens, 6 * MINUTE);
      await failing(ens, "not within five minutes");
      await ens.simulator.admin.emit(mail("not consecutive"));
      await failing(ens, "first again");
      expect(await suspendedSeconds(ens)).toBe(0);
      await failing(ens, "second");
      expect(await suspendedSeconds(ens)).toBe(10 * MINUTE);
      const { deliveries, skipped } = await ens.simulator.admin.emit(mail("dropped"));
      expect(deliveries).toEqual([]);
      expect(reasons(skipped)).toEqual(["suspended"]);
      await advance(ens, 86_400);
      expect(arrivedKeys(ens)).not.toContain("dropped");
      await neverInCurrent(ens);
    },
  },
  {
    id: "delivery.legacy.suspend-longer",
    needs: "simulator",
    options,
    async run(ens) {
      await subscribed(ens);
      await suspend(ens);
      const lengths = [await suspendedSeconds(ens)];
      for (let times = 0; times < 4; times += 1) {
        await advance(ens, lengths.at(-1) ?? 0);
        await failing(ens);
        lengths.push(await suspendedSeconds(ens));
      }
      expect(lengths).toEqual([10, 20, 40, 60, 60].map((minutes) => minutes * MINUTE));
      await advance(ens, 60 * MINUTE);
      await ens.simulator.admin.emit(mail("works again"));
      await failing(ens);
      expect(await suspendedSeconds(ens)).toBe(0);
      await neverInCurrent(ens);
    },
  },
  {
    id: "delivery.legacy.unsuspend",
    needs: "simulator",
    options,
    async run(ens) {
      await subscribed(ens);
      await suspend(ens);
      await advance(ens, 10 * MINUTE - 1);
      expect((await ens.simulator.admin.emit(mail("too early"))).deliveries).toEqual([]);
      await advance(ens, 1);
      const { deliveries } = await ens.simulator.admin.emit(mail("after it"));
      expect(deliveries).toMatchObject([{ outcome: "delivered", attempts: 1 }]);
      expect(arrivedKeys(ens).at(-1)).toBe("after it");
      expect(arrivedKeys(ens)).not.toContain("too early");
      await neverInCurrent(ens);
    },
  },
  shown("delivery.suspension-invisible", ["off", "on"]),
  shown("delivery.suspension-visible", ["on", "off"]),
];

/** The status of a suspended callback in the API, during and after the suspension. */
function shown(id: string, answers: readonly ("on" | "off")[]): Case {
  return {
    id,
    needs: "simulator",
    options,
    async run(ens) {
      const { callbackId } = await subscribed(ens);
      await suspend(ens);
      for (const exposeSuspension of answers) {
        await ens.turn({ exposeSuspension });
        const status = exposeSuspension === "on" ? "suspended" : "verified";
        expect(await statuses(ens, callbackId)).toEqual([status, status]);
      }
      await ens.turn({ exposeSuspension: "on" });
      await advance(ens, 10 * MINUTE);
      expect(await statuses(ens, callbackId)).toEqual(["verified", "verified"]);
    },
  };
}

async function suspend(ens: Session): Promise<void> {
  await failing(ens);
  await failing(ens);
  expect(await suspendedSeconds(ens)).toBe(10 * MINUTE);
}

/** The current documentation has no suspension. */
async function neverInCurrent(ens: Session): Promise<void> {
  await ens.turn({ retryProfile: "current" });
  for (const key of ["one", "two"]) await failing(ens, key);
  const { deliveries } = await ens.simulator.admin.emit(mail("as usual"));
  expect(deliveries).toMatchObject([{ outcome: "delivered", attempts: 1 }]);
}

/** Returns how long the only callback is still suspended in the simulator. */
async function suspendedSeconds(ens: Session): Promise<number> {
  const [callback] = (await ens.simulator.admin.state()).callbacks;
  const { now } = await advance(ens, 0);
  return Math.max(0, ((callback?.suspendedUntil ?? 0) - now) / 1000);
}

/** Returns the status in the response of GET and in the list. */
async function statuses(ens: Session, callbackId: string): Promise<unknown[]> {
  const one = await ens.call("GET", `/platform/v1/ens-callbacks/${callbackId}`);
  const all = await ens.call("GET", "/platform/v1/ens-callbacks");
  return [one.items[0]?.status, all.items[0]?.status];
}
