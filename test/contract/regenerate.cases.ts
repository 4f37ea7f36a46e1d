import { createHmac } from "node:crypto";
import { guards } from "./guards";
import {
  created,
  EMAIL_SENT,
  KEY,
  type Made,
  NOBODY,
  REGENERATE,
  read,
  refusal,
  state,
  subscribed,
  verified,
} from "./steps";
import type { Case, Session } from "./suite";

/** Creates a callback that gets events. */
async function subscribedCallback(ens: Session): Promise<Made> {
  const made = await verified(ens);
  await subscribed(ens, made.callbackId);
  return made;
}

/** Rotates the key and returns the new one. */
async function regenerated(ens: Session, { callbackId }: Made): Promise<string> {
  const answer = await ens.call("PUT", REGENERATE, [{ callbackId }]);
  expect(answer.status).toBe(200);
  return String(answer.items[0]?.signatureKey);
}

/** Returns, for each delivery, the index of the key that signed it, or `-1`. */
async function signers(ens: Session, keys: readonly string[], count = 6): Promise<number[]> {
  const first = ens.receiver.received.length;
  for (let sent = 0; sent < count; sent += 1) {
    await ens.simulator.admin.emit({ eventCategoryType: EMAIL_SENT });
  }
  const arrived = ens.receiver.received.slice(first);
  expect(arrived).toHaveLength(count);
  return arrived.map(({ headers, body }) =>
    keys.findIndex((key) => {
      const hmac = createHmac("sha256", Buffer.from(key, "base64")).update(body);
      return hmac.digest("base64") === headers["x-sfmc-ens-signature"];
    }),
  );
}

/** Both keys sign for 120 s, and only the new one after that. */
async function overlap(ens: Session, made: Made): Promise<void> {
  const keys = [made.signatureKey, await regenerated(ens, made)];
  expect(new Set(await signers(ens, keys))).toEqual(new Set([0, 1]));
  await ens.simulator.admin.clock({ advanceSeconds: 119 });
  expect(new Set(await signers(ens, keys))).toEqual(new Set([0, 1]));
  await ens.simulator.admin.clock({ advanceSeconds: 1 });
  expect(new Set(await signers(ens, keys))).toEqual(new Set([1]));
}

/** Asserts that a request is rejected and changes no key. */
const refused = (id: string, bodies: (made: Made) => readonly unknown[], status: number, errorcode: number): Case => ({
  id,
  needs: "simulator",
  async run(ens) {
    const made = await verified(ens);
    const before = await state(ens);
    for (const body of bodies(made)) {
      expect(await ens.call("PUT", REGENERATE, body)).toEqual(refusal(status, errorcode));
    }
    expect(await state(ens)).toEqual(before);
  },
});

export const REGENERATION: readonly Case[] = [
  {
    id: "regenerate.status-200",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, callbackName, url, signatureKey } = await verified(ens);
      const answer = await ens.call("PUT", REGENERATE, [{ callbackId }]);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual([{ callbackId, callbackName, url, signatureKey: expect.not.stringMatching("^$") }]);
      expect(answer.items[0]?.signatureKey).not.toBe(signatureKey);
    },
  },
  refused("regenerate.body-object", ({ callbackId }) => [{ callbackId }, {}], 400, 10001),
  {
    id: "regenerate.new-key",
    needs: "anywhere",
    async run(ens) {
      const made = await verified(ens);
      const keys = [made.signatureKey, await regenerated(ens, made), await regenerated(ens, made)];
      for (const key of keys) expect(key).toMatch(KEY);
      expect(new Set(keys).size).toBe(3);
    },
  },
  {
    id: "regenerate.old-key-dead",
    needs: "simulator",
    async run(ens) {
      const made = await subscribedCallback(ens);
      expect(new Set(await signers(ens, [made.signatureKey]))).toEqual(new Set([0]));
      const signatureKey = await regenerated(ens, made);
      expect(new Set(await signers(ens, [made.signatureKey, signatureKey]))).toEqual(new Set([1]));
      await ens.turn({ regenerateOverlap: 120 });
      await overlap(ens, { ...made, signatureKey });
    },
  },
  {
    id: "regenerate.overlap",
    needs: "simulator",
    options: { switches: { regenerateOverlap: 120 } },
    async run(ens) {
      const made = await subscribedCallback(ens);
      await overlap(ens, made);
      await ens.turn({ regenerateOverlap: 0 });
      const keys = [made.signatureKey, await regenerated(ens, made)];
      expect(new Set(await signers(ens, keys))).toEqual(new Set([1]));
    },
  },
  refused(
    "regenerate.id-missing",
    ({ callbackId }) => [[{}], [{ callbackId: null }], [{ callbackId }, { callbackName: "orders" }]],
    400,
    10002,
  ),
  {
    id: "regenerate.status-404",
    needs: "simulator",
    async run(ens) {
      const neighbour = await created(ens, {}, await ens.token({ account_id: 7000003 }));
      const before = await state(ens);
      for (const callbackId of [NOBODY, neighbour.callbackId]) {
        expect(await ens.call("PUT", REGENERATE, [{ callbackId }])).toEqual(refusal(404, 404));
      }
      expect(await state(ens)).toEqual(before);
    },
  },
  {
    id: "regenerate.status-unchanged",
    needs: "anywhere",
    async run(ens) {
      const made = await verified(ens);
      const before = await read(ens, made.callbackId);
      expect(before).toMatchObject({ status: "verified" });
      await regenerated(ens, made);
      expect(await read(ens, made.callbackId)).toEqual(before);
      expect(ens.receiver.probes).toHaveLength(1);
    },
  },
  {
    id: "regenerate.answer-lost",
    needs: "simulator",
    async run(ens) {
      const made = await subscribedCallback(ens);
      await ens.simulator.admin.faults([{ kind: "answer-lost", path: REGENERATE }]);
      await expect(regenerated(ens, made)).rejects.toThrow();
      expect(new Set(await signers(ens, [made.signatureKey]))).toEqual(new Set([-1]));
      const keys = [made.signatureKey, await regenerated(ens, made)];
      expect(new Set(await signers(ens, keys))).toEqual(new Set([1]));
    },
  },
  ...guards({
    id: "regenerate",
    scope: "event_notification_callback_update",
    request: async (ens) => ({
      method: "PUT",
      path: REGENERATE,
      body: [{ callbackId: (await created(ens)).callbackId }],
    }),
  }),
];
