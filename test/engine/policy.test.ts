import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { shop, startWorld, type World } from "../support/world";

const ROOT = resolve(__dirname, "../..");
let world: World;
let pack: string;
let bin: string;

// The language host that is built for the tests runs no plugins, so the pack starts as in older versions of Pulumi.
const RUNNER = `#!/bin/sh
exec node node_modules/@pulumi/pulumi/cmd/run-policy-pack "$@"
`;

beforeAll(async () => {
  bin = mkdtempSync(join(tmpdir(), "policy-bin-"));
  writeFileSync(join(bin, "pulumi-analyzer-policy-tested"), RUNNER, { mode: 0o755 });
  world = await startWorld({}, { PATH: `${bin}${delimiter}${process.env.PATH}` });
  pack = join(world.stack.folder, "pack");
  mkdirSync(pack);
  symlinkSync(join(ROOT, "node_modules"), join(pack, "node_modules"));
  writeFileSync(join(pack, "PulumiPolicy.yaml"), "runtime: tested\n");
  writeFileSync(join(pack, "package.json"), '{ "name": "ens-pack", "version": "1.0.0", "main": "index.js" }');
  writeFileSync(
    join(pack, "index.js"),
    `const { PolicyPack } = require("@pulumi/policy");
     const { ensPolicies } = require("pulumi-ens/policy");
     const configFolder = ${JSON.stringify(world.stack.folder)};
     new PolicyPack("ens", { policies: ensPolicies({ allowedHosts: ["hooks.example.org"], configFolder }) });`,
  );
});
afterAll(async () => {
  await world?.close();
  rmSync(bin, { recursive: true });
});

/** Runs a preview and returns the violations that the pack reports. */
async function violations(program: string): Promise<{ code: number | null; rules: string[]; output: string }> {
  world.stack.program(program);
  const { code, output } = await world.stack.pulumi("preview", "--policy-pack", pack);
  const rules = [...output.matchAll(/\[mandatory\]\s+(ens-[\w-]+)/g)].map(([, rule]) => rule);
  return { code, rules: [...new Set(rules as string[])].sort(), output };
}

test("a program that follows the rules passes", async () => {
  const { code, rules, output } = await violations(shop());
  expect([code, rules]).toEqual([0, []]);
  expect(output).toMatch(/ens@v1\.0\.0/);
});

test("each rule finds its violation in a preview", async () => {
  writeFileSync(join(world.stack.folder, "Pulumi.other.yaml"), "config:\n  ens:clientSecret: marker-of-a-secret\n");
  const { code, rules, output } = await violations(`
    const login = { authUrl: "https://login.example.org/token", clientId: "c", clientSecret: "s" };
    new ens.AuthScheme("idp", { ...login, grantType: "password", username: "u", password: "p" });
    const callback = new ens.Callback("none", { url: "https://hooks.example.org/none", verification: { strategy: "none" } });
    new ens.Callback("page", { url: "https://mc1.pub.sfmc-content.com/abc" });
    new ens.Subscription("all", { callback, eventCategoryTypes: ["EngagementEvents.EmailOpen"] });
  `);
  expect(code).not.toBe(0);
  expect(rules).toEqual([
    "ens-allowed-hosts",
    "ens-filtered-subscriptions",
    "ens-no-cloudpages",
    "ens-no-password-grant",
    "ens-no-plain-secrets",
    "ens-verified-callbacks",
  ]);
  expect(output).toContain("the host of url is mc1.pub.sfmc-content.com, which is not one of hooks.example.org");
  expect(output).not.toContain("marker-of-a-secret");
  rmSync(join(world.stack.folder, "Pulumi.other.yaml"));
});

test("the pack's configuration makes a rule advisory, as docs/components.md describes", async () => {
  const config = join(world.stack.folder, "levels.json");
  writeFileSync(config, '{ "ens-filtered-subscriptions": { "enforcementLevel": "advisory" } }');
  world.stack.program(shop({ subscription: { filters: [] } }));
  const strict = await world.stack.pulumi("preview", "--policy-pack", pack);
  expect(strict.output).toContain("[mandatory]  ens-filtered-subscriptions");
  const { code, output } = await world.stack.pulumi("preview", "--policy-pack", pack, "--policy-pack-config", config);
  expect(output).toContain("[advisory]  ens-filtered-subscriptions");
  expect([strict.code === 0, code]).toEqual([false, 0]);
});
