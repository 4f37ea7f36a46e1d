import { guards } from "./guards";
import {
  CALLBACKS,
  created,
  KEY,
  keyOf,
  listed,
  NOBODY,
  REGENERATE,
  read,
  refusal,
  state,
  stored,
  VERIFY,
  verified,
  verify,
  wanted,
} from "./steps";
import type { Answer, Case, Session } from "./suite";

const GUARDED = {
  id: "verify",
  scope: "event_notification_callback_update",
  request: async (ens: Session) => ({
    method: "POST",
    path: VERIFY,
    body: keyOf(ens, (await created(ens)).callbackId),
  }),
};

/** 32 bytes that no callback has as its key. */
const WRONG = Buffer.alloc(32, 7).toString("base64");

const isVerified = async (ens: Session, callbackId: string, token?: string) =>
  (await read(ens, callbackId, token))?.status === "verified";

/** Moves the clock to four hours and so many seconds after a create. Returns a token of that time. */
async function after4h(ens: Session, seconds: number): Promise<string> {
  await ens.simulator.admin.clock({ advanceSeconds: 4 * 3600 + seconds });
  return ens.token();
}

/** Sends the right key again under each value of the switch `reverify`. The callback stays verified. */
async function onceMore(ens: Session, again: () => Promise<Answer>, callbackId: string): Promise<void> {
  const before = await stored(ens, callbackId);
  expect(await again()).toEqual(refusal(404, 404));
  for (const [reverify, answer] of [
    [200, { status: 200, text: "" }],
    [304, { status: 304, text: "" }],
    [400, { status: 400, body: { errorcode: 30001 } }],
  ] as const) {
    await ens.turn({ reverify });
    expect(await again()).toMatchObject(answer);
    const wrong = await ens.call("POST", VERIFY, { callbackId, verificationKey: WRONG });
    expect(wrong).toEqual(refusal(404, 404));
  }
  expect(await stored(ens, callbackId)).toMatchObject({ status: "verified", verifiedAt: before?.verifiedAt });
  expect(await isVerified(ens, callbackId)).toBe(true);
}

/** Asserts that bodies are rejected. The callback stays unverified and can be verified later. */
const refused = (
  id: string,
  bodies: (key: ReturnType<typeof keyOf>) => readonly unknown[],
  status: number,
  errorcode: number,
): Case => ({
  id,
  needs: "simulator",
  async run(ens) {
    const { callbackId } = await created(ens);
    for (const body of bodies(keyOf(ens, callbackId))) {
      expect(await ens.call("POST", VERIFY, body)).toEqual(refusal(status, errorcode));
      expect(await isVerified(ens, callbackId)).toBe(false);
    }
    expect((await verify(ens, callbackId)).status).toBe(200);
  },
});

const KEYS: readonly Case[] = [
  {
    id: "verify.status-200",
    needs: "anywhere",
    async run(ens) {
      const [{ callbackId }, other] = [await created(ens), await created(ens)];
      expect(await isVerified(ens, callbackId)).toBe(false);
      expect((await ens.call("POST", VERIFY, keyOf(ens, callbackId))).status).toBe(200);
      expect(await isVerified(ens, callbackId)).toBe(true);
      expect(await isVerified(ens, other.callbackId)).toBe(false);
    },
  },
  {
    id: "verify.answer-body",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await created(ens);
      expect(await verify(ens, callbackId)).toMatchObject({ status: 200, text: "" });
    },
  },
  refused("verify.body-array", (key) => [[key], [], [key, key]], 400, 10001),
  {
    id: "verify.probe-forwarded",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await created(ens);
      expect((await ens.call("POST", VERIFY, ens.receiver.probes[0]?.body)).status).toBe(200);
      expect(await isVerified(ens, callbackId)).toBe(true);
    },
  },
  {
    id: "verify.key-format",
    needs: "anywhere",
    async run(ens) {
      const [one, other] = [await created(ens), await created(ens)];
      const keys = [one, other].map(({ callbackId }) => keyOf(ens, callbackId).verificationKey);
      for (const key of keys) {
        expect(key).toMatch(KEY);
        expect(Buffer.from(key, "base64")).toHaveLength(32);
      }
      expect(new Set([...keys, one.signatureKey, other.signatureKey]).size).toBe(4);
    },
  },
  refused(
    "verify.field-missing",
    ({ callbackId, verificationKey }) => [{ callbackId }, { verificationKey }, {}, { callbackId, verificationKey: "" }],
    400,
    10002,
  ),
  refused(
    "verify.status-404",
    ({ verificationKey }) => [WRONG, verificationKey].map((key) => ({ callbackId: NOBODY, verificationKey: key })),
    404,
    404,
  ),
  refused(
    "verify.wrong-key",
    ({ callbackId, verificationKey }) =>
      [WRONG, verificationKey.toLowerCase(), verificationKey.slice(0, -1), `${verificationKey} `].map((key) => ({
        callbackId,
        verificationKey: key,
      })),
    404,
    404,
  ),
  {
    id: "verify.key-of-another-callback",
    needs: "anywhere",
    async run(ens) {
      const [one, other] = [await created(ens), await created(ens)];
      const { verificationKey } = keyOf(ens, other.callbackId);
      const answer = await ens.call("POST", VERIFY, { callbackId: one.callbackId, verificationKey });
      expect(answer.status).toBe(404);
      for (const { callbackId } of [one, other]) expect(await isVerified(ens, callbackId)).toBe(false);
    },
  },
  {
    id: "verify.attempts",
    needs: "anywhere",
    async run(ens) {
      const afterWrong = async (times: number) => {
        const { callbackId } = await created(ens);
        for (let tries = 0; tries < times; tries += 1) {
          const answer = await ens.call("POST", VERIFY, { callbackId, verificationKey: WRONG });
          expect(answer).toEqual(refusal(404, 404));
        }
        const { status } = await verify(ens, callbackId);
        expect(await isVerified(ens, callbackId)).toBe(status === 200);
        return status;
      };
      expect(await afterWrong(10)).toBe(200);
      await ens.turn({ maxWrongKeys: 3 });
      expect([await afterWrong(2), await afterWrong(3)]).toEqual([200, 404]);
    },
  },
];

