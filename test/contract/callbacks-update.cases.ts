import {
  CALLBACKS,
  created,
  EMAIL_SENT,
  listed,
  type Made,
  NOBODY,
  read,
  refusal,
  state,
  stored,
  subscribed,
  verified,
} from "./steps";
import type { Answer, Case, Session } from "./suite";

/** Sends a PUT of one callback, by default with its current name. */
export const put = (ens: Session, { callbackId, callbackName }: Made, over: object = {}): Promise<Answer> =>
  ens.call("PUT", CALLBACKS, [{ callbackId, callbackName, ...over }]);

/** Asserts that a PUT is rejected and changes nothing. */
const refused = (id: string, bodies: (made: Made) => readonly object[], status: number, errorcode: number): Case => ({
  id,
  needs: "simulator",
  async run(ens) {
    const made = await verified(ens, { maxBatchSize: 200 });
    const before = await state(ens);
    for (const body of bodies(made)) {
      expect(await ens.call("PUT", CALLBACKS, [body])).toEqual(refusal(status, errorcode));
    }
    expect(await state(ens)).toEqual(before);
  },
});

const BODIES: readonly Case[] = [
  {
    id: "callback.update.status-200",
    needs: "anywhere",
    async run(ens) {
      const { signatureKey: _, ...made } = await verified(ens);
      const callbackName = ens.name("renamed");
      const answer = await ens.call("PUT", CALLBACKS, [{ callbackId: made.callbackId, callbackName }]);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual([{ ...made, callbackName }]);
      expect(await read(ens, made.callbackId)).toMatchObject({ ...made, callbackName });
    },
  },
  {
    id: "callback.update.id-in-body",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, callbackName } = await verified(ens);
      for (const body of [[{ callbackId, callbackName: "x" }], [{ callbackName: "x" }], { callbackName: "x" }]) {
        expect((await ens.call("PUT", `${CALLBACKS}/${callbackId}`, body)).status).toBe(404);
      }
      expect(await read(ens, callbackId)).toMatchObject({ callbackName });
    },
  },
  {
    id: "callback.update.body-object",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const callbackName = ens.name("renamed");
      const answer = await ens.call("PUT", CALLBACKS, { callbackId, callbackName });
      expect(answer).toMatchObject({ status: 200, body: { callbackId, callbackName } });
      expect(await read(ens, callbackId)).toMatchObject({ callbackName });
    },
  },
  {
    id: "callback.update.several-elements",
    needs: "simulator",
    async run(ens) {
      const [one, other] = [await verified(ens), await verified(ens)];
      const before = await state(ens);
      const bodies = [
        { callbackId: one.callbackId, callbackName: "changed" },
        { callbackId: other.callbackId, callbackName: "changed", maxBatchSize: 1 },
      ];
      expect(await ens.call("PUT", CALLBACKS, bodies)).toEqual(refusal(400, 10005));
      expect(await state(ens)).toEqual(before);
      await ens.turn({ arrayFailure: "partial" });
      expect(await ens.call("PUT", CALLBACKS, bodies)).toEqual(refusal(400, 10005));
      expect((await listed(ens)).map(({ callbackName }) => callbackName)).toEqual(["changed", other.callbackName]);
    },
  },
  refused(
    "callback.update.id-missing",
    () => [undefined, null, ""].map((callbackId) => ({ callbackId, callbackName: "x" })),
    400,
    10002,
  ),
  refused(
    "callback.update.name-missing",
    ({ callbackId }) => [{ callbackId, maxBatchSize: 500 }, { callbackId }, { callbackId, callbackName: "" }],
    400,
    10002,
  ),
  refused("callback.update.status-404", () => [{ callbackId: NOBODY, callbackName: "x" }], 404, 404),
];

const SIZES: readonly Case[] = [
  {
    id: "callback.update.max-batch-change",
    needs: "simulator",
    async run(ens) {
      const made = await verified(ens, { maxBatchSize: 1000 });
      await subscribed(ens, made.callbackId);
      const sizes = async () => {
        const events = Array.from({ length: 250 }, () => ({ eventCategoryType: EMAIL_SENT }));
        return (await ens.simulator.admin.emit(events)).deliveries.map((delivery) => delivery.events);
      };
      expect(await sizes()).toEqual([250]);
      expect((await put(ens, made, { maxBatchSize: 100 })).items).toEqual([
        expect.objectContaining({ maxBatchSize: 100 }),
      ]);
      expect(await read(ens, made.callbackId)).toMatchObject({ maxBatchSize: 100 });
      expect(await sizes()).toEqual([100, 100, 50]);
    },
  },
  {
    id: "callback.update.max-batch-omitted",
    needs: "anywhere",
    async run(ens) {
      const made = await verified(ens, { maxBatchSize: 200 });
      expect((await put(ens, made, { callbackName: "one" })).status).toBe(200);
      expect(await read(ens, made.callbackId)).toMatchObject({ callbackName: "one", maxBatchSize: 200 });
      await ens.turn({ putResetsDefaults: true });
      expect((await put(ens, made, { callbackName: "two" })).status).toBe(200);
      expect(await read(ens, made.callbackId)).toMatchObject({ callbackName: "two", maxBatchSize: 1000 });
    },
  },
  refused(
    "callback.update.max-batch-out-of-range",
    ({ callbackId }) => [99, 1001].map((maxBatchSize) => ({ callbackId, callbackName: "x", maxBatchSize })),
    400,
    10005,
  ),
];

