import { EMAIL_SENT, refusal } from "./steps";
import { BOUNCED, change, changeRefused, paused, shown, subscription } from "./subscription-steps";
import type { Case, Session } from "./suite";

const TYPES = { eventCategoryTypes: [EMAIL_SENT] };

/** A PUT with the current status and no other change gets 304, or 400 or 409 by a switch. */
function repeated(
  id: string,
  status: "active" | "paused",
  made: (ens: Session) => Promise<{ subscriptionId: string }>,
): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      const { subscriptionId } = await made(ens);
      const before = await shown(ens, subscriptionId);
      const again = () => change(ens, { subscriptionId, ...TYPES, status, statusReason: "once more" });
      expect(await again()).toMatchObject({ status: 304, text: "" });
      await ens.turn({ repeatTransition: 400 });
      expect(await again()).toEqual(refusal(400, 30001));
      await ens.turn({ repeatTransition: "409/30002" });
      expect(await again()).toEqual(refusal(409, 30002));
      expect(await shown(ens, subscriptionId)).toEqual(before);
    },
  };
}

export const SUBSCRIPTIONS_STATUS: readonly Case[] = [
  {
    id: "subscription.update.pause",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      const answer = await change(ens, { subscriptionId, ...TYPES, status: "paused", statusReason: "maintenance" });
      expect(answer.status).toBe(200);
      expect(answer.items).toMatchObject([{ subscriptionId, status: "paused" }]);
      expect(await shown(ens, subscriptionId)).toMatchObject({ status: "paused" });
    },
  },
  {
    id: "subscription.update.resume",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await paused(ens);
      const answer = await change(ens, { subscriptionId, ...TYPES, status: "active", statusReason: "done" });
      expect(answer.status).toBe(200);
      expect(answer.items).toMatchObject([{ subscriptionId, status: "active" }]);
      expect(await shown(ens, subscriptionId)).toMatchObject({ status: "active" });
    },
  },
  {
    id: "subscription.update.pause-keeps-rest",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens, { filters: ["definitionKey=a"] });
      const before = await shown(ens, subscriptionId);
      const reason = { status: "paused", statusReason: "maintenance" };
      expect((await change(ens, { subscriptionId, ...TYPES, ...reason })).status).toBe(200);
      expect(await shown(ens, subscriptionId)).toEqual({ ...before, ...reason });
    },
  },
  {
    id: "subscription.update.status-unknown",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      for (const status of ["deleted", "Paused", "suspended"]) {
        await changeRefused(ens, { subscriptionId, ...TYPES, status, statusReason: "why" }, 400, 10005);
      }
    },
  },
  {
    id: "subscription.update.status-without-reason",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      await changeRefused(ens, { subscriptionId, ...TYPES, status: "paused" }, 400, 10002);
      await changeRefused(ens, { subscriptionId, ...TYPES, status: "paused", statusReason: "" }, 400, 10002);
    },
  },
  {
    id: "subscription.update.status-reason-stored",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      const reason = { status: "paused", statusReason: "maintenance" };
      expect((await change(ens, { subscriptionId, ...TYPES, ...reason })).items).toMatchObject([reason]);
      expect(await shown(ens, subscriptionId)).toMatchObject(reason);
    },
  },
  {
    id: "subscription.update.status-reason-after-resume",
    needs: "anywhere",
    async run(ens) {
      const resume = { ...TYPES, status: "active", statusReason: "maintenance is over" };
      for (const [statusReasonOnActive, statusReason] of [
        ["stored", "maintenance is over"],
        ["reset", "none"],
      ] as const) {
        await ens.turn({ statusReasonOnActive });
        const { subscriptionId } = await paused(ens);
        expect(await shown(ens, subscriptionId)).toMatchObject({ status: "paused", statusReason: "by hand" });
        expect((await change(ens, { subscriptionId, ...resume })).items).toMatchObject([{ statusReason }]);
        expect(await shown(ens, subscriptionId)).toMatchObject({ status: "active", statusReason });
      }
    },
  },
  repeated("subscription.update.pause-paused", "paused", paused),
  repeated("subscription.update.resume-active", "active", subscription),
  {
    id: "subscription.update.pause-paused-409",
    needs: "simulator",
    options: { switches: { repeatTransition: "409/30002" } },
    async run(ens) {
      const { subscriptionId } = await paused(ens);
      await changeRefused(ens, { subscriptionId, ...TYPES, status: "paused", statusReason: "again" }, 409, 30002);
      // A PUT without a status requests no transition.
      expect(await change(ens, { subscriptionId, ...TYPES })).toMatchObject({ status: 304, text: "" });
      expect((await change(ens, { subscriptionId, ...TYPES, status: "active", statusReason: "x" })).status).toBe(200);
    },
  },
  {
    id: "subscription.update.same-status-other-change",
    needs: "simulator",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      const changed = { eventCategoryTypes: [BOUNCED], status: "active" };
      expect((await change(ens, { subscriptionId, ...changed, statusReason: "why" })).status).toBe(200);
      expect(await shown(ens, subscriptionId)).toMatchObject({ ...changed, statusReason: "none" });
      await ens.turn({ repeatTransition: 400 });
      expect((await change(ens, { subscriptionId, ...TYPES, status: "active", statusReason: "why" })).status).toBe(200);
      expect(await shown(ens, subscriptionId)).toMatchObject(TYPES);
    },
  },
];
