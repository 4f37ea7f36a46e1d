import {
  CALLBACKS,
  created,
  EMAIL_SENT,
  GUID,
  KEY,
  listed,
  NOBODY,
  read,
  refusal,
  scheme,
  state,
  subscribed,
  verified,
  wanted,
} from "./steps";
import type { Case, Session } from "./suite";

/** A case in which a request is rejected before anything is stored or a verification request is sent. */
const refused = (id: string, bodies: (ens: Session) => readonly unknown[], errorcode: number): Case => ({
  id,
  needs: "anywhere",
  async run(ens) {
    const before = await listed(ens);
    for (const body of bodies(ens)) {
      expect(await ens.call("POST", CALLBACKS, body)).toEqual(refusal(400, errorcode));
    }
    expect(ens.receiver.probes).toEqual([]);
    expect(await listed(ens)).toEqual(before);
  },
});

/** Arrays of callbacks are stored completely or not at all. */
const ARRAYS: readonly Case[] = [
  {
    id: "callback.create.response-order",
    needs: "anywhere",
    async run(ens) {
      const bodies = [wanted(ens), wanted(ens), wanted(ens)].reverse();
      const answer = await ens.call("POST", CALLBACKS, bodies);
      expect(answer.status).toBe(201);
      expect(answer.items.map(({ url }) => url)).toEqual(bodies.map(({ url }) => url));
    },
  },
  refused("callback.create.body-object", (ens) => [wanted(ens)], 10001),
  {
    id: "callback.create.several-elements",
    needs: "simulator",
    async run(ens) {
      const three = () => [wanted(ens), wanted(ens), wanted(ens)];
      const answer = await ens.call("POST", CALLBACKS, three());
      expect(answer.status).toBe(201);
      const ids = answer.items.map(({ callbackId }) => callbackId);
      expect(ens.receiver.probes.map(({ body }) => JSON.parse(body).callbackId)).toEqual(ids);
      expect((await listed(ens)).map(({ callbackId }) => callbackId)).toEqual(ids);

      await ens.turn({ maxItems: 1 });
      expect((await ens.call("POST", CALLBACKS, three())).status).toBe(400);
      expect(await listed(ens)).toHaveLength(3);
      await created(ens);
    },
  },
  {
    id: "callback.create.several-elements-one-bad",
    needs: "simulator",
    options: { connectTo: { "closed.example.org": "127.0.0.1:1" } },
    async run(ens) {
      const good = wanted(ens);
      const bad = [wanted(ens, { url: "http://hooks.example.org/" }), wanted(ens, { callbackName: undefined })];
      expect(await ens.call("POST", CALLBACKS, [good, ...bad])).toEqual(refusal(400, 10003));
      expect(await ens.call("POST", CALLBACKS, [good, { ...wanted(ens), url: good.url }])).toEqual(refusal(400, 30001));
      expect(ens.receiver.probes).toEqual([]);
      expect(await listed(ens)).toEqual([]);

      const unreachable = wanted(ens, { url: "https://closed.example.org/" });
      expect(await ens.call("POST", CALLBACKS, [wanted(ens), unreachable])).toEqual(refusal(400, 30000));
      const [orphan, ...others] = await listed(ens);
      expect(orphan).toMatchObject({ url: unreachable.url });
      expect(others).toEqual([]);
      await ens.call("DELETE", `${CALLBACKS}/${orphan?.callbackId}`);

      await ens.turn({ arrayFailure: "partial" });
      expect(await ens.call("POST", CALLBACKS, [good, ...bad, wanted(ens)])).toEqual(refusal(400, 10003));
      expect(ens.receiver.probes).toHaveLength(2);
      expect((await listed(ens)).map(({ url }) => url)).toEqual([good.url]);
    },
  },
  {
    id: "callback.create.too-many-elements",
    needs: "anywhere",
    async run(ens) {
      for (const maxItems of [50, 1]) {
        await ens.turn({ maxItems });
        const before = await listed(ens);
        const bodies = Array.from({ length: maxItems + 1 }, () => wanted(ens));
        expect(await ens.call("POST", CALLBACKS, bodies)).toEqual(refusal(400, 10005));
        expect(await listed(ens)).toEqual(before);
        expect((await ens.call("POST", CALLBACKS, bodies.slice(1))).status).toBe(201);
      }
    },
  },
];

const NAMES: readonly Case[] = [
  refused(
    "callback.create.name-missing",
    (ens) => [undefined, null, ""].map((callbackName) => [wanted(ens, { callbackName })]),
    10002,
  ),
  {
    id: "callback.create.name-duplicate",
    needs: "simulator",
    async run(ens) {
      const { callbackName } = await created(ens);
      expect(await created(ens, { callbackName })).toMatchObject({ callbackName });
      expect(await listed(ens)).toHaveLength(2);

      await ens.turn({ uniqueCallbackNames: true });
      expect(await ens.call("POST", CALLBACKS, [wanted(ens, { callbackName })])).toEqual(refusal(400, 30001));
      const other = await created(ens);
      const rename = [{ callbackId: other.callbackId, callbackName }];
      expect(await ens.call("PUT", CALLBACKS, rename)).toEqual(refusal(400, 10005));
      expect((await listed(ens)).map((callback) => callback.callbackName)).toEqual([
        callbackName,
        callbackName,
        other.callbackName,
      ]);
      expect(ens.receiver.probes).toHaveLength(3);
    },
  },
  {
    id: "callback.create.name-no-length-rule",
    needs: "simulator",
    async run(ens) {
      const callbackName = ens.name("long").repeat(1000);
      const url = `${ens.url("long")}/${"a".repeat(5000)}`;
      const { callbackId } = await created(ens, { callbackName, url });
      expect(await read(ens, callbackId)).toMatchObject({ callbackName, url });
    },
  },
];

