import { environmentSource } from "pulumi-ens-receiver/internal";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { deleteAuthScheme, updateAuthScheme } from "../../provider/src/ens/api";
import { schemeShape } from "../../provider/src/ens/scheme-shape";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { Run } from "../../provider/src/run/run";
import { readSettings } from "../../provider/src/run/settings";
import { lifecycleOf } from "../support/lifecycle";

const program = {
  grantType: "client_credentials",
  authUrl: "https://idp.example.org/token",
  clientId: "client-marker",
  clientSecret: "secret-marker",
};
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ switches: { callAuthUrl: "off" } });
});
afterAll(() => simulator.close());

const stored = async () => (await simulator.admin.state()).authentications;
const clientFor = (words: string) => {
  const { restUrl, authUrl } = simulator;
  const authSchemeShape = schemeShape(words);
  return new Run({ restUrl, authUrl, clientId: "sim-client", clientSecret: "sim-secret", authSchemeShape });
};

const EVERY = (["any", "object", "array"] as const).flatMap((authBodyShape) =>
  (["authId", "authID", "both"] as const).flatMap((authIdCase) =>
    (["body", "path"] as const).flatMap((authPutIdIn) =>
      (["path", "body"] as const).map((authDeleteIdIn) => ({ authBodyShape, authIdCase, authPutIdIn, authDeleteIdIn })),
    ),
  ),
);

test.each(EVERY)("a scheme is created, updated and deleted when ENS expects %j", async (wanted) => {
  await simulator.admin.switches(wanted);
  const { authBodyShape, authPutIdIn, authDeleteIdIn } = wanted;
  const shape = authBodyShape === "any" ? [] : [authBodyShape];
  const ens = clientFor([...shape, `put-id-in-${authPutIdIn}`, `delete-id-in-${authDeleteIdIn}`].join(", "));
  const schemes = lifecycleOf(authScheme, ens);
  const created = await schemes.up(program);
  const rotated = await schemes.up({ ...program, clientSecret: "second-marker" }, created);
  expect(rotated.state).toMatchObject({ authId: created.id });
  expect(await stored()).toMatchObject([{ authId: created.id, clientSecret: "second-marker" }]);
  await schemes.remove(rotated);
  expect(await stored()).toEqual([]);
  expect(ens.objects.deleted.has(created.id)).toBe(true);
  await schemes.remove(rotated);
  await ens.close();
});

test("the message about a rejected request format names the setting that changes it", async () => {
  await simulator.admin.switches({ authBodyShape: "array" });
  const ens = clientFor("");
  await expect(lifecycleOf(authScheme, ens).up(program)).rejects.toThrow(
    "The format of this request is not documented. If ENS expects another format, set ens:authSchemeShape.",
  );
  await ens.close();
});

test("a keyword selects the spelling of the id that is sent", async () => {
  const { ens } = clientFor("");
  const put = jest.spyOn(ens, "put").mockResolvedValue(undefined);
  const remove = jest.spyOn(ens, "delete").mockResolvedValue();
  const shape = schemeShape("authID,delete-id-in-body");
  await updateAuthScheme(ens, shape, "a", { authType: "oauth2" });
  expect(put.mock.calls[0]?.[1]).toEqual({ authType: "oauth2", authID: "a" });
  await deleteAuthScheme(ens, shape, "a");
  expect(remove.mock.calls[0]?.[1]).toEqual({ authID: "a" });
  await ens.close();
});

test("unknown and contradicting words are refused, and the words there are named", () => {
  const env = { ENS_SUBDOMAIN: "mcx", ENS_CLIENT_ID: "c", ENS_CLIENT_SECRET: "s" };
  const given = (words: string) =>
    readSettings(environmentSource({ ...env, ENS_AUTH_SCHEME_SHAPE: words })).authSchemeShape;
  expect(given("array, put-id-in-path")).toEqual({
    body: "array",
    putId: "put-id-in-path",
    deleteId: "delete-id-in-path",
    idName: "authId",
  });
  expect(() => given("list")).toThrow(
    'ens:authSchemeShape has the unknown keyword "list"; the keywords are object or array, put-id-in-body or put-id-in-path, ' +
      "delete-id-in-path or delete-id-in-body, authId or authID",
  );
  expect(() => given("array,object")).toThrow("ens:authSchemeShape has both object and array; give only one of them");
});
