import { put } from "./callbacks-update.cases";
import { EMAIL_SENT, type Made, NOBODY, read, refusal, SCHEMES, scheme, state, subscribed, verified } from "./steps";
import type { Case, Session } from "./suite";

/** Returns the bearer token of a delivery: `none`, or the token of a scheme's client. */
async function bearer(ens: Session): Promise<string> {
  await ens.simulator.admin.clearJournal();
  const { deliveries } = await ens.simulator.admin.emit({ eventCategoryType: EMAIL_SENT });
  expect(deliveries).toMatchObject([{ outcome: "delivered" }]);
  return deliveries[0]?.authorization ?? "";
}

/** Creates a callback with a scheme and a subscription. */
async function withScheme(ens: Session): Promise<{ made: Made; authId: string }> {
  const authId = await scheme(ens);
  const made = await verified(ens, { authId });
  await subscribed(ens, made.callbackId);
  return { made, authId };
}

const attached = async (ens: Session, { callbackId }: Made) => (await read(ens, callbackId))?.authId;

const deletable = async (ens: Session, authId: string) => (await ens.call("DELETE", `${SCHEMES}/${authId}`)).status;

/** Sends a PUT with `authId` under each value of the switch `authIdOnPut`. `old` is the scheme before it. */
const changing = (id: string, start: (ens: Session) => Promise<{ made: Made; authId?: string }>): Case => ({
  id,
  needs: "simulator",
  async run(ens) {
    const { made, authId: old } = await start(ens);
    const authId = await scheme(ens);
    await ens.turn({ authIdOnPut: "refuse" });
    const before = await state(ens);
    expect(await put(ens, made, { authId })).toEqual(refusal(400, 10005));
    expect(await state(ens)).toEqual(before);

    await ens.turn({ authIdOnPut: "ignore" });
    expect((await put(ens, made, { callbackName: "ignored", authId })).status).toBe(200);
    expect(await attached(ens, made)).toBe(old);

    await ens.turn({ authIdOnPut: "accept" });
    expect((await put(ens, made, { authId })).status).toBe(200);
    expect(await attached(ens, made)).toBe(authId);
    expect(await bearer(ens)).toBe("bearer");
    const [login] = await ens.simulator.admin.journal({ client: "outbound", path: "https://login.example.org/" });
    const client = (await state(ens)).authentications.find((each) => each.authId === authId)?.clientId;
    expect(atob(login?.request.headers.authorization?.slice("Basic ".length) ?? "")).toBe(`${client}:made-up`);
    expect(await deletable(ens, authId)).toBe(409);
    if (old !== undefined) expect(await deletable(ens, old)).toBe(200);
  },
});

export const SCHEME_CHANGES: readonly Case[] = [
  changing("callback.update.auth-id-attach", async (ens) => {
    const made = await verified(ens);
    await subscribed(ens, made.callbackId);
    expect(await bearer(ens)).toBe("none");
    return { made };
  }),
  changing("callback.update.auth-id-replace", withScheme),
  {
    id: "callback.update.auth-id-clear",
    needs: "simulator",
    async run(ens) {
      const { made, authId } = await withScheme(ens);
      await ens.turn({ authIdClear: "ignored" });
      for (const nothing of [null, ""]) {
        expect((await put(ens, made, { authId: nothing })).status).toBe(304);
        expect(await attached(ens, made)).toBe(authId);
      }
      await ens.turn({ authIdClear: "null-or-empty" });
      for (const nothing of [null, ""]) {
        expect((await put(ens, made, { authId })).status).toBe(nothing === null ? 304 : 200);
        expect(await bearer(ens)).toBe("bearer");
        expect((await put(ens, made, { authId: nothing })).status).toBe(200);
        expect(await read(ens, made.callbackId)).not.toHaveProperty("authId");
        expect(await bearer(ens)).toBe("none");
      }
      expect(await deletable(ens, authId)).toBe(200);
    },
  },
  {
    id: "callback.update.auth-id-omitted",
    needs: "simulator",
    async run(ens) {
      const { made, authId } = await withScheme(ens);
      expect((await put(ens, made, { callbackName: "one" })).status).toBe(200);
      expect(await attached(ens, made)).toBe(authId);
      expect(await bearer(ens)).toBe("bearer");
      await ens.turn({ authIdOmitted: "clear" });
      expect((await put(ens, made, { callbackName: "two" })).status).toBe(200);
      expect(await attached(ens, made)).toBeUndefined();
      expect(await bearer(ens)).toBe("none");
    },
  },
  {
    id: "callback.update.auth-id-unknown",
    needs: "simulator",
    async run(ens) {
      const { made } = await withScheme(ens);
      const before = await state(ens);
      expect(await put(ens, made, { callbackName: "changed", authId: NOBODY })).toEqual(refusal(400, 10005));
      expect(await state(ens)).toEqual(before);
    },
  },
  {
    id: "callback.update.effective-within-2-min",
    needs: "simulator",
    options: { lag: { callbacks: 120 } },
    async run(ens) {
      const made = await verified(ens);
      await subscribed(ens, made.callbackId);
      const { admin } = ens.simulator;
      await admin.clock({ advanceSeconds: 600 });
      expect((await put(ens, made, { authId: await scheme(ens) })).status).toBe(200);
      expect(await bearer(ens)).toBe("none");
      await admin.clock({ advanceSeconds: 119 });
      expect(await bearer(ens)).toBe("none");
      await admin.clock({ advanceSeconds: 1 });
      expect(await bearer(ens)).toBe("bearer");
    },
  },
];