const TIME: readonly Case[] = [
  {
    id: "verify.within-4-h",
    needs: "simulator",
    async run(ens) {
      const [one, other] = [await created(ens), await created(ens)];
      const token = await after4h(ens, -60);
      expect((await verify(ens, one.callbackId, token)).status).toBe(200);
      expect(await isVerified(ens, one.callbackId, token)).toBe(true);
      await ens.simulator.admin.clock({ advanceSeconds: 60 });
      expect((await verify(ens, other.callbackId, token)).status).toBe(200);
    },
  },
  {
    id: "verify.after-4-h",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await created(ens);
      const { callbackId: verifiedBefore } = await verified(ens);
      const token = await after4h(ens, 1);
      expect(await ens.call("POST", VERIFY, keyOf(ens, callbackId), { token })).toEqual(refusal(404, 404));
      expect(await read(ens, callbackId, token)).toMatchObject({ status: "unverified" });

      await ens.turn({ expire: "delete" });
      expect(await ens.call("POST", VERIFY, keyOf(ens, callbackId), { token })).toEqual(refusal(404, 404));
      expect((await listed(ens, token)).map((callback) => callback.callbackId)).toEqual([verifiedBefore]);
    },
  },
  {
    id: "verify.after-4-h-recovery",
    needs: "simulator",
    async run(ens) {
      for (const [expire, status] of [
        ["keep", 200],
        ["delete", 404],
      ] as const) {
        await ens.turn({ expire });
        const { callbackId, url } = await created(ens, {}, await ens.token());
        const token = await after4h(ens, 1);
        expect((await ens.call("DELETE", `${CALLBACKS}/${callbackId}`, undefined, { token })).status).toBe(status);
        const again = await created(ens, { url }, token);
        expect((await verify(ens, again.callbackId, token)).status).toBe(200);
        expect(await isVerified(ens, again.callbackId, token)).toBe(true);
      }
    },
  },
];

