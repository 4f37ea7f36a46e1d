import { type Guarded, guards } from "./guards";
import { EMAIL_SENT, NOBODY, refusal, SUBSCRIPTIONS, verified } from "./steps";
import {
  asked,
  BOUNCED,
  change,
  changeRefused,
  delivered,
  NOT_SENT,
  paused,
  shown,
  subscription,
} from "./subscription-steps";
import type { Case } from "./suite";

const GUARDED: Guarded = {
  id: "subscription.update",
  scope: "event_notification_subscription_update",
  async request(ens) {
    const { subscriptionId } = await subscription(ens);
    return { method: "PUT", path: SUBSCRIPTIONS, body: [{ subscriptionId, eventCategoryTypes: [NOT_SENT] }] };
  },
};

/** The required fields of a PUT, without a change. */
const TYPES = { eventCategoryTypes: [EMAIL_SENT] };

/** A case for a PUT of a subscription with filters: the filters that it sends, and the resulting filters. */
function filters(id: string, sent: object, left: readonly string[]): Case {
  return {
    id,
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens, { filters: ["definitionKey=a", "definitionKey=b"] });
      const answer = await change(ens, { subscriptionId, ...TYPES, ...sent });
      expect(answer.status).toBe(200);
      expect(answer.items).toMatchObject([{ filters: left }]);
      expect(await shown(ens, subscriptionId)).toMatchObject({ filters: left });
    },
  };
}

