import { startSimulator } from "pulumi-ens-simulator";
import { post, tokenOf } from "../support/receiver";
import { CALLBACKS, created, EMAIL_SENT, KEY, refusal, scheme, subscribed, verified, wanted } from "./steps";
import type { Answer, Case, Session } from "./suite";

/** Text of a failed verification request with this `Status:`. Source: ENS REST contract §2.1. */
const because = (status: string) => ({
  message: expect.stringMatching(
    new RegExp(`^MCMS_UWH_Runtime_GeneralFailure_probeCallbackLiveness: .* Status: ${status}\\. .+$`),
  ),
});

/** Creates a callback whose verification request fails. */
async function failed(ens: Session, over: object = {}): Promise<Answer> {
  const answer = await ens.call("POST", CALLBACKS, [wanted(ens, over)]);
  expect(answer).toEqual(refusal(400, 30000));
  return answer;
}

/** Delays the response of the receiver until the returned function is called. */
function held(ens: Session): { readonly arrived: Promise<void>; readonly release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    ens.receiver.beforeProbeAnswer = () => {
      resolve();
      return released;
    };
  });
  return { arrived, release: () => release() };
}

/** Starts a create without waiting. Returns whether its response has arrived. */
function creating(ens: Session): { readonly answer: Promise<Answer>; done: boolean } {
  const answer = ens.call("POST", CALLBACKS, [wanted(ens)]);
  const one = { answer, done: false };
  void answer.then(() => {
    one.done = true;
  });
  return one;
}

/** Responses of the receiver that fail a verification request. */
const refusedBy = (id: string, statuses: readonly number[]): Case => ({
  id,
  needs: "anywhere",
  async run(ens) {
    for (const status of statuses) {
      ens.receiver.probeStatus = status;
      const { body } = await failed(ens);
      expect(body).toMatchObject(because("ProtocolError"));
    }
    expect(ens.receiver.probes).toHaveLength(statuses.length);
    ens.receiver.probeStatus = 200;
    await created(ens);
  },
});

/** Hosts that do not respond. */
const unreachable = (id: string, host: string, status: string, connectTo: Record<string, string> = {}): Case => ({
  id,
  needs: "simulator",
  options: { connectTo },
  async run(ens) {
    const { body } = await failed(ens, { url: `https://${host}/orders` });
    expect(body).toMatchObject(because(status));
    expect(body).toMatchObject({ message: expect.stringContaining(`'https://${host}/orders'`) });
    expect(ens.receiver.probes).toEqual([]);
  },
});