const ADDRESSES: readonly Case[] = [
  {
    id: "callback.update.url-equal",
    needs: "simulator",
    async run(ens) {
      const made = await verified(ens);
      for (const putUrl of ["refuse-different", "ignore", "apply"]) {
        await ens.turn({ putUrl });
        const callbackName = ens.name("renamed");
        expect((await put(ens, made, { callbackName, url: made.url })).status).toBe(200);
        expect(await read(ens, made.callbackId)).toMatchObject({ callbackName, url: made.url });
      }
    },
  },
  {
    id: "callback.update.url-different",
    needs: "simulator",
    async run(ens) {
      const [made, other] = [await verified(ens), await created(ens)];
      const before = await state(ens);
      const url = ens.url("moved");
      expect((await put(ens, made, { url })).status).toBe(400);
      expect(await state(ens)).toEqual(before);

      await ens.turn({ putUrl: "ignore" });
      expect(await put(ens, made, { callbackName: "kept", url })).toMatchObject({
        status: 200,
        body: [{ callbackName: "kept", url: made.url }],
      });

      await ens.turn({ putUrl: "apply" });
      expect(await put(ens, made, { url })).toMatchObject({ status: 200, body: [{ url }] });
      expect(await read(ens, made.callbackId)).toMatchObject({ url, status: "verified" });
      for (const bad of ["http://hooks.example.org/", other.url]) {
        expect((await put(ens, made, { url: bad })).status).toBe(400);
      }
      expect(await read(ens, made.callbackId)).toMatchObject({ url });
    },
  },
];

const RESULTS: readonly Case[] = [
  {
    id: "callback.update.stays-verified",
    needs: "anywhere",
    async run(ens) {
      const made = await verified(ens);
      for (const over of [{ callbackName: ens.name("renamed") }, { maxBatchSize: 150 }]) {
        expect((await put(ens, made, over)).status).toBe(200);
        expect(await read(ens, made.callbackId)).toMatchObject({ ...over, status: "verified" });
      }
      expect(ens.receiver.probes).toHaveLength(1);
    },
  },
  {
    id: "callback.update.un-verifies",
    needs: "simulator",
    async run(ens) {
      const made = await verified(ens);
      await ens.turn({ putUnverifies: true });
      expect((await put(ens, made, { callbackName: ens.name("renamed") })).status).toBe(200);
      expect(await read(ens, made.callbackId)).toMatchObject({ status: "unverified" });
      expect(ens.receiver.probes).toHaveLength(1);
    },
  },
  {
    id: "callback.update.status-201",
    needs: "simulator",
    async run(ens) {
      const { signatureKey: _, ...made } = await verified(ens);
      await ens.simulator.admin.faults([{ kind: "status", status: 201, done: true, method: "PUT", path: CALLBACKS }]);
      const answer = await put(ens, { ...made, signatureKey: "" }, { callbackName: "changed" });
      expect(answer).toMatchObject({ status: 201 });
      expect(answer.body).toEqual([{ ...made, callbackName: "changed" }]);
      expect(await listed(ens)).toEqual([expect.objectContaining({ callbackName: "changed" })]);
    },
  },
  {
    id: "callback.update.status-304",
    needs: "anywhere",
    async run(ens) {
      const made = await verified(ens, { maxBatchSize: 200 });
      for (const over of [{}, { maxBatchSize: 200 }]) {
        expect(await put(ens, made, over)).toMatchObject({ status: 304, text: "" });
      }
      const { signatureKey: _, ...facts } = made;
      expect(await read(ens, made.callbackId)).toMatchObject(facts);
    },
  },
  {
    id: "callback.update.answer-lost",
    needs: "simulator",
    async run(ens) {
      const made = await verified(ens);
      await ens.simulator.admin.faults([{ kind: "answer-lost", method: "PUT", path: CALLBACKS }]);
      await expect(put(ens, made, { callbackName: "changed" })).rejects.toThrow();
      expect(await read(ens, made.callbackId)).toMatchObject({ callbackName: "changed" });
      const after = await stored(ens, made.callbackId);
      expect(await put(ens, made, { callbackName: "changed" })).toMatchObject({ status: 304, text: "" });
      expect(await stored(ens, made.callbackId)).toEqual(after);
    },
  },
];

export const UPDATE: readonly Case[] = [...BODIES, ...SIZES, ...ADDRESSES, ...RESULTS];