const AGAIN: readonly Case[] = [
  {
    id: "verify.single-use",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await verified(ens);
      await onceMore(ens, () => verify(ens, callbackId), callbackId);
    },
  },
  {
    id: "verify.race",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await created(ens);
      await ens.receiver.verifyNow();
      expect(await isVerified(ens, callbackId)).toBe(true);
      await onceMore(ens, () => verify(ens, callbackId), callbackId);
    },
  },
  {
    id: "verify.answer-lost",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await created(ens);
      await ens.simulator.admin.faults([{ kind: "answer-lost", path: VERIFY }]);
      await expect(verify(ens, callbackId)).rejects.toThrow();
      expect(await isVerified(ens, callbackId)).toBe(true);
      await onceMore(ens, () => verify(ens, callbackId), callbackId);
    },
  },
  {
    id: "verify.before-201",
    needs: "anywhere",
    async run(ens) {
      const early: number[] = [];
      ens.receiver.beforeProbeAnswer = async ({ body }) => {
        early.push((await ens.call("POST", VERIFY, body)).status);
      };
      const { callbackId } = await created(ens);
      expect(early).toEqual([200]);
      expect(await isVerified(ens, callbackId)).toBe(true);
    },
  },
  {
    id: "verify.before-stored",
    needs: "simulator",
    options: { switches: { callbackStored: "after-probe" } },
    async run(ens) {
      const { url } = wanted(ens);
      const early: Answer[] = [];
      ens.receiver.beforeProbeAnswer = async ({ body }) => {
        const { callbackId } = JSON.parse(body) as { callbackId: string };
        early.push(await ens.call("POST", VERIFY, body));
        early.push(await ens.call("GET", `${CALLBACKS}/${callbackId}`));
        early.push(await ens.call("POST", CALLBACKS, [wanted(ens, { url })]));
      };
      const { callbackId } = await created(ens, { url });
      expect(early).toEqual([refusal(404, 404), refusal(404, 404), refusal(400, 30001)]);
      const notes = (await ens.simulator.admin.journal({ client: "rest" })).map(({ note }) => note);
      const noted = expect.stringMatching(
        /^This request arrived before the receiver had responded .* not stored yet, so the status is 404/,
      );
      expect(notes).toEqual([noted, noted, undefined, undefined]);
      expect((await verify(ens, callbackId)).status).toBe(200);
      expect(await isVerified(ens, callbackId)).toBe(true);
      ens.receiver.beforeProbeAnswer = () => Promise.resolve();
      await failedProbe(ens, 1);
      await ens.turn({ orphanOnProbeFailure: false });
      await failedProbe(ens, 0);
    },
  },
];

/** Returns the number of unverified callbacks that a failed verification request leaves behind. */
async function failedProbe(ens: Session, orphans: number): Promise<void> {
  const before = (await listed(ens)).length;
  ens.receiver.probeStatus = 500;
  expect(await ens.call("POST", CALLBACKS, [wanted(ens)])).toEqual(refusal(400, 30000));
  expect(await listed(ens)).toHaveLength(before + orphans);
}

export const VERIFICATION: readonly Case[] = [
  ...KEYS,
  ...TIME,
  ...AGAIN,
  {
    id: "verify.no-callback-contact",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await created(ens);
      ens.receiver.probeStatus = 500;
      expect((await verify(ens, callbackId)).status).toBe(200);
      expect(await isVerified(ens, callbackId)).toBe(true);
      expect(ens.receiver.probes).toHaveLength(1);
      expect(ens.receiver.received).toEqual([]);
    },
  },
  {
    id: "verify.no-resend",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await created(ens);
      const { verificationKey } = keyOf(ens, callbackId);
      const answers = [
        await ens.call("GET", CALLBACKS),
        await ens.call("GET", `${CALLBACKS}/${callbackId}`),
        await ens.call("PUT", CALLBACKS, [{ callbackId, callbackName: ens.name("renamed") }]),
        await ens.call("PUT", REGENERATE, [{ callbackId }]),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      for (const { text } of answers) {
        expect(text).not.toContain(verificationKey);
        expect(text).not.toContain("verificationKey");
      }
      expect(ens.receiver.probes).toHaveLength(1);
      expect((await verify(ens, callbackId)).status).toBe(200);
    },
  },
  {
    id: "verify.orphan",
    needs: "simulator",
    async run(ens) {
      ens.receiver.probeStatus = 500;
      expect((await ens.call("POST", CALLBACKS, [wanted(ens)])).status).toBe(400);
      const [orphan] = await listed(ens);
      const before = await state(ens);
      const key = JSON.parse(ens.receiver.probes[0]?.body ?? "");
      expect(key).toMatchObject({ callbackId: orphan?.callbackId });
      for (const reverify of [404, 200]) {
        await ens.turn({ reverify });
        expect(await ens.call("POST", VERIFY, key)).toEqual(refusal(404, 404));
      }
      expect(await state(ens)).toEqual(before);
      expect(await listed(ens)).toEqual([expect.objectContaining({ status: "unverified" })]);
    },
  },
  {
    id: "verify.create-only-token",
    needs: "anywhere",
    async run(ens) {
      const token = await ens.token({ scope: "event_notification_callback_create" });
      const { callbackId } = await created(ens, {}, token);
      expect(await verify(ens, callbackId, token)).toEqual(refusal(403, 20002));
      await ens.turn({ missingScope: 401 });
      expect(await verify(ens, callbackId, token)).toEqual(refusal(401, 0));
      expect(await isVerified(ens, callbackId)).toBe(false);
      const update = await ens.token({ scope: "event_notification_callback_update" });
      expect((await verify(ens, callbackId, update)).status).toBe(200);
    },
  },
  ...guards(GUARDED),
];
