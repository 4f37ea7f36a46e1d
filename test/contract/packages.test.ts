import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Package, type Simulator, startSimulator } from "pulumi-ens-simulator";
import { parseFlags } from "../simulator/src/cli/flags";
import { settings } from "../simulator/src/cli/settings";

const SHOP = { clientId: "shop", clientSecret: "shop-secret" };
const ABROAD = { clientId: "abroad", clientSecret: "abroad-secret", tenant: 8000001, owner: 8000002 };

let simulator: Simulator | undefined;
afterEach(() => simulator?.close());

async function ask(body: object): Promise<{ readonly status: number; readonly token: string }> {
  const client = { grant_type: "client_credentials", client_id: "shop", client_secret: "shop-secret" };
  const request = { method: "POST", body: JSON.stringify({ ...client, ...body }) };
  const answer = await fetch(`${simulator?.authUrl}/v2/token`, request);
  const { access_token: token = "" } = (await answer.json()) as { access_token?: string };
  return { status: answer.status, token };
}

/** Returns the names of the callbacks that a business unit can see. */
async function seenBy(account: number): Promise<string[]> {
  const { token } = await ask({ account_id: account });
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${simulator?.restUrl}/platform/v1/ens-callbacks`, { headers });
  return ((await answer.json()) as { callbackName: string }[]).map(({ callbackName }) => callbackName);
}

test.each<[string, Package[], RegExp]>([
  ["an unknown field", [{ ...SHOP, scope: "x" } as never], /packages\.1: .*"scope"/],
  ["no secret", [{ clientId: "shop" } as never], /packages\.1\.clientSecret: /],
  ["a business unit as a text", [{ ...SHOP, owner: "7" as never }], /packages\.1\.owner: /],
  ["a scope with a space", [{ ...SHOP, scopes: ["a b"] }], /packages\.1\.scopes\.0: must not contain spaces/],
  [
    "a business unit of two tenants",
    [{ ...ABROAD, owner: 7000002 }],
    /sim-client and abroad assign business unit 7000002 to different tenants/,
  ],
])("rejected at the start: %s", async (_name, packages, reason) => {
  await expect(startSimulator({ packages })).rejects.toThrow(reason);
});

test("the default package exists beside the given ones", async () => {
  simulator = await startSimulator({ packages: [SHOP, ABROAD] });
  const first = { client_id: "sim-client", client_secret: "sim-secret" };
  expect((await ask(first)).status).toBe(200);
  expect((await ask({})).status).toBe(200);
  expect((await simulator.admin.packages()).map(({ clientId, tenant }) => [clientId, tenant])).toEqual([
    ["sim-client", 7000001],
    ["shop", 7000001],
    ["abroad", 8000001],
  ]);
});

test("a package can be disabled and enabled, and a reset restores it", async () => {
  simulator = await startSimulator({ packages: [SHOP] });
  await simulator.admin.changePackage("shop", { disabled: true, scopes: ["email_read"] });
  expect((await ask({})).status).toBe(401);
  await simulator.admin.changePackage("shop", { disabled: false });
  expect((await ask({})).status).toBe(200);
  expect((await simulator.admin.packages())[1]).toMatchObject({ scopes: ["email_read"] });
  await simulator.admin.reset();
  expect((await simulator.admin.packages())[1]?.scopes).toHaveLength(8);
  await expect(simulator.admin.changePackage("nobody", {})).rejects.toThrow("There is no object nobody.");
  await expect(simulator.admin.changePackage("shop", { owner: 1 } as never)).rejects.toThrow(/owner/);
});

test("the secret of a package can be changed", async () => {
  simulator = await startSimulator({ packages: [SHOP] });
  const { token } = await ask({});
  await simulator.admin.changePackage("shop", { clientSecret: "rotated" });
  expect([(await ask({})).status, (await ask({ client_secret: "rotated" })).status]).toEqual([401, 200]);
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${simulator.restUrl}/platform/v1/ens-callbacks`, { headers })).status).toBe(200);
});

test("a parent sees the objects of its children if a switch allows it, and a child never sees those of others", async () => {
  simulator = await startSimulator({ packages: [SHOP, ABROAD] });
  for (const mid of [7000001, 7000003, 7000004, 8000002]) {
    await simulator.admin.add("callbacks", { callbackName: String(mid), url: `https://a.example.org/${mid}`, mid });
  }
  expect([await seenBy(7000001), await seenBy(7000003)]).toEqual([["7000001"], ["7000003"]]);
  await simulator.admin.switches({ crossBu: "parent" });
  expect([await seenBy(7000001), await seenBy(7000003)]).toEqual([["7000001", "7000003", "7000004"], ["7000003"]]);
});

test("packages can be read from a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "packages-test-"));
  try {
    const file = join(folder, "packages.json");
    writeFileSync(file, JSON.stringify([SHOP]));
    expect(settings(parseFlags(["--packages-file", file], {}), {})).toMatchObject({ packages: [SHOP] });
    writeFileSync(file, "[");
    expect(() => settings(parseFlags(["--packages-file", file], {}), {})).toThrow(
      /--packages-file: .* is not valid JSON/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
