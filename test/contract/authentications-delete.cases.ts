import { schemeGuards } from "./authentication-guards";
import { put, schemeOf, stored } from "./authentication-steps";
import type { Guarded } from "./guards";
import { CALLBACKS, NOBODY, refusal, SCHEMES, state, verified } from "./steps";
import type { Case, Session } from "./suite";

const GUARDED: Guarded = {
  id: "authentication.delete",
  scope: "event_notification_callback_delete",
  request: async (ens) => ({ method: "DELETE", path: `${SCHEMES}/${await schemeOf(ens)}` }),
};

const remove = (ens: Session, authId: string) => ens.call("DELETE", `${SCHEMES}/${authId}`);

/** Asserts that a DELETE of the scheme gets 409, or 400 by a switch. */
async function expectInUse(ens: Session, authId: string): Promise<void> {
  const before = await state(ens);
  expect(await remove(ens, authId)).toEqual(refusal(409, 30002));
  await ens.turn({ authInUseStatus: 400 });
  expect(await remove(ens, authId)).toEqual(refusal(400, 30002));
  await ens.turn({ authInUseStatus: 409 });
  expect(await state(ens)).toEqual(before);
}

export const AUTHENTICATIONS_DELETE: readonly Case[] = [
  {
    id: "authentication.delete.status-200",
    needs: "anywhere",
    async run(ens) {
      const [one, two, three] = [await schemeOf(ens), await schemeOf(ens), await schemeOf(ens)];
      const inBody = (body: unknown) => ens.call("DELETE", SCHEMES, body);
      expect(await inBody({ authId: one })).toEqual(refusal(404, 404));
      expect((await remove(ens, one)).status).toBe(200);
      expect(await put(ens, one)).toEqual(refusal(404, 404));
      await ens.turn({ authDeleteIdIn: "body" });
      expect(await remove(ens, two)).toEqual(refusal(404, 404));
      expect(await inBody({})).toEqual(refusal(400, 10002));
      expect((await stored(ens)).map(({ authId }) => authId)).toEqual([two, three]);
      expect((await inBody({ authId: two })).status).toBe(200);
      expect((await inBody([{ authId: three }])).status).toBe(200);
      expect(await stored(ens)).toEqual([]);
    },
  },
  {
    id: "authentication.delete.status-409",
    needs: "simulator",
    async run(ens) {
      const authId = await schemeOf(ens);
      await verified(ens, { authId });
      await expectInUse(ens, authId);
    },
  },
  {
    id: "authentication.delete.after-callback-deleted",
    needs: "simulator",
    async run(ens) {
      const authId = await schemeOf(ens);
      const { callbackId } = await verified(ens, { authId });
      await expectInUse(ens, authId);
      expect((await ens.call("DELETE", `${CALLBACKS}/${callbackId}`)).status).toBe(200);
      expect((await remove(ens, authId)).status).toBe(200);
      expect(await stored(ens)).toEqual([]);
    },
  },
  {
    id: "authentication.delete.after-detach",
    needs: "simulator",
    async run(ens) {
      const authId = await schemeOf(ens);
      const { callbackId, callbackName } = await verified(ens, { authId });
      const detach = () => ens.call("PUT", CALLBACKS, [{ callbackId, callbackName, authId: null }]);
      await ens.turn({ authIdClear: "ignored" });
      expect((await detach()).status).toBe(304);
      await expectInUse(ens, authId);
      await ens.turn({ authIdClear: "null-or-empty" });
      expect((await detach()).status).toBe(200);
      expect((await remove(ens, authId)).status).toBe(200);
      expect(await stored(ens)).toEqual([]);
    },
  },
  {
    id: "authentication.delete.body",
    needs: "simulator",
    async run(ens) {
      for (const [deleteBody, text] of [
        ["empty", ""],
        ["json", "{}"],
        ["text", "OK"],
      ] as const) {
        await ens.turn({ deleteBody });
        expect(await remove(ens, await schemeOf(ens))).toMatchObject({ status: 200, text });
        expect(await stored(ens)).toEqual([]);
      }
    },
  },
  {
    id: "authentication.delete.status-404",
    needs: "simulator",
    async run(ens) {
      await schemeOf(ens);
      const before = await stored(ens);
      expect(await remove(ens, NOBODY)).toEqual(refusal(404, 404));
      expect(await stored(ens)).toEqual(before);
    },
  },
  {
    id: "authentication.delete.repeated",
    needs: "simulator",
    async run(ens) {
      const authId = await schemeOf(ens);
      expect((await remove(ens, authId)).status).toBe(200);
      const before = await state(ens);
      expect(await remove(ens, authId)).toEqual(refusal(404, 404));
      await ens.turn({ repeatDelete: 200 });
      expect(await remove(ens, authId)).toMatchObject({ status: 200, text: "" });
      expect(await remove(ens, NOBODY)).toEqual(refusal(404, 404));
      expect(await state(ens)).toEqual(before);
    },
  },
  ...schemeGuards(GUARDED),
];
