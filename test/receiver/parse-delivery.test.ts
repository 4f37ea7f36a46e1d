import fc from "fast-check";
import { type EnsEvent, EVENT_TYPES, isEvent, NotADelivery, parseDelivery } from "pulumi-ens-receiver";

const opened = { eventCategoryType: "EngagementEvents.EmailOpen", timestampUTC: 1_700_000_000_123 };

test("a delivery is a list of events or a single event", () => {
  expect(parseDelivery(JSON.stringify([opened, opened]))).toEqual([opened, opened]);
  expect(parseDelivery(JSON.stringify(opened))).toEqual([opened]);
  expect(parseDelivery(Buffer.from(JSON.stringify([opened])))).toEqual([opened]);
  expect(parseDelivery("[]")).toEqual([]);
});

test("an event of an unknown type is kept with all of its fields", () => {
  const newer = { eventCategoryType: "FutureEvents.Teleported", speed: { unit: "c", value: 1 } };
  expect(parseDelivery(JSON.stringify([newer]))).toEqual([newer]);
});

test.each<[string, string]>([
  ["", "the body of the delivery is not JSON"],
  ["secret-marker", "the body of the delivery is not JSON"],
  ["[1]", "event 0 of the delivery is not an object"],
  ["null", "event 0 of the delivery is not an object"],
  [JSON.stringify([opened, [opened]]), "event 1 of the delivery is not an object"],
  [JSON.stringify([opened, { timestampUTC: 1 }]), "event 1 of the delivery has no eventCategoryType"],
  [JSON.stringify({ callbackId: "c", verificationKey: "k" }), "event 0 of the delivery has no eventCategoryType"],
])("the body %j is not a delivery, and the error does not repeat it", (body, message) => {
  expect(() => parseDelivery(body)).toThrow(new NotADelivery(message));
});

test("any text returns a list of events or throws NotADelivery", () => {
  const body = fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.uint8Array());
  fc.assert(
    fc.property(body, (given) => {
      try {
        for (const { eventCategoryType } of parseDelivery(given)) expect(typeof eventCategoryType).toBe("string");
      } catch (error) {
        expect(error).toBeInstanceOf(NotADelivery);
      }
    }),
    { numRuns: 1000 },
  );
});

test("isEvent returns whether an event has a type, and TypeScript then knows its fields", () => {
  const event: EnsEvent = {
    ...opened,
    info: { ipAddress: "198.51.100.7", userAgent: "Mozilla/5.0", location: { city: "Berlin" } },
  };
  if (!isEvent(event, "EngagementEvents.EmailOpen")) throw new Error("it is one");
  const city: string | undefined = event.info.location.city;
  expect(city).toBe("Berlin");
  expect(Object.keys(EVENT_TYPES)).toHaveLength(36);
  expect(Object.keys(EVENT_TYPES).filter((type) => isEvent(event, type as "EngagementEvents.EmailOpen"))).toEqual([
    "EngagementEvents.EmailOpen",
  ]);
});