export const SUBSCRIPTIONS_UPDATE: readonly Case[] = [
  {
    id: "subscription.update.status-200",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, callbackName, url, maxBatchSize } = await verified(ens, { maxBatchSize: 300 });
      const { subscriptionId, subscriptionName } = await subscription(ens, {
        callbackId,
        filters: ["definitionKey=a"],
      });
      const answer = await change(ens, { subscriptionId, eventCategoryTypes: [BOUNCED] });
      expect(answer.status).toBe(200);
      const now = { subscriptionName, eventCategoryTypes: [BOUNCED], subscriptionId, filters: ["definitionKey=a"] };
      const whole = { callbackId, callbackName, url, maxBatchSize, status: "active", statusReason: "none", ...now };
      expect(answer.body).toEqual([whole]);
      expect(await shown(ens, subscriptionId)).toEqual(whole);
    },
  },
  {
    id: "subscription.update.id-in-body",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      const body = [{ subscriptionId, eventCategoryTypes: [BOUNCED] }];
      expect(await ens.call("PUT", `${SUBSCRIPTIONS}/${subscriptionId}`, body)).toEqual(refusal(404, 404));
      expect(await shown(ens, subscriptionId)).toMatchObject(TYPES);
    },
  },
  {
    id: "subscription.update.body-object",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      const answer = await ens.call("PUT", SUBSCRIPTIONS, { subscriptionId, eventCategoryTypes: [BOUNCED] });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ subscriptionId, eventCategoryTypes: [BOUNCED] });
      expect(await shown(ens, subscriptionId)).toEqual(answer.body);
    },
  },
  {
    id: "subscription.update.several-elements",
    needs: "anywhere",
    async run(ens) {
      const [one, two] = [await subscription(ens), await subscription(ens)];
      const good = { subscriptionId: one.subscriptionId, eventCategoryTypes: [BOUNCED] };
      const bad = { subscriptionId: two.subscriptionId };
      const put = (second: object) => ens.call("PUT", SUBSCRIPTIONS, [good, second]);
      expect(await put(bad)).toEqual(refusal(400, 10002));
      expect(await put({ ...TYPES, subscriptionId: NOBODY })).toEqual(refusal(404, 404));
      // This element is invalid only together with the other one.
      const subscriptionName = ens.name("same");
      const same = [one, two].map(({ subscriptionId }) => ({ subscriptionId, ...TYPES, subscriptionName }));
      expect(await ens.call("PUT", SUBSCRIPTIONS, same)).toEqual(refusal(400, 10005));
      for (const { subscriptionId, subscriptionName } of [one, two]) {
        expect(await shown(ens, subscriptionId)).toMatchObject({ ...TYPES, subscriptionName });
      }
      await ens.turn({ arrayFailure: "partial" });
      expect(await put(bad)).toEqual(refusal(400, 10002));
      expect(await shown(ens, one.subscriptionId)).toMatchObject({ eventCategoryTypes: [BOUNCED] });
      expect(await shown(ens, two.subscriptionId)).toMatchObject(TYPES);
    },
  },
  {
    id: "subscription.update.id-missing",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId, subscriptionName } = await subscription(ens);
      const before = await shown(ens, subscriptionId);
      await changeRefused(ens, { subscriptionName, eventCategoryTypes: [BOUNCED] }, 400, 10002);
      expect(await shown(ens, subscriptionId)).toEqual(before);
    },
  },
  {
    id: "subscription.update.types-missing",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      await changeRefused(ens, { subscriptionId, status: "paused", statusReason: "maintenance" }, 400, 10002);
    },
  },
  {
    id: "subscription.update.types-replace",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens, { eventCategoryTypes: [EMAIL_SENT, NOT_SENT] });
      expect((await change(ens, { subscriptionId, eventCategoryTypes: [BOUNCED] })).status).toBe(200);
      expect(await shown(ens, subscriptionId)).toMatchObject({ eventCategoryTypes: [BOUNCED] });
    },
  },
  {
    id: "subscription.update.types-unknown",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      const eventCategoryTypes = [EMAIL_SENT, "TransactionalSendEvents.LetterSent"];
      await changeRefused(ens, { subscriptionId, eventCategoryTypes }, 400, 10005);
      await ens.turn({ unknownTypes: "accept" });
      expect((await change(ens, { subscriptionId, eventCategoryTypes })).status).toBe(200);
      expect(await shown(ens, subscriptionId)).toMatchObject({ eventCategoryTypes });
    },
  },
  filters("subscription.update.filters-replace", { filters: ["definitionKey=c"] }, ["definitionKey=c"]),
  {
    id: "subscription.update.filters-omitted",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens, { filters: ["definitionKey=a"] });
      const rename = () => change(ens, { subscriptionId, ...TYPES, subscriptionName: ens.name("renamed") });
      expect((await rename()).items).toMatchObject([{ filters: ["definitionKey=a"] }]);
      expect(await shown(ens, subscriptionId)).toMatchObject({ filters: ["definitionKey=a"] });
      await ens.turn({ filtersOmitted: "clear" });
      expect((await rename()).items).toMatchObject([{ filters: [] }]);
      expect(await shown(ens, subscriptionId)).toMatchObject({ filters: [] });
    },
  },
  filters("subscription.update.filters-clear", { filters: [] }, []),
  filters("subscription.update.filters-clear-empty-string", { filters: [""] }, []),
  {
    id: "subscription.update.name-change",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      const subscriptionName = ens.name("renamed");
      expect((await change(ens, { subscriptionId, ...TYPES, subscriptionName })).status).toBe(200);
      expect(await shown(ens, subscriptionId)).toMatchObject({ subscriptionName });
    },
  },
  {
    id: "subscription.update.name-taken",
    needs: "simulator",
    async run(ens) {
      const [one, two] = [await subscription(ens), await subscription(ens)];
      const token = await ens.token({ account_id: 7000003 });
      const { callbackId } = await verified(ens, {}, token);
      const elsewhere = asked(ens, callbackId);
      expect((await ens.call("POST", SUBSCRIPTIONS, [elsewhere], { token })).status).toBe(201);
      const { subscriptionId } = one;
      const named = (subscriptionName: string) => ({ subscriptionId, ...TYPES, subscriptionName });
      await changeRefused(ens, named(two.subscriptionName), 400, 10005);
      await ens.turn({ uniquenessScope: "tenant" });
      await changeRefused(ens, named(two.subscriptionName), 400, 10005);
      await changeRefused(ens, named(elsewhere.subscriptionName), 400, 10005);
      await ens.turn({ uniquenessScope: "mid" });
      expect((await change(ens, named(elsewhere.subscriptionName))).status).toBe(200);
    },
  },
  {
    id: "subscription.update.callback-id-equal",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId, callbackId } = await subscription(ens);
      const subscriptionName = ens.name("renamed");
      expect((await change(ens, { subscriptionId, callbackId, ...TYPES, subscriptionName })).status).toBe(200);
      expect(await shown(ens, subscriptionId)).toMatchObject({ callbackId, subscriptionName });
    },
  },
  {
    id: "subscription.update.callback-id-different",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      const { callbackId } = await verified(ens);
      await changeRefused(ens, { subscriptionId, callbackId, eventCategoryTypes: [BOUNCED] }, 400, 10005);
    },
  },
  {
    id: "subscription.update.unknown-id",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      const unknown = { subscriptionId: NOBODY, eventCategoryTypes: [BOUNCED] };
      expect(await change(ens, unknown)).toEqual(refusal(404, 404));
      await ens.turn({ unknownSubscriptionOnPut: 400 });
      expect(await change(ens, unknown)).toEqual(refusal(400, 10005));
      const { subscriptions } = await ens.simulator.admin.state();
      expect(subscriptions).toMatchObject([{ subscriptionId, ...TYPES }]);
    },
  },
  {
    id: "subscription.update.effective-within-2-min",
    needs: "simulator",
    options: { lag: { subscriptions: 120 } },
    async run(ens) {
      const { subscriptionId } = await subscription(ens, { filters: ["definitionKey=old"] });
      await ens.simulator.admin.clock({ advanceSeconds: 120 });
      expect((await change(ens, { subscriptionId, ...TYPES, filters: ["definitionKey=new"] })).status).toBe(200);
      expect(await shown(ens, subscriptionId)).toMatchObject({ filters: ["definitionKey=new"] });
      await ens.simulator.admin.clock({ advanceSeconds: 119 });
      expect(await delivered(ens, ["old", "new"])).toEqual(["old"]);
      await ens.simulator.admin.clock({ advanceSeconds: 1 });
      expect(await delivered(ens, ["old", "new"])).toEqual(["new"]);
    },
  },
  {
    id: "subscription.update.status-304",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId, subscriptionName } = await paused(ens, { filters: ["definitionKey=a"] });
      const before = await shown(ens, subscriptionId);
      const same = { subscriptionId, subscriptionName, ...TYPES, filters: ["definitionKey=a"] };
      for (const body of [[same], same, [{ subscriptionId, ...TYPES }]]) {
        expect(await ens.call("PUT", SUBSCRIPTIONS, body)).toMatchObject({ status: 304, text: "" });
      }
      expect(await shown(ens, subscriptionId)).toEqual(before);
    },
  },
  ...guards(GUARDED),
];
