import { type Guarded, guards } from "./guards";
import { refusal, state } from "./steps";
import type { Case } from "./suite";

/**
 * The guards of every route. The permission for auth schemes is open: that of callbacks, or none.
 * Source: ENS REST contract §11 #10.
 */
export function schemeGuards(guarded: Guarded): readonly Case[] {
  const id = `${guarded.id}.status-403`;
  return guards(guarded).map((one) => (one.id === id ? withoutScope(id, guarded) : one));
}

function withoutScope(id: string, { scope, request }: Guarded): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      const { method, path, body } = await request(ens);
      const all = String((await ens.askToken()).items[0]?.scope).split(" ");
      expect(all).toContain(scope);
      const token = await ens.token({ scope: all.filter((one) => one !== scope).join(" ") });
      const before = await state(ens);
      expect(await ens.call(method, path, body, { token })).toEqual(refusal(403, 20002));
      expect(await state(ens)).toEqual(before);
      await ens.turn({ authScopes: "none" });
      expect((await ens.call(method, path, body, { token })).status).toBeLessThan(300);
      expect(await state(ens)).not.toEqual(before);
    },
  };
}
