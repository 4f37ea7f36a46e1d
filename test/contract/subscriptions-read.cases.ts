import { type Guarded, guards } from "./guards";
import { CALLBACKS, EMAIL_SENT, NOBODY, refusal, SUBSCRIPTIONS, verified } from "./steps";
import {
  asked,
  BY_CALLBACK,
  fill,
  listOf,
  malformedId,
  NOT_SENT,
  paused,
  shown,
  subscription,
} from "./subscription-steps";
import type { Case } from "./suite";

const GET: Guarded = {
  id: "subscription.get",
  scope: "event_notification_subscription_read",
  request: async (ens) => ({ method: "GET", path: `${SUBSCRIPTIONS}/${(await subscription(ens)).subscriptionId}` }),
};

const LIST: Guarded = {
  id: "subscription.list",
  scope: "event_notification_subscription_read",
  request: async (ens) => ({ method: "GET", path: `${BY_CALLBACK}/${(await subscription(ens)).callbackId}` }),
};

export const SUBSCRIPTIONS_READ: readonly Case[] = [
  {
    id: "subscription.get.status-200",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, callbackName, url, maxBatchSize } = await verified(ens, { maxBatchSize: 300 });
      const body = asked(ens, callbackId, { eventCategoryTypes: [EMAIL_SENT, NOT_SENT], filters: ["definitionKey=a"] });
      const { subscriptionId } = await subscription(ens, body);
      const owner = { callbackName, url, maxBatchSize };
      const state = { status: "active", statusReason: "none" };
      expect(await shown(ens, subscriptionId)).toEqual({ ...body, subscriptionId, ...owner, ...state });
      expect(maxBatchSize).toBe(300);
    },
  },
  {
    id: "subscription.get.status-reason-initial",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      expect((await shown(ens, subscriptionId)).statusReason).toBe("none");
    },
  },
  {
    id: "subscription.get.callback-fields",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, url, maxBatchSize } = await verified(ens);
      const { subscriptionId } = await subscription(ens, { callbackId });
      expect(await shown(ens, subscriptionId)).toMatchObject({ url, maxBatchSize });
      const callbackName = ens.name("renamed");
      const changed = await ens.call("PUT", CALLBACKS, [{ callbackId, callbackName, maxBatchSize: 200 }]);
      expect(changed.status).toBe(200);
      expect(await shown(ens, subscriptionId)).toMatchObject({ url, maxBatchSize: 200, callbackName });
    },
  },
  malformedId("subscription.get.status-400", "GET", SUBSCRIPTIONS),
  {
    id: "subscription.get.status-404",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, subscriptionId } = await subscription(ens);
      for (const id of [NOBODY, callbackId]) {
        expect(await ens.call("GET", `${SUBSCRIPTIONS}/${id}`)).toEqual(refusal(404, 404));
      }
      expect(await shown(ens, subscriptionId.toUpperCase())).toMatchObject({ subscriptionId });
    },
  },
  ...guards(GET),
  {
    id: "subscription.list.status-200",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const one = await subscription(ens, { callbackId, filters: ["definitionKey=a"] });
      const two = await subscription(ens, { callbackId, filters: ["definitionKey=b"] });
      const answer = await ens.call("GET", `${BY_CALLBACK}/${callbackId}`);
      expect(answer.status).toBe(200);
      const single = [await shown(ens, one.subscriptionId), await shown(ens, two.subscriptionId)];
      expect(answer.body).toEqual(single.map((each) => ({ ...each, statusReason: expect.any(String) })));
    },
  },
  {
    id: "subscription.list.own-callback-only",
    needs: "anywhere",
    async run(ens) {
      const [one, two] = [await subscription(ens), await subscription(ens)];
      for (const { callbackId, subscriptionId } of [one, two]) {
        expect(await listOf(ens, callbackId)).toMatchObject([{ callbackId, subscriptionId }]);
      }
    },
  },
  {
    id: "subscription.list.includes-paused",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, subscriptionId } = await paused(ens);
      expect(await listOf(ens, callbackId)).toMatchObject([
        { subscriptionId, status: "paused", statusReason: "by hand" },
      ]);
    },
  },
  {
    id: "subscription.list.status-reason",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, subscriptionId } = await subscription(ens);
      expect(await listOf(ens, callbackId)).toMatchObject([{ statusReason: "" }]);
      expect(await shown(ens, subscriptionId)).toMatchObject({ statusReason: "none" });
    },
  },
  {
    id: "subscription.list.empty",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const list = () => ens.call("GET", `${BY_CALLBACK}/${callbackId}`);
      expect(await list()).toMatchObject({ status: 200, text: "[]" });
      await ens.turn({ emptyList: 404 });
      expect(await list()).toEqual(refusal(404, 404));
      await subscription(ens, { callbackId });
      expect((await list()).status).toBe(200);
    },
  },
  {
    id: "subscription.list.no-filters",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, subscriptionId } = await subscription(ens);
      expect(await listOf(ens, callbackId)).toMatchObject([{ filters: [""] }]);
      expect(await shown(ens, subscriptionId)).toMatchObject({ filters: [] });
    },
  },
  malformedId("subscription.list.status-400", "GET", BY_CALLBACK),
  {
    id: "subscription.list.status-404",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      for (const id of [NOBODY, subscriptionId]) {
        expect(await ens.call("GET", `${BY_CALLBACK}/${id}`)).toEqual(refusal(404, 404));
      }
    },
  },
  {
    id: "subscription.list.no-paging",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      await fill(ens, callbackId, 200);
      const list = () => ens.call("GET", `${BY_CALLBACK}/${callbackId}`);
      const { status, body } = await list();
      expect(status).toBe(200);
      expect(new Set((body as { subscriptionId: string }[]).map((each) => each.subscriptionId)).size).toBe(200);
      await ens.turn({ listShape: "items" });
      expect((await list()).body).toEqual({ items: body });
    },
  },
  {
    id: "subscription.list-all",
    needs: "anywhere",
    async run(ens) {
      await subscription(ens);
      expect(await ens.call("GET", SUBSCRIPTIONS)).toEqual(refusal(404, 404));
    },
  },
  ...guards(LIST),
];
