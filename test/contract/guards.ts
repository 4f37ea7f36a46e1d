import { refusal, state } from "./steps";
import type { Case, Session } from "./suite";

/** A route, and a valid request that would change something. */
export interface Guarded {
  /** Prefix of the ids of its behaviors. */
  readonly id: string;
  readonly scope: string;
  readonly request: (
    ens: Session,
  ) => Promise<{ readonly method: string; readonly path: string; readonly body?: unknown }>;
}

/** Cases for every route: it needs a valid token with its permission, it can return 500, and an error changes nothing. */
export const guards = (guarded: Guarded): readonly Case[] => [
  withoutToken(guarded),
  { id: `${guarded.id}.status-403`, needs: "simulator", run: (ens) => withoutScope(ens, guarded) },
  internal(guarded),
];

function withoutToken({ id, request }: Guarded): Case {
  return {
    id: `${id}.status-401`,
    needs: "simulator",
    async run(ens) {
      const { method, path, body } = await request(ens);
      const expired = await ens.token();
      await ens.simulator.admin.clock({ advanceSeconds: 1200 });
      const before = await state(ens);
      for (const token of [null, "unknown", expired]) {
        const answer = await ens.call(method, path, body, { token });
        expect(answer).toEqual(refusal(401, 0));
        expect(answer.body).toMatchObject({ message: "Not Authorized" });
      }
      expect(await state(ens)).toEqual(before);
      expect((await ens.call(method, path, body, { token: await ens.token() })).status).toBeLessThan(300);
    },
  };
}

/** Asserts that all other permissions are not enough, and that the required one is. */
async function withoutScope(ens: Session, { scope, request }: Guarded): Promise<void> {
  const { method, path, body } = await request(ens);
  const all = String((await ens.askToken()).items[0]?.scope).split(" ");
  expect(all).toContain(scope);
  const token = await ens.token({ scope: all.filter((one) => one !== scope).join(" ") });
  const before = await state(ens);
  const refused = await ens.call(method, path, body, { token });
  expect(refused).toEqual(refusal(403, 20002));
  expect(refused.body).toMatchObject({ message: "Insufficient privileges to complete this action." });
  await ens.turn({ missingScope: 401 });
  const other = await ens.call(method, path, body, { token });
  expect(other).toEqual(refusal(401, 0));
  expect(other.body).toMatchObject({ message: "Not Authorized" });
  expect(await state(ens)).toEqual(before);
  expect((await ens.call(method, path, body, { token: await ens.token({ scope }) })).status).toBeLessThan(300);
}

function internal({ id, request }: Guarded): Case {
  return {
    id: `${id}.status-500`,
    needs: "simulator",
    async run(ens) {
      const { method, path, body } = await request(ens);
      const before = await state(ens);
      await ens.simulator.admin.faults([{ kind: "status", status: 500, method, path }]);
      expect(await ens.call(method, path, body)).toEqual(refusal(500, 0));
      expect(await state(ens)).toEqual(before);
      expect((await ens.call(method, path, body)).status).toBeLessThan(300);
    },
  };
}
