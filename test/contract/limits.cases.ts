import type { Fault } from "pulumi-ens-simulator";
import { CALLBACKS, created, refusal, state, wanted } from "./steps";
import { EVENT_TYPES, shown, subscription } from "./subscription-steps";
import type { Answer, Case, Session } from "./suite";

/** Sends a POST that meets the fault. It has no effect and causes no verification request. */
async function refusedBy(ens: Session, fault: Fault): Promise<Answer> {
  const body = [wanted(ens)];
  await ens.simulator.admin.faults([{ ...fault, path: CALLBACKS }]);
  const answer = await ens.call("POST", CALLBACKS, body);
  expect((await state(ens)).callbacks).toEqual([]);
  expect(ens.receiver.probes).toEqual([]);
  expect((await ens.call("POST", CALLBACKS, body)).status).toBe(201);
  return answer;
}

export const LIMITS: readonly Case[] = [
  {
    id: "limit.no-default-rate-limit",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await created(ens);
      await ens.simulator.admin.clearJournal();
      const path = `${CALLBACKS}/${callbackId}`;
      const statuses = new Set<number>();
      for (let round = 0; round < 40; round += 1) {
        const answers = await Promise.all(Array.from({ length: 50 }, () => ens.call("GET", path)));
        for (const { status } of answers) statuses.add(status);
      }
      expect([...statuses]).toEqual([200]);
      expect(await ens.simulator.admin.journal({ client: "rest", method: "GET", path })).toHaveLength(2000);
    },
  },
  {
    id: "limit.rate-limited",
    needs: "simulator",
    async run(ens) {
      const answer = await refusedBy(ens, { kind: "status", status: 429, errorcode: 50100, retryAfter: 5 });
      expect(answer.status).toBe(429);
      expect(answer.headers.get("retry-after")).toBe("5");
      expect(answer.body).toEqual({
        message: "Rate limit exceeded",
        errorcode: 50100,
        retryAfter: 5,
        documentation: expect.any(String),
      });
    },
  },
  {
    id: "limit.blocked",
    needs: "simulator",
    async run(ens) {
      const answer = await refusedBy(ens, { kind: "status", status: 429, errorcode: 50200 });
      expect(answer).toEqual(refusal(429, 50200));
      expect(answer.headers.get("retry-after")).toBeNull();
    },
  },
  {
    id: "limit.unavailable",
    needs: "simulator",
    async run(ens) {
      const answer = await refusedBy(ens, { kind: "status", status: 503, errorcode: 50300, retryAfter: 30 });
      expect(answer).toMatchObject({ status: 503, body: { errorcode: 50300 } });
      expect(answer.headers.get("retry-after")).toBe("30");
    },
  },
  {
    id: "limit.backoff",
    needs: "simulator",
    async run(ens) {
      await ens.simulator.admin.faults([{ kind: "status", status: 429, errorcode: 50100, times: 3, path: CALLBACKS }]);
      const body = [wanted(ens)];
      for (const _ of [1, 2, 3]) {
        const answer = await ens.call("POST", CALLBACKS, body);
        expect(answer).toEqual(refusal(429, 50100));
        expect(answer.headers.get("retry-after")).toBeNull();
      }
      expect((await ens.call("POST", CALLBACKS, body)).status).toBe(201);
    },
  },
  {
    id: "limit.throttle-per-bu",
    needs: "simulator",
    async run(ens) {
      const [throttled, free] = [await ens.token(), await ens.token({ account_id: 7000003 })];
      await ens.simulator.admin.faults([
        { kind: "status", status: 429, errorcode: 50100, retryAfter: 1, account: 7000002, times: 2 },
      ]);
      const list = async (token: string) => (await ens.call("GET", CALLBACKS, undefined, { token })).status;
      expect([await list(free), await list(throttled), await list(free), await list(throttled)]).toEqual([
        200, 429, 200, 429,
      ]);
      expect(await list(throttled)).toBe(200);
    },
  },
  {
    id: "limit.rate-of-a-business-unit",
    needs: "simulator",
    async run(ens) {
      await ens.turn({ rateLimit: 50 });
      const [mine, other] = [await ens.token(), await ens.token({ account_id: 7000003 })];
      const list = (token: string) => ens.call("GET", CALLBACKS, undefined, { token });
      const answers = await Promise.all(Array.from({ length: 51 }, () => list(mine)));
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused).toMatchObject([{ status: 429, body: { errorcode: 50100, retryAfter: 1 } }]);
      expect(refused[0]?.headers.get("retry-after")).toBe("1");
      expect((await list(other)).status).toBe(200);
      await ens.simulator.admin.clock({ advanceSeconds: 1 });
      expect((await list(mine)).status).toBe(200);
    },
  },
  {
    id: "limit.filters-and-types-count",
    needs: "anywhere",
    async run(ens) {
      const eventCategoryTypes = EVENT_TYPES.map(({ type }) => type);
      const filters = Array.from({ length: 100 }, (_, index) => `definitionKey=order-${index}`);
      expect(eventCategoryTypes).toHaveLength(36);
      const { subscriptionId } = await subscription(ens, { eventCategoryTypes, filters });
      expect(await shown(ens, subscriptionId)).toMatchObject({ eventCategoryTypes, filters });
    },
  },
];
