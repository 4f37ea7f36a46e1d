import { schemeGuards } from "./authentication-guards";
import { expectNoSecrets, PASSWORD_GRANT, put, schemeOf, stored, visible, wantedScheme } from "./authentication-steps";
import type { Guarded } from "./guards";
import { CALLBACKS, NOBODY, refusal, SCHEMES, state, subscribed, verified } from "./steps";
import { delivered } from "./subscription-steps";
import type { Case, Session } from "./suite";

const GUARDED: Guarded = {
  id: "authentication.update",
  scope: "event_notification_callback_update",
  request: async (ens) => ({ method: "PUT", path: SCHEMES, body: wantedScheme(ens, { authId: await schemeOf(ens) }) }),
};

/** Creates a scheme that a callback with a subscription uses. */
async function inUse(ens: Session, over: object = {}) {
  const authId = await schemeOf(ens, over);
  const callback = await verified(ens, { authId });
  await subscribed(ens, callback.callbackId);
  return { authId, ...callback };
}

/** Returns the token requests after the first `count`. */
const credentials = (ens: Session, count: number) =>
  ens.login.received.slice(count).map(({ headers, body }) => {
    const [clientId] = Buffer.from(String(headers.authorization).replace("Basic ", ""), "base64").toString().split(":");
    return { clientId, password: new URLSearchParams(body).get("password") };
  });

