import { EMAIL_SENT, refusal, SUBSCRIPTIONS, verified } from "./steps";
import {
  asked,
  BOUNCED,
  delivered,
  EVENT_TYPES,
  listOf,
  NOT_SENT,
  refusedCreate,
  shown,
  subscription,
} from "./subscription-steps";
import type { Case } from "./suite";

/** Each type is rejected, and accepted unchanged with a switch. */
function unknown(id: string, overs: readonly object[]): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await verified(ens);
      for (const over of overs) {
        const answer = await ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId, over)]);
        expect({ over, answer }).toEqual({ over, answer: refusal(400, 10005) });
      }
      expect(await listOf(ens, callbackId)).toEqual([]);
      await ens.turn({ unknownTypes: "accept" });
      for (const over of overs) expect(await subscription(ens, { callbackId, ...over })).toMatchObject(over);
    },
  };
}

const types = (...eventCategoryTypes: string[]) => ({ eventCategoryTypes });

export const SUBSCRIPTIONS_TYPES: readonly Case[] = [
  refusedCreate("subscription.create.types-missing", () => [{ eventCategoryTypes: undefined }], 400, 10002),
  refusedCreate("subscription.create.types-empty", () => [types()], 400, 10002),
  refusedCreate(
    "subscription.create.types-string",
    () => [{ eventCategoryTypes: `${EMAIL_SENT},${NOT_SENT}` }, { eventCategoryTypes: EMAIL_SENT }],
    400,
    10001,
  ),
  {
    id: "subscription.create.types-catalogue",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      expect(EVENT_TYPES).toHaveLength(36);
      for (const { type } of EVENT_TYPES) {
        const made = await subscription(ens, { callbackId, ...types(type) });
        expect(made.eventCategoryTypes).toEqual([type]);
      }
      expect(await listOf(ens, callbackId)).toHaveLength(36);
    },
  },
  unknown("subscription.create.types-unknown", [
    types("TransactionalSendEvents.LetterSent"),
    types("EmailSent"),
    types("SendEvents.EmailSent"),
    types(EMAIL_SENT, "toString"),
  ]),
  unknown("subscription.create.types-not-in-catalogue", [
    types("TransactionalOpenEvents.EmailOpen"),
    types("TransactionalOpenEvents.EmailNotOpen"),
    types("EmailQueued"),
    types("TransactionalSendEvents.EmailQueued"),
  ]),
  {
    id: "subscription.create.types-case",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const over = types("TransactionalSendEvents.SMSSent");
      expect(await ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId, over)])).toEqual(refusal(400, 10005));
      expect(await listOf(ens, callbackId)).toEqual([]);
      await ens.turn({ caseSensitiveTypes: false });
      await subscription(ens, { callbackId, ...over });
      expect(await delivered(ens, ["any case"], "TransactionalSendEvents.SmsSent")).toEqual(["any case"]);
    },
  },
  {
    id: "subscription.create.types-order",
    needs: "anywhere",
    async run(ens) {
      const lists = { ...types(BOUNCED, EMAIL_SENT, NOT_SENT), filters: ["smtpReason=x", "definitionKey=a"] };
      const made = await subscription(ens, lists);
      expect(made).toMatchObject(lists);
      expect(await shown(ens, made.subscriptionId)).toMatchObject(lists);
      await ens.turn({ shuffle: true });
      const { eventCategoryTypes, filters } = await shown(ens, made.subscriptionId);
      expect(eventCategoryTypes).not.toEqual(lists.eventCategoryTypes);
      expect(filters).not.toEqual(lists.filters);
    },
  },
  {
    id: "subscription.create.types-shuffled",
    needs: "simulator",
    options: { switches: { shuffle: true } },
    async run(ens) {
      const given = [EMAIL_SENT, NOT_SENT, BOUNCED];
      const made = await subscription(ens, types(...given));
      const [listed] = await listOf(ens, made.callbackId);
      for (const seen of [made, await shown(ens, made.subscriptionId), listed]) {
        const there = seen?.eventCategoryTypes as string[];
        expect(there).not.toEqual(given);
        expect(there.toSorted()).toEqual(given.toSorted());
      }
    },
  },
  {
    id: "subscription.create.ott-not-sent-two-categories",
    needs: "anywhere",
    async run(ens) {
      const both = ["TransactionalSendEvents.OttNotSent", "SendEvents.OttNotSent"];
      const { subscriptionId } = await subscription(ens, types(...both));
      expect(await shown(ens, subscriptionId)).toMatchObject(types(...both));
    },
  },
  {
    id: "subscription.create.filters-omitted",
    needs: "simulator",
    async run(ens) {
      const made = await subscription(ens, { filters: undefined });
      expect(made.filters).toEqual([]);
      expect(await delivered(ens, ["one", "other"])).toEqual(["one", "other"]);
    },
  },
  {
    id: "subscription.create.filters-empty-string",
    needs: "anywhere",
    async run(ens) {
      const made = await subscription(ens, { filters: [""] });
      expect(made.filters).toEqual([]);
      expect(await shown(ens, made.subscriptionId)).toMatchObject({ filters: [] });
    },
  },
  {
    id: "subscription.create.filters-known-keys",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const filtered = EVENT_TYPES.filter(({ filterKeys }) => filterKeys.length > 0);
      expect(filtered).toHaveLength(22);
      for (const { type, filterKeys } of filtered) {
        const filters = filterKeys.map((key) => `${key}=a`);
        const made = await subscription(ens, { callbackId, ...types(type), filters });
        expect(made.filters).toEqual(filters);
      }
    },
  },
  unknown("subscription.create.filters-unknown-key", [
    { filters: ["colour=red"] },
    { filters: ["definitionKey=a", "DefinitionKey=a"] },
  ]),
  {
    id: "subscription.create.filters-key-of-other-type",
    needs: "simulator",
    async run(ens) {
      const made = await subscription(ens, { filters: ["bounceCode=HARD"] });
      expect(made.filters).toEqual(["bounceCode=HARD"]);
      const event = { eventCategoryType: EMAIL_SENT, info: { bounceCode: "HARD" } };
      await ens.simulator.admin.emit(event);
      expect(ens.receiver.received).toEqual([]);
    },
  },
  refusedCreate(
    "subscription.create.filters-no-equals",
    () => [{ filters: ["definitionKey"] }, { filters: ["definitionKey:a"] }, { filters: ["=a"] }],
    400,
    10005,
  ),
];
