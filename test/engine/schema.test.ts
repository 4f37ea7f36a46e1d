import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isolated } from "../../scripts/pulumi.ts";
import { run } from "../../scripts/run.cjs";

const SCHEMA = resolve(__dirname, "../../provider/schema.json");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "schema-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = (path: string) => run("pulumi", ["schema", "check", path], { env: isolated(folder) });

test("Pulumi finds no error in the schema of the package", async () => {
  expect(await check(SCHEMA)).toMatchObject({ code: 0, output: "" });
});

test("the schema has both formats of filters, all verification strategies, and marks secrets and replacing properties", () => {
  const { resources, types } = JSON.parse(readFileSync(SCHEMA, "utf8"));
  const { "ens:index:Callback": callback, "ens:index:Subscription": subscription } = resources;
  expect(subscription.inputProperties.filters.oneOf.map(({ type }: { type: string }) => type)).toEqual([
    "array",
    "object",
  ]);
  expect(subscription.properties.filters).toMatchObject({ type: "array", items: { type: "string" } });
  expect(Object.keys(callback.inputProperties.verification.discriminator.mapping)).toHaveLength(7);
  expect(types["ens:index:PullVerification"].properties.bearerToken).toMatchObject({ secret: true });
  expect(callback.inputProperties.url).toMatchObject({ willReplaceOnChanges: true });
  expect(callback.properties.signatureKey).toMatchObject({ secret: true });
  expect(callback.aliases).toEqual([{ type: "pulumi-nodejs:dynamic/ens:Callback" }]);
});