export const AUTHENTICATIONS_UPDATE: readonly Case[] = [
  {
    id: "authentication.update.status-200",
    needs: "simulator",
    async run(ens) {
      const authId = await schemeOf(ens);
      const inPath = (clientId: string) =>
        ens.call("PUT", `${SCHEMES}/${authId}`, wantedScheme(ens, { clientId, authId: undefined }));
      expect(await put(ens, authId, { clientId: "second" })).toMatchObject({ status: 200, body: visible(authId) });
      expect(await inPath("third")).toEqual(refusal(404, 404));
      expect(await stored(ens)).toMatchObject([{ authId, clientId: "second" }]);
      await ens.turn({ authPutIdIn: "path" });
      expect(await inPath("third")).toMatchObject({ status: 200, body: visible(authId) });
      expect(await put(ens, authId, { clientId: "fourth" })).toEqual(refusal(404, 404));
      expect(await stored(ens)).toMatchObject([{ authId, clientId: "third" }]);
    },
  },
  {
    id: "authentication.update.body-shape",
    needs: "anywhere",
    async run(ens) {
      const authId = await schemeOf(ens);
      const send = (asArray: boolean) => {
        const body = wantedScheme(ens, { authId });
        return ens.call("PUT", SCHEMES, asArray ? [body] : body);
      };
      expect(await send(false)).toMatchObject({ status: 200, body: visible(authId) });
      expect(await send(true)).toMatchObject({ status: 200, body: [visible(authId)] });
      for (const authBodyShape of ["object", "array"] as const) {
        await ens.turn({ authBodyShape });
        const taken = await send(authBodyShape === "array");
        expect(taken.body).toEqual(authBodyShape === "array" ? [visible(authId)] : visible(authId));
        const before = await stored(ens);
        expect(await send(authBodyShape !== "array")).toEqual(refusal(400, 10001));
        expect(await stored(ens)).toEqual(before);
      }
    },
  },
  {
    id: "authentication.update.id-stable",
    needs: "anywhere",
    async run(ens) {
      const authId = await schemeOf(ens);
      expect((await put(ens, authId)).items).toMatchObject([{ authId }]);
      await ens.turn({ rotateAuthIdOnPut: true });
      const [rotated] = (await put(ens, authId)).items;
      expect(rotated?.authId).not.toBe(authId);
      expect((await stored(ens)).map((scheme) => scheme.authId)).toEqual([rotated?.authId]);
    },
  },
  {
    id: "authentication.update.id-rotates",
    needs: "simulator",
    options: { switches: { rotateAuthIdOnPut: true } },
    async run(ens) {
      const { authId, callbackId, callbackName } = await inUse(ens);
      const answer = await put(ens, authId);
      expect(answer.status).toBe(200);
      const next = String(answer.items[0]?.authId);
      expect(next).not.toBe(authId);
      expect(await put(ens, authId)).toEqual(refusal(404, 404));
      const shown = async () => (await ens.call("GET", `${CALLBACKS}/${callbackId}`)).items[0];
      expect(await shown()).toMatchObject({ authId });
      const pointed = await ens.call("PUT", CALLBACKS, [{ callbackId, callbackName, authId: next }]);
      expect(pointed.status).toBe(200);
      expect(await shown()).toMatchObject({ authId: next });
      await delivered(ens, ["after"]);
      expect(ens.receiver.received.at(-1)?.headers.authorization).toMatch(/^Bearer customer-token-/);
    },
  },
  {
    id: "authentication.update.secrets-omitted",
    needs: "anywhere",
    async run(ens) {
      const authId = await schemeOf(ens);
      expectNoSecrets(await put(ens, authId, { ...PASSWORD_GRANT, clientId: "made-up-client" }));
    },
  },
  {
    id: "authentication.update.token-asked",
    needs: "simulator",
    async run(ens) {
      const authId = await schemeOf(ens, { clientId: "first" });
      ens.login.answers = ["never"];
      const answer = put(ens, authId, { ...PASSWORD_GRANT, clientId: "second" });
      await ens.login.arrived(2);
      expect(credentials(ens, 1)).toEqual([{ clientId: "second", password: "made-up-password" }]);
      expect(await stored(ens)).toMatchObject([{ clientId: "first" }]);
      await ens.simulator.admin.clock({ advanceSeconds: 3 });
      expect((await answer).status).toBe(400);
      expect((await put(ens, authId, { clientId: "third" })).status).toBe(200);
      expect(credentials(ens, 2)).toEqual([{ clientId: "third", password: null }]);
    },
  },
  {
    id: "authentication.update.token-refused",
    needs: "simulator",
    async run(ens) {
      const { authId } = await inUse(ens, { clientId: "first" });
      const before = await state(ens);
      ens.login.answers = [401];
      expect(await put(ens, authId, { clientId: "second" })).toEqual(refusal(400, 30000));
      await ens.turn({ authRefusedStatus: 500 });
      ens.login.answers = [401];
      expect(await put(ens, authId, { clientId: "second" })).toEqual(refusal(500, 0));
      expect(await state(ens)).toEqual(before);
      const asked = ens.login.received.length;
      expect(await delivered(ens, ["after"])).toEqual(["after"]);
      expect(credentials(ens, asked)).toEqual([{ clientId: "first", password: null }]);
    },
  },
  {
    id: "authentication.update.rotation",
    needs: "simulator",
    async run(ens) {
      const { authId } = await inUse(ens, PASSWORD_GRANT);
      const answer = await put(ens, authId, { ...PASSWORD_GRANT, password: "changed-at-the-server" });
      expect(answer.status).toBe(200);
      await ens.simulator.admin.clock({ advanceSeconds: 3600 });
      const asked = ens.login.received.length;
      expect(await delivered(ens, ["after"])).toEqual(["after"]);
      expect(credentials(ens, asked)).toMatchObject([{ password: "changed-at-the-server" }]);
      expect(ens.receiver.received.at(-1)?.headers.authorization).toMatch(/^Bearer customer-token-/);
    },
  },
  {
    id: "authentication.update.effective-after-minutes",
    needs: "simulator",
    options: { lag: { authentications: 180 }, switches: { tokenCache: false } },
    async run(ens) {
      const { authId } = await inUse(ens, { clientId: "first" });
      await ens.simulator.admin.clock({ advanceSeconds: 600 });
      expect((await put(ens, authId, { clientId: "second" })).status).toBe(200);
      for (const [advanceSeconds, clientId] of [
        [0, "first"],
        [179, "first"],
        [1, "second"],
      ] as const) {
        await ens.simulator.admin.clock({ advanceSeconds });
        const asked = ens.login.received.length;
        await delivered(ens, ["event"]);
        expect(credentials(ens, asked)).toEqual([{ clientId, password: null }]);
      }
    },
  },
  {
    id: "authentication.update.id-missing",
    needs: "simulator",
    async run(ens) {
      await schemeOf(ens);
      const before = await stored(ens);
      const asked = ens.login.received.length;
      const without = wantedScheme(ens);
      expect(await ens.call("PUT", SCHEMES, without)).toEqual(refusal(400, 10002));
      await ens.turn({ authPutIdIn: "path" });
      expect(await ens.call("PUT", SCHEMES, without)).toEqual(refusal(404, 404));
      expect(await stored(ens)).toEqual(before);
      expect(ens.login.received).toHaveLength(asked);
    },
  },
  {
    id: "authentication.update.status-404",
    needs: "simulator",
    async run(ens) {
      await schemeOf(ens);
      const before = await stored(ens);
      expect(await put(ens, NOBODY)).toEqual(refusal(404, 404));
      expect(await stored(ens)).toEqual(before);
      expect(ens.login.received).toHaveLength(1);
    },
  },
  ...schemeGuards(GUARDED),
];