export const PROBE: readonly Case[] = [
  {
    id: "callback.create.probe-sent",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, url } = await created(ens);
      expect(ens.receiver.probes).toHaveLength(1);
      const [{ path, headers, body } = { path: "", headers: {}, body: "" }] = ens.receiver.probes;
      expect(path).toBe(new URL(url).pathname);
      expect(headers["content-type"]).toMatch(/^application\/json/);
      expect(JSON.parse(body)).toEqual({ callbackId, verificationKey: expect.stringMatching(KEY) });
    },
  },
  {
    id: "callback.create.probe-before-answer",
    needs: "anywhere",
    async run(ens) {
      const { arrived, release } = held(ens);
      const create = creating(ens);
      await arrived;
      const before = create.done;
      const probe = JSON.parse(ens.receiver.probes[0]?.body ?? "");
      release();
      const { status, items } = await create.answer;
      expect({ before, status }).toEqual({ before: false, status: 201 });
      expect(probe).toMatchObject({ callbackId: items[0]?.callbackId, verificationKey: expect.any(String) });
    },
  },
  {
    id: "callback.create.probe-unsigned",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await verified(ens);
      await subscribed(ens, callbackId);
      await ens.simulator.admin.emit({ eventCategoryType: EMAIL_SENT });
      const signed = (requests: readonly { readonly headers: object }[]) =>
        requests.map(({ headers }) => "x-sfmc-ens-signature" in headers);
      expect(signed(ens.receiver.probes)).toEqual([false]);
      expect(signed(ens.receiver.received)).toEqual([true]);
    },
  },
  {
    id: "callback.create.probe-no-bearer",
    needs: "simulator",
    async run(ens) {
      const authId = await scheme(ens);
      await created(ens, { authId });
      await ens.turn({ probeBearer: true });
      await created(ens, { authId });
      await created(ens);
      expect(ens.receiver.probes.map(({ headers }) => headers.authorization)).toEqual([
        undefined,
        expect.stringMatching(/^Bearer customer-token-\d+$/),
        undefined,
      ]);
    },
  },
  refusedBy("callback.create.probe-not-200", [201, 202, 203, 204]),
  refusedBy("callback.create.probe-error-answer", [400, 401, 404, 410, 500, 503]),
  {
    id: "callback.create.probe-slow",
    needs: "simulator",
    async run(ens) {
      const { arrived, release } = held(ens);
      const create = creating(ens);
      await arrived;
      await ens.simulator.admin.clock({ advanceSeconds: 29 });
      expect(create.done).toBe(false);
      release();
      expect((await create.answer).status).toBe(201);
    },
  },
  {
    id: "callback.create.probe-timeout",
    needs: "simulator",
    async run(ens) {
      const { arrived, release } = held(ens);
      const create = creating(ens);
      await arrived;
      await ens.simulator.admin.clock({ advanceSeconds: 29 });
      expect(create.done).toBe(false);
      await ens.simulator.admin.clock({ advanceSeconds: 1 });
      const answer = await create.answer;
      release();
      expect(answer).toEqual(refusal(400, 30000));
      expect(answer.body).toMatchObject(because("Timeout"));
    },
  },
  unreachable("callback.create.probe-dns-failure", "nowhere.invalid", "NameResolutionFailure"),
  unreachable("callback.create.probe-connect-failure", "closed.example.org", "ConnectFailure", {
    "closed.example.org": "127.0.0.1:1",
  }),
  {
    id: "callback.create.probe-tls-failure",
    needs: "simulator",
    async run() {
      const untrusted = await startSimulator({ tls: true });
      const simulator = await startSimulator({ connectTo: { "untrusted.example.org": untrusted.restUrl } });
      try {
        const body = [{ callbackName: "orders", url: "https://untrusted.example.org/" }];
        const token = await tokenOf(simulator.authUrl);
        const answer = await post(`${simulator.restUrl}${CALLBACKS}`, JSON.stringify(body), token);
        expect(answer.status).toBe(400);
        expect(await answer.json()).toMatchObject(because("TrustFailure"));
        expect(await untrusted.admin.journal()).toEqual([]);
      } finally {
        await Promise.all([simulator.close(), untrusted.close()]);
      }
    },
  },
  {
    id: "callback.create.probe-error-message",
    needs: "anywhere",
    async run(ens) {
      ens.receiver.probeStatus = 500;
      const url = ens.url("orders");
      const { message } = (await failed(ens, { url })).body as { message: string };
      const found = /^MCMS_UWH_Runtime_GeneralFailure_probeCallbackLiveness: CallbackId is ([0-9a-f-]{36})\. /.exec(
        message,
      );
      expect(JSON.parse(ens.receiver.probes[0]?.body ?? "")).toMatchObject({ callbackId: found?.[1] });
      expect(message).toContain(`'${url}'`);
    },
  },
  {
    id: "callback.create.probe-error-body",
    needs: "anywhere",
    async run(ens) {
      ens.receiver.probeStatus = 500;
      const { body } = await failed(ens);
      expect(Object.keys(body as object).sort()).toEqual(["documentation", "errorcode", "message"]);
      expect(body).toMatchObject({ errorcode: 30000 });
      await ens.call("DELETE", `${CALLBACKS}/${JSON.parse(ens.receiver.probes[0]?.body ?? "").callbackId}`);
    },
  },
];
