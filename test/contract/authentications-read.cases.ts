import { expectNoSecrets, PASSWORD_GRANT, schemeOf, visible } from "./authentication-steps";
import { NOBODY, refusal, SCHEMES } from "./steps";
import type { Case, Session } from "./suite";

/** GET of schemes returns 404 or 405, or works. */
function read(id: string, path: (authId: string) => string, answered: (authId: string) => unknown): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      const authId = await schemeOf(ens);
      const get = () => ens.call("GET", path(authId));
      expect(await get()).toEqual(refusal(404, 404));
      await ens.turn({ authGet: "off-405" });
      expect(await get()).toEqual(refusal(405, 0));
      await ens.turn({ authGet: "on" });
      expect(await get()).toMatchObject({ status: 200, body: answered(authId) });
    },
  };
}

const item = (ens: Session, authId: string) => ens.call("GET", `${SCHEMES}/${authId}`);

export const AUTHENTICATIONS_READ: readonly Case[] = [
  read("authentication.get.item", (authId) => `${SCHEMES}/${authId}`, visible),
  read(
    "authentication.get.collection",
    () => SCHEMES,
    (authId) => [visible(authId)],
  ),
  {
    id: "authentication.get.on",
    needs: "simulator",
    options: { switches: { authGet: "on" } },
    async run(ens) {
      const authId = await schemeOf(ens, { ...PASSWORD_GRANT, clientId: "made-up-client" });
      const answer = await item(ens, authId);
      expect(answer).toMatchObject({ status: 200, body: visible(authId, { grantType: "password" }) });
      expectNoSecrets(answer);
      expect(await item(ens, NOBODY)).toEqual(refusal(404, 404));
      expect(await item(ens, "not-a-guid")).toEqual(refusal(400, 10003));
    },
  },
  {
    id: "authentication.get.off-405",
    needs: "simulator",
    options: { switches: { authGet: "off-405" } },
    async run(ens) {
      const authId = await schemeOf(ens);
      expect(await item(ens, authId)).toEqual(refusal(405, 0));
      expect((await ens.call("DELETE", `${SCHEMES}/${authId}`)).status).toBe(200);
    },
  },
];