const SIZES: readonly Case[] = [
  {
    id: "callback.create.max-batch-default",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, maxBatchSize } = await created(ens);
      expect(maxBatchSize).toBe(1000);
      expect(await read(ens, callbackId)).toMatchObject({ maxBatchSize: 1000 });
    },
  },
  {
    id: "callback.create.max-batch-bounds",
    needs: "anywhere",
    async run(ens) {
      for (const maxBatchSize of [100, 1000]) {
        const made = await created(ens, { maxBatchSize });
        expect(made.maxBatchSize).toBe(maxBatchSize);
        expect(await read(ens, made.callbackId)).toMatchObject({ maxBatchSize });
      }
    },
  },
  refused(
    "callback.create.max-batch-out-of-range",
    (ens) => [99, 1001, 0, -100].map((maxBatchSize) => [wanted(ens, { maxBatchSize })]),
    10005,
  ),
  refused(
    "callback.create.max-batch-wrong-type",
    (ens) => ["500", 500.5, true, [500]].map((maxBatchSize) => [wanted(ens, { maxBatchSize })]),
    10001,
  ),
];

export const CREATE: readonly Case[] = [
  {
    id: "callback.create.status-201",
    needs: "anywhere",
    async run(ens) {
      const body = wanted(ens, { maxBatchSize: 500 });
      const answer = await ens.call("POST", CALLBACKS, [body]);
      expect(answer.status).toBe(201);
      const ids = { callbackId: expect.stringMatching(GUID), signatureKey: expect.any(String) };
      expect(answer.body).toEqual([{ ...body, ...ids }]);
      expect((await created(ens)).callbackId).not.toBe(answer.items[0]?.callbackId);
    },
  },
  {
    id: "callback.create.response-no-auth-id",
    needs: "simulator",
    async run(ens) {
      const authId = await scheme(ens);
      const made = await created(ens, { authId });
      expect(Object.keys(made).sort()).toEqual(["callbackId", "callbackName", "maxBatchSize", "signatureKey", "url"]);
      expect((await state(ens)).callbacks).toEqual([expect.objectContaining({ authId })]);
    },
  },
  {
    id: "callback.create.signature-key-format",
    needs: "anywhere",
    async run(ens) {
      const [one, other] = [await created(ens), await created(ens)];
      for (const { signatureKey } of [one, other]) {
        expect(signatureKey).toMatch(KEY);
        expect(Buffer.from(signatureKey, "base64")).toHaveLength(32);
      }
      expect(one.signatureKey).not.toBe(other.signatureKey);
    },
  },
  {
    id: "callback.create.initial-status",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await created(ens);
      for (const unverifiedStatus of ["unverified", "pending"]) {
        await ens.turn({ unverifiedStatus });
        expect(await read(ens, callbackId)).toMatchObject({ status: unverifiedStatus });
      }
    },
  },
  ...ARRAYS,
  ...NAMES,
  ...SIZES,
  {
    id: "callback.create.auth-id",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await verified(ens, { authId: await scheme(ens) });
      await subscribed(ens, callbackId);
      const { deliveries } = await ens.simulator.admin.emit({ eventCategoryType: EMAIL_SENT });
      expect(deliveries).toMatchObject([{ callbackId, outcome: "delivered", authorization: "bearer" }]);
      const bearer = expect.stringMatching(/^Bearer customer-token-\d+$/);
      expect(ens.receiver.received).toMatchObject([{ headers: { authorization: bearer } }]);
    },
  },
  refused("callback.create.auth-id-unknown", (ens) => [[wanted(ens, { authId: NOBODY })]], 10005),
  {
    id: "callback.create.max-callbacks",
    needs: "simulator",
    async run(ens) {
      const fifty = Array.from({ length: 50 }, () => wanted(ens));
      expect((await ens.call("POST", CALLBACKS, fifty)).status).toBe(201);
      await created(ens);
      expect(await listed(ens)).toHaveLength(51);

      await ens.turn({ maxCallbacks: 2 });
      const token = await ens.token({ account_id: 7000003 });
      const three = [wanted(ens), wanted(ens), wanted(ens)];
      expect(await ens.call("POST", CALLBACKS, three, { token })).toEqual(refusal(400, 30001));
      expect(await listed(ens, token)).toEqual([]);
      await created(ens, {}, token);
      await created(ens, {}, token);
      expect(await ens.call("POST", CALLBACKS, [wanted(ens)], { token })).toEqual(refusal(400, 30001));
      expect(await listed(ens, token)).toHaveLength(2);
    },
  },
  {
    id: "callback.create.answer-lost",
    needs: "simulator",
    async run(ens) {
      const { admin } = ens.simulator;
      await admin.faults([{ kind: "answer-lost", method: "POST", path: CALLBACKS }]);
      const body = wanted(ens);
      await expect(ens.call("POST", CALLBACKS, [body])).rejects.toThrow();
      const [found, ...others] = await listed(ens);
      expect(found).toMatchObject(body);
      expect(others).toEqual([]);
      const [real] = (await admin.state()).callbacks;
      const seen = [await ens.call("GET", CALLBACKS), await ens.call("GET", `${CALLBACKS}/${found?.callbackId}`)];
      for (const { text } of seen) expect(text).not.toContain(real?.signatureKey);
    },
  },
];
