import { CALLBACKS, created, listed, NOBODY, read, refusal, scheme, state, verified, wanted } from "./steps";
import type { Case } from "./suite";

const SIX = ["callbackId", "callbackName", "maxBatchSize", "status", "statusReason", "url"];

/** A query or a trailing slash is ignored, or rejected by a switch. */
const lenient = (id: string, suffix: string, strict: object): Case => ({
  id,
  needs: "simulator",
  async run(ens) {
    await created(ens);
    const plain = await ens.call("GET", CALLBACKS);
    expect(await ens.call("GET", `${CALLBACKS}${suffix}`)).toMatchObject({ status: 200, body: plain.body });
    await ens.turn({ lenientPaths: false });
    expect(await ens.call("GET", `${CALLBACKS}${suffix}`)).toEqual(strict);
    expect(await ens.call("GET", CALLBACKS)).toMatchObject({ status: 200, body: plain.body });
  },
});

export const LIST: readonly Case[] = [
  {
    id: "callback.list.status-200",
    needs: "anywhere",
    async run(ens) {
      const made = [await created(ens, { maxBatchSize: 100 }), await verified(ens)];
      const answer = await ens.call("GET", CALLBACKS);
      expect(answer.status).toBe(200);
      expect(Array.isArray(answer.body)).toBe(true);
      for (const { signatureKey: _, ...facts } of made) {
        const found = answer.items.filter(({ callbackId }) => callbackId === facts.callbackId);
        expect(found).toEqual([expect.objectContaining(facts)]);
        expect(Object.keys(found[0] ?? {}).sort()).toEqual(SIX);
      }
    },
  },
  {
    id: "callback.list.no-keys",
    needs: "simulator",
    async run(ens) {
      await Promise.all([created(ens), verified(ens, { authId: await scheme(ens) })]);
      const { text, items } = await ens.call("GET", CALLBACKS);
      expect(items).toHaveLength(2);
      for (const { signatureKey, verificationKey } of (await state(ens)).callbacks) {
        expect(text).not.toContain(signatureKey);
        expect(text).not.toContain(verificationKey);
      }
      for (const name of ["signatureKey", "verificationKey"]) expect(text).not.toContain(name);
    },
  },
  {
    id: "callback.list.status-values",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const found = (await listed(ens)).find((callback) => callback.callbackId === callbackId);
      expect(found).toMatchObject({ status: "verified" });
      expect(["none", ""]).toContain(found?.statusReason);
    },
  },
  {
    id: "callback.list.includes-unverified",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await created(ens);
      const found = (await listed(ens)).find((callback) => callback.callbackId === callbackId);
      expect(found).toMatchObject({ status: expect.not.stringMatching(/^verified$/i) });
    },
  },
  {
    id: "callback.list.own-mid-only",
    needs: "simulator",
    async run(ens) {
      for (const account_id of [7000003, 7000004]) {
        const token = await ens.token({ account_id });
        const { callbackId } = await created(ens, {}, token);
        expect((await listed(ens, token)).map((callback) => callback.callbackId)).toEqual([callbackId]);
      }
      expect((await state(ens)).callbacks).toHaveLength(2);
    },
  },
  {
    id: "callback.list.empty",
    needs: "simulator",
    async run(ens) {
      expect(await ens.call("GET", CALLBACKS)).toMatchObject({ status: 200, body: [] });
      await ens.turn({ emptyList: 404 });
      expect(await ens.call("GET", CALLBACKS)).toEqual(refusal(404, 404));
    },
  },
  {
    id: "callback.list.status-404",
    needs: "simulator",
    options: { switches: { emptyList: 404 } },
    async run(ens) {
      expect(await ens.call("GET", CALLBACKS)).toEqual(refusal(404, 404));
      const { callbackId } = await created(ens);
      expect(await listed(ens)).toHaveLength(1);
      await ens.call("DELETE", `${CALLBACKS}/${callbackId}`);
      expect(await ens.call("GET", CALLBACKS)).toEqual(refusal(404, 404));
      await ens.turn({ emptyList: 200 });
      expect(await listed(ens)).toEqual([]);
    },
  },
  {
    id: "callback.list.status-400",
    needs: "simulator",
    async run(ens) {
      await ens.simulator.admin.faults([{ kind: "status", status: 400, errorcode: 10000, path: CALLBACKS }]);
      expect(await ens.call("GET", CALLBACKS)).toEqual(refusal(400, 10000));
      expect(await listed(ens)).toEqual([]);
    },
  },
  {
    id: "callback.list.no-paging",
    needs: "simulator",
    async run(ens) {
      for (let count = 0; count < 300; count += 50) {
        const bodies = Array.from({ length: 50 }, () => wanted(ens));
        expect((await ens.call("POST", CALLBACKS, bodies)).status).toBe(201);
      }
      const ids = (await state(ens)).callbacks.map(({ callbackId }) => callbackId);
      expect(new Set(ids).size).toBe(300);
      const whole = await ens.call("GET", CALLBACKS);
      expect((whole.body as { callbackId: string }[]).map(({ callbackId }) => callbackId)).toEqual(ids);
      await ens.turn({ listShape: "items" });
      expect((await ens.call("GET", CALLBACKS)).body).toEqual({ items: whole.body });
    },
  },
  lenient("callback.list.trailing-slash", "/", refusal(404, 404)),
  lenient("callback.list.unknown-query", "?page=2&$pageSize=1", refusal(400, 10005)),
];

