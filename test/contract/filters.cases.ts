import { arrivedKeys, BOUNCED, mail, NOT_SENT, SENT, subscribed, subscriptionOf } from "./delivery-setup";
import { verified } from "./steps";
import { type Case, EVENT_TYPES, type Session } from "./suite";

/** Builds a bounce with a key by which a case recognizes it. */
const bounce = (fields: object, definitionKey: string) => ({ ...mail(definitionKey, BOUNCED), ...fields });

export const FILTERS: readonly Case[] = [
  matching("filter.equal", {
    filters: ["definitionKey=order-confirm"],
    events: [mail("order-confirm"), mail("invoice"), mail("Order-Confirm")],
    arrive: ["order-confirm"],
  }),
  matching("filter.and", {
    types: [BOUNCED],
    filters: ["bounceCode=HARD", "smtpReason=550 no such user"],
    events: [
      bounce({ info: { bounceCode: "HARD", smtpReason: "550 no such user" } }, "both"),
      bounce({ info: { bounceCode: "SOFT", smtpReason: "550 no such user" } }, "reason only"),
      bounce({ info: { bounceCode: "HARD", smtpReason: "452 full" } }, "code only"),
    ],
    arrive: ["both"],
  }),
  matching("filter.regex", {
    filters: ["definitionKey=order-.*"],
    events: [mail("order-a"), mail("invoice-a"), mail("order-")],
    arrive: ["order-a", "order-"],
  }),
  matching("filter.regex-alternation", {
    filters: ["definitionKey=a|b"],
    events: [mail("a"), mail("b"), mail("c"), mail("ab")],
    arrive: ["a", "b"],
  }),
  {
    id: "filter.regex-anchored",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens, { subscription: { filters: ["definitionKey=order"] } });
      const events = [mail("order-confirm"), mail("my-order"), mail("invoice"), mail("order")];
      await ens.simulator.admin.emit(events);
      expect(arrivedKeys(ens)).toEqual(["order"]);
      await ens.turn({ filterAnchoring: "substring" });
      await ens.simulator.admin.emit(events);
      expect(arrivedKeys(ens).slice(1)).toEqual(["order-confirm", "my-order", "order"]);
    },
  },
  matching("filter.same-key-twice", {
    filters: ["definitionKey=a", "definitionKey=b"],
    events: [mail("a"), mail("b"), mail("ab")],
    arrive: [],
  }),
  matching("filter.first-equals-splits", {
    types: [BOUNCED],
    filters: ["smtpReason=x=y"],
    events: [bounce({ info: { smtpReason: "x=y" } }, "whole"), bounce({ info: { smtpReason: "x" } }, "before")],
    arrive: ["whole"],
  }),
  matching("filter.key-precedence", {
    types: [BOUNCED],
    filters: ["bounceCode=SOFT"],
    events: [
      bounce({ bounceCode: "SOFT", info: { bounceCode: "HARD" } }, "top over info"),
      bounce({ bounceCode: "HARD", info: { bounceCode: "SOFT" } }, "not info below top"),
      bounce({ info: { bounceCode: "SOFT" }, Info: { bounceCode: "HARD" } }, "info over Info"),
      bounce({ info: { bounceCode: "HARD" }, Info: { bounceCode: "SOFT" } }, "not Info beside info"),
      bounce({ info: { bounceCode: null }, Info: { bounceCode: "SOFT" } }, "Info alone"),
      bounce({ info: { bounceCode: null }, other: { bounceCode: "SOFT" } }, "nowhere"),
    ],
    arrive: ["top over info", "info over Info", "Info alone"],
  }),
  matching("filter.number-value", {
    types: [NOT_SENT],
    filters: ["statusCode=4"],
    events: [4, "4", 40, 14].map((statusCode) => ({
      ...mail(`${typeof statusCode} ${statusCode}`, NOT_SENT),
      info: { statusCode },
    })),
    arrive: ["number 4", "string 4"],
  }),
  {
    id: "filter.key-not-of-type",
    needs: "simulator",
    async run(ens) {
      const both = { eventCategoryTypes: [SENT, BOUNCED], filters: ["bounceCode=HARD"] };
      const { subscriptionId } = await subscribed(ens, { subscription: both });
      const { skipped } = await ens.simulator.admin.emit([
        { ...mail("sent"), info: { bounceCode: "HARD" } },
        bounce({ info: { bounceCode: "HARD" } }, "hard"),
        bounce({ info: { bounceCode: "SOFT" } }, "soft"),
      ]);
      expect(arrivedKeys(ens)).toEqual(["hard"]);
      expect(skipped).toEqual([{ subscriptionId, reason: "filter", events: 2 }]);
    },
  },
  matching("filter.equality-before-pattern", {
    filters: ["definitionKey=order(1)+[a"],
    also: ["definitionKey=a+b"],
    events: [mail("order(1)+[a"), mail("a+b"), mail("aab"), mail("order1a")],
    arrive: ["order(1)+[a", "a+b", "aab"],
  }),
  {
    id: "filter.keys-per-type",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const pairs = EVENT_TYPES.flatMap(({ type, filterKeys }) => filterKeys.map((key) => ({ type, key })));
      expect(pairs).toHaveLength(36);
      for (const { type, key } of pairs) {
        const fields = { eventCategoryTypes: [type], filters: [`${key}=wanted ${key}`] };
        const subscriptionId = await subscriptionOf(ens, callbackId, fields);
        const { deliveries } = await ens.simulator.admin.emit(
          ["wanted", "other"].map((word) => keyed(type, key, word)),
        );
        expect(deliveries).toMatchObject([{ subscriptionId, events: 1, outcome: "delivered" }]);
        const [arrived, ...more] = JSON.parse(ens.receiver.received.at(-1)?.body ?? "");
        expect(more).toEqual([]);
        expect(arrived).toMatchObject(keyed(type, key, "wanted"));
      }
      expect(ens.receiver.received).toHaveLength(pairs.length);
    },
  },
];

/** A case in which a subscription with these filters gets exactly the events with these definition keys. */
function matching(
  id: string,
  given: {
    readonly types?: readonly string[];
    readonly filters: readonly string[];
    /** Filters of another subscription. */
    readonly also?: readonly string[];
    readonly events: readonly { readonly eventCategoryType: string }[];
    readonly arrive: readonly string[];
  },
): Case {
  const { types: eventCategoryTypes = [SENT], filters, also, events, arrive } = given;
  return {
    id,
    needs: "simulator",
    async run(ens: Session) {
      const { callbackId } = await subscribed(ens, { subscription: { eventCategoryTypes, filters } });
      if (also !== undefined) await subscriptionOf(ens, callbackId, { eventCategoryTypes, filters: also });
      for (const event of events) await ens.simulator.admin.emit(event);
      expect(arrivedKeys(ens)).toEqual(arrive);
    },
  };
}

/** Builds an event with the value `word key` for the key, where its type has the key. */
function keyed(eventCategoryType: string, key: string, word: string) {
  const field = { [key]: `${word} ${key}` };
  return { eventCategoryType, ...(/^(definition|automation)/.test(key) ? field : { info: field }) };
}
