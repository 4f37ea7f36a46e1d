import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EnsPolicyOptions, ensPolicies } from "pulumi-ens/policy";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "policy-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Returns the violated policies with their messages. */
function violations(kind: string, props: Record<string, unknown>, options: EnsPolicyOptions = {}): string[] {
  return ensPolicies({ configFolder: folder, ...options }).flatMap((policy) => {
    const said: string[] = [];
    policy.validateResource?.({ type: `pulumi-nodejs:dynamic/ens:${kind}`, props }, (message) => said.push(message));
    policy.validateStack?.({}, (message) => said.push(message));
    return said.map((message) => `${policy.name}: ${message}`);
  });
}

const url = "https://hooks.example.org/orders";

test.each<[string, Record<string, unknown>]>([
  ["AuthScheme", { grantType: "client_credentials" }],
  ["Callback", { url, verification: { strategy: "receiver" } }],
  ["Callback", { url }],
  ["Subscription", { filters: ["definitionKey=a"] }],
  ["Subscription", { filters: { definitionKey: "a" } }],
])("a valid %s violates no policy: %j", (kind, props) => {
  expect(violations(kind, props, { allowedHosts: ["hooks.example.org"] })).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ["AuthScheme", { grantType: "password" }, 'ens-no-password-grant: grantType is "password"; use "client_credentials"'],
  ["Callback", { url, verification: { strategy: "none" } }, 'ens-verified-callbacks: verification.strategy is "none"'],
  ["Subscription", {}, "ens-filtered-subscriptions: filters is empty"],
  ["Subscription", { filters: [] }, "ens-filtered-subscriptions: filters is empty"],
  [
    "Callback",
    { url: "https://mc1.pub.sfmc-content.com/abc" },
    "ens-no-cloudpages: the host of url is mc1.pub.sfmc-content.com",
  ],
])("a %s with %j violates a policy", (kind, props, message) => {
  expect(violations(kind, props)).toEqual([expect.stringContaining(message)]);
});

test("allowed hosts are listed by name or by their parent domain", () => {
  const allowedHosts = ["hooks.example.org", "*.example.com"];
  const hosts = ["hooks.example.org", "a.example.com", "a.b.example.com", "example.com", "evil-example.com", "x.org"];
  const refused = hosts.filter(
    (host) => violations("Callback", { url: `https://${host}/a` }, { allowedHosts }).length > 0,
  );
  expect(refused).toEqual(["example.com", "evil-example.com", "x.org"]);
});

test("an unencrypted secret in a configuration file is reported, an encrypted one is not, and no message repeats either", () => {
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  ens:clientId: client\n  ens:clientSecret: marker\n");
  writeFileSync(join(folder, "Pulumi.prod.yaml"), "config:\n  ens:clientSecret:\n    secure: v1:marker\n");
  writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\n");
  expect(violations("Callback", { url })).toEqual([
    "ens-no-plain-secrets: ens:clientSecret is not encrypted in Pulumi.dev.yaml; run 'pulumi config set --secret ens:clientSecret'",
  ]);
});
