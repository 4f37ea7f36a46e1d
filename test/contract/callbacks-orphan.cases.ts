import { CALLBACKS, created, listed, read, refusal, wanted } from "./steps";
import type { Case, Session } from "./suite";

interface Orphan {
  readonly callbackId: string;
  readonly url: string;
  readonly message: string;
}

/** Creates a callback whose verification request fails. Returns the id in the error. */
async function orphan(ens: Session): Promise<Orphan> {
  const url = ens.url("orders");
  ens.receiver.probeStatus = 503;
  const answer = await ens.call("POST", CALLBACKS, [wanted(ens, { url })]);
  ens.receiver.probeStatus = 200;
  expect(answer).toEqual(refusal(400, 30000));
  const { message } = answer.body as { message: string };
  return { callbackId: /CallbackId is ([0-9a-f-]{36})/.exec(message)?.[1] ?? "", url, message };
}

/** Runs a case with orphans, and then without them by a switch. */
const both = (
  id: string,
  stays: (ens: Session, one: Orphan) => Promise<void>,
  goes: (ens: Session, one: Orphan) => Promise<void>,
): Case => ({
  id,
  needs: "simulator",
  async run(ens) {
    await stays(ens, await orphan(ens));
    await ens.turn({ orphanOnProbeFailure: false });
    await goes(ens, await orphan(ens));
  },
});

const remove = async (ens: Session, { callbackId }: Orphan) =>
  (await ens.call("DELETE", `${CALLBACKS}/${callbackId}`)).status;

const ids = async (ens: Session) => (await listed(ens)).map(({ callbackId }) => callbackId);

export const ORPHANS: readonly Case[] = [
  both(
    "callback.create.probe-failure-orphan",
    async (ens, { callbackId, url }) =>
      expect(await listed(ens)).toEqual([expect.objectContaining({ callbackId, url, status: "unverified" })]),
    async (ens, { callbackId }) => expect(await ids(ens)).not.toContain(callbackId),
  ),
  both(
    "callback.create.orphan-holds-url",
    async (ens, one) => {
      expect(await ens.call("POST", CALLBACKS, [wanted(ens, { url: one.url })])).toEqual(refusal(400, 30001));
      expect(await ids(ens)).toEqual([one.callbackId]);
      expect(await remove(ens, one)).toBe(200);
      await created(ens, { url: one.url });
    },
    async (ens, { url }) => expect(await created(ens, { url })).toMatchObject({ url }),
  ),
  both(
    "callback.create.orphan-status-reason",
    async (ens, { callbackId, message }) => {
      const { statusReason } = (await read(ens, callbackId)) ?? {};
      expect(statusReason).toMatch(/\b503\b/);
      expect(message).toContain(statusReason);
    },
    async (ens, { callbackId }) => expect(await read(ens, callbackId)).toBeUndefined(),
  ),
  both(
    "callback.create.orphan-deleted",
    async (ens, one) => {
      expect(await remove(ens, one)).toBe(200);
      expect(await created(ens, { url: one.url })).toMatchObject({ url: one.url });
    },
    async (ens, one) => {
      expect(await remove(ens, one)).toBe(404);
      expect(await created(ens, { url: one.url })).toMatchObject({ url: one.url });
    },
  ),
  {
    id: "callback.create.no-orphan",
    needs: "simulator",
    options: { switches: { orphanOnProbeFailure: false } },
    async run(ens) {
      const gone = await orphan(ens);
      expect(ens.receiver.probes).toHaveLength(1);
      expect(await listed(ens)).toEqual([]);
      expect(await remove(ens, gone)).toBe(404);
      await ens.turn({ orphanOnProbeFailure: true });
      const stays = await orphan(ens);
      expect(await ids(ens)).toEqual([stays.callbackId]);
    },
  },
];