export const GET: readonly Case[] = [
  {
    id: "callback.get.status-200",
    needs: "anywhere",
    async run(ens) {
      const { signatureKey, ...facts } = await verified(ens);
      const answer = await ens.call("GET", `${CALLBACKS}/${facts.callbackId}`);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ ...facts, status: "verified", statusReason: expect.any(String) });
      expect(Object.keys(answer.body as object).sort()).toEqual(SIX);
      expect(answer.text).not.toContain(signatureKey);
    },
  },
  {
    id: "callback.get.auth-id",
    needs: "anywhere",
    async run(ens) {
      const authId = await scheme(ens);
      const { callbackId } = await created(ens, { authId });
      const { callbackId: plain } = await created(ens);
      expect(await read(ens, callbackId)).toMatchObject({ authId });
      expect(await read(ens, plain)).not.toHaveProperty("authId");
      await ens.turn({ exposeAuthId: false });
      expect(await read(ens, callbackId)).not.toHaveProperty("authId");
    },
  },
  {
    id: "callback.get.auth-id-hidden",
    needs: "simulator",
    options: { switches: { exposeAuthId: false } },
    async run(ens) {
      const authId = await scheme(ens);
      const { callbackId } = await created(ens, { authId });
      expect(await read(ens, callbackId)).not.toHaveProperty("authId");
      for (const callback of await listed(ens)) expect(callback).not.toHaveProperty("authId");
      expect((await ens.call("DELETE", `/platform/v1/ens-authentications/${authId}`)).status).toBe(409);
      await ens.turn({ exposeAuthId: true });
      expect(await read(ens, callbackId)).toMatchObject({ authId });
    },
  },
  {
    id: "callback.get.status-400",
    needs: "anywhere",
    async run(ens) {
      await created(ens);
      for (const id of ["no-guid", NOBODY.slice(1), `${NOBODY}0`]) {
        await ens.turn({ malformedId: 400 });
        expect(await ens.call("GET", `${CALLBACKS}/${id}`)).toEqual(refusal(400, 10003));
        await ens.turn({ malformedId: 404 });
        expect(await ens.call("GET", `${CALLBACKS}/${id}`)).toEqual(refusal(404, 404));
      }
    },
  },
  {
    id: "callback.get.status-404",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await created(ens);
      expect(await ens.call("GET", `${CALLBACKS}/${NOBODY}`)).toMatchObject({
        status: 404,
        body: { message: expect.any(String), errorcode: expect.any(Number) },
      });
      expect(await read(ens, callbackId)).toMatchObject({ callbackId });
    },
  },
];
