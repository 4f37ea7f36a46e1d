import { CALLBACKS, created, listed, refusal, wanted } from "./steps";
import type { Answer, Case, Session } from "./suite";

/** A case in which a URL is rejected before anything is stored or a verification request is sent. */
const badUrl = (id: string, urls: readonly unknown[], errorcode: number): Case => ({
  id,
  needs: "anywhere",
  async run(ens) {
    const before = await listed(ens);
    for (const url of urls) {
      expect(await ens.call("POST", CALLBACKS, [wanted(ens, { url })])).toEqual(refusal(400, errorcode));
    }
    expect(ens.receiver.probes).toEqual([]);
    expect(await listed(ens)).toEqual(before);
  },
});

/** Responses to a registered URL by `duplicateStatus`. `auto` depends on the name too. */
const BY_SWITCH = [
  [304, 0],
  [400, 30001],
  [409, 30004],
] as const;

function expectRefused(answer: Answer, status: number, errorcode: number): void {
  if (status === 304) expect(answer).toMatchObject({ status: 304, text: "" });
  else expect(answer).toEqual(refusal(status, errorcode));
}

/** Creates a duplicate. `over` overrides fields of the existing callback. */
const duplicate = (
  id: string,
  over: (there: { callbackName: string; url: string }, ens: Session) => object,
  auto: (typeof BY_SWITCH)[number],
): Case => ({
  id,
  needs: "simulator",
  async run(ens) {
    const { callbackName, url } = await created(ens);
    const before = await listed(ens);
    const body = wanted(ens, over({ callbackName, url }, ens));
    expectRefused(await ens.call("POST", CALLBACKS, [body]), auto[0], auto[1]);
    for (const [duplicateStatus, errorcode] of BY_SWITCH) {
      await ens.turn({ duplicateStatus });
      expectRefused(await ens.call("POST", CALLBACKS, [body]), duplicateStatus, errorcode);
    }
    expect(await listed(ens)).toEqual(before);
    expect(ens.receiver.probes).toHaveLength(1);
  },
});

export const URLS: readonly Case[] = [
  badUrl("callback.create.url-missing", [undefined, null, ""], 10002),
  badUrl("callback.create.url-http", ["http://hooks.example.org/a", "HTTP://hooks.example.org"], 10003),
  badUrl("callback.create.url-port", ["https://hooks.example.org:443/a", "https://hooks.example.org:8443"], 10003),
  badUrl("callback.create.url-query", ["https://hooks.example.org/a?b=c", "https://hooks.example.org/?"], 10003),
  badUrl(
    "callback.create.url-malformed",
    ["hooks", "/a", "https://", "https:///a", "ftp://hooks.example.org", "https://ho oks.example.org", " https://a.b"],
    10003,
  ),
  {
    id: "callback.create.url-path",
    needs: "simulator",
    async run(ens) {
      for (const url of ["https://hooks.example.org", "https://hooks.example.org/a/b"]) {
        expect(await created(ens, { url })).toMatchObject({ url });
      }
      expect(ens.receiver.probes.map(({ path }) => path)).toEqual(["/", "/a/b"]);
    },
  },
  duplicate("callback.create.duplicate-name-and-url", (there) => there, [304, 0]),
  duplicate("callback.create.duplicate-url", ({ url }) => ({ url }), [400, 30001]),
  {
    id: "callback.create.duplicate-as-409",
    needs: "simulator",
    options: { switches: { duplicateStatus: 409 } },
    async run(ens) {
      const { callbackName, url } = await created(ens);
      const before = await listed(ens);
      for (const body of [wanted(ens, { url }), { callbackName, url }]) {
        expect(await ens.call("POST", CALLBACKS, [body])).toEqual(refusal(409, 30004));
      }
      expect(await listed(ens)).toEqual(before);
      for (const [duplicateStatus, errorcode] of BY_SWITCH) {
        await ens.turn({ duplicateStatus });
        expectRefused(await ens.call("POST", CALLBACKS, [wanted(ens, { url })]), duplicateStatus, errorcode);
      }
      await ens.turn({ duplicateStatus: "auto" });
      expectRefused(await ens.call("POST", CALLBACKS, [{ callbackName, url }]), 304, 0);
    },
  },
  {
    id: "callback.create.duplicate-url-other-mid",
    needs: "simulator",
    options: { packages: [{ clientId: "other", clientSecret: "other-secret", tenant: 8000001, owner: 8000002 }] },
    async run(ens) {
      const { url } = await created(ens, {}, await ens.token({ account_id: 7000003 }));
      const neighbour = await ens.token({ account_id: 7000004 });
      expect(await created(ens, { url }, neighbour)).toMatchObject({ url });
      expect(await listed(ens, neighbour)).toHaveLength(1);

      await ens.turn({ uniquenessScope: "tenant" });
      const third = await ens.token({ account_id: 7000005 });
      expect(await ens.call("POST", CALLBACKS, [wanted(ens, { url })], { token: third })).toEqual(refusal(400, 30001));
      expect(await listed(ens, third)).toEqual([]);
      const stranger = await ens.token({ client_id: "other", client_secret: "other-secret" });
      await created(ens, { url }, stranger);
    },
  },
];
