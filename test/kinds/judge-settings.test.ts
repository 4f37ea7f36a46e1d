import { environmentSource } from "pulumi-ens-receiver/internal";
import { findMisspeltVariables, judgeSettings } from "../../provider/src/run/judge-settings";
import { firstOf, type SettingsSource } from "../../provider/src/run/settings";

const good: Record<string, string> = {
  subdomain: "mc563885gzs27c5t9-63k636ttgm",
  clientId: "client",
  clientSecret: "secret-marker",
};
const sourceOf = (values: Record<string, string>): SettingsSource => ({
  get: (key) => values[key],
  missing: (key) => `run 'pulumi config set ens:${key}'`,
});
const judge = (values: Record<string, string>) => judgeSettings(sourceOf({ ...good, ...values }));

test("valid settings have no problems, with a subdomain or with both URLs", () => {
  expect(judge({})).toEqual({ failures: [], warnings: [] });
  expect(judge({ accountId: "7000002", expectAccountId: "7000002", activationWait: "0s" }).failures).toEqual([]);
  const local = { subdomain: "", restUrl: "http://127.0.0.1:4010", authUrl: "http://localhost:4010/v2/token" };
  expect(judge(local)).toEqual({ failures: [], warnings: [] });
});

test.each<[Record<string, string>, string]>([
  [
    { activationWait: "fast" },
    'ens:activationWait is "fast"; give a duration up to "10m", or "0s" to disable the wait',
  ],
  [{ activationWait: "11m" }, 'ens:activationWait is "11m"; give a duration up to "10m"'],
  [{ activationWait: "-1s" }, 'ens:activationWait is "-1s"'],
  [{ activationWait: "30" }, 'ens:activationWait is "30"'],
  [{ accountId: "abc" }, "ens:accountId is not a number; give the business unit's MID, for example 7000002"],
  [{ accountId: "7000002 " }, "ens:accountId is not a number"],
  [{ expectAccountId: "all" }, "ens:expectAccountId is not a number; give the business unit's MID"],
  [
    { accountId: "7000002", expectAccountId: "7000003" },
    "ens:expectAccountId is 7000003. Nothing was read or changed.",
  ],
  [
    { subdomain: "https://mc1.rest.marketingcloudapis.com" },
    'give only the tenant\'s subdomain, for example mc563885gzs27c5t9-63k636ttgm; did you mean "mc1"?',
  ],
  [{ subdomain: "mc1.auth" }, 'did you mean "mc1"?'],
  [{ subdomain: "mc 1" }, "ens:subdomain contains characters other than letters, digits and hyphens"],
  [{ restUrl: "rest.example.org" }, "ens:restUrl must be a URL such as https://host"],
  [{ restUrl: "http://rest.example.org" }, "ens:restUrl must start with https://"],
  [{ authUrl: "https://u:p@auth.example.org" }, "ens:authUrl must have no credentials, query or fragment"],
  [{ authUrl: "https://auth.example.org?x=1" }, "ens:authUrl must have no credentials, query or fragment"],
  [
    { authUrl: "https://other.auth.marketingcloudapis.com" },
    "ens:authUrl belongs to tenant other, but ens:restUrl belongs to another tenant",
  ],
  [{ clientId: "cli ent" }, "ens:clientId contains white space"],
  [{ clientSecret: "secret-marker with blanks" }, "ens:clientSecret contains white space"],
  [{ clientSecret: "[secret]" }, 'ens:clientSecret is "[secret]", which Pulumi prints in place of a secret'],
  [{ authSchemeShape: "arrays" }, 'ens:authSchemeShape has the unknown keyword "arrays"'],
  [{ authSchemeShape: "object,array" }, "ens:authSchemeShape has both object and array; give only one of them"],
])("%j is rejected, and no message contains the secret", (values, message) => {
  const { failures } = judge(values);
  expect(failures).toEqual([expect.stringContaining(message)]);
  expect(failures.join()).not.toContain("secret-marker");
});

test("a client secret in the wrong variable is not repeated", () => {
  const secret = "Xy7Kq2mN8pRtV4wZ0bCdEfGh";
  for (const name of ["subdomain", "restUrl", "authUrl", "accountId", "expectAccountId", "clientId"]) {
    for (const value of [secret, `${secret}/${secret}`, `https://${secret}.example.org?a`, `${secret} `]) {
      const { failures, warnings } = judge({ [name]: value });
      expect([name, [...failures, ...warnings].join().includes(secret)]).toEqual([name, false]);
    }
  }
});

test("all problems are reported at once", () => {
  const { failures, warnings } = judgeSettings(sourceOf({ subdomain: "a.b", activationWait: "fast", accountId: "x" }));
  expect(failures.map((line) => line.split(" ", 1)[0])).toEqual([
    "ens:subdomain",
    "ens:accountId",
    "ens:activationWait",
  ]);
  expect(warnings).toEqual([
    "ens:clientId is not set: run 'pulumi config set ens:clientId'. 'pulumi up' needs it.",
    "ens:clientSecret is not set: run 'pulumi config set ens:clientSecret'. 'pulumi up' needs it.",
  ]);
});

test.each<[Record<string, string>, string]>([
  [
    { subdomain: "" },
    "ens:subdomain is not set: run 'pulumi config set ens:subdomain', or set both ens:restUrl and ens:authUrl. 'pulumi up' needs it.",
  ],
  [{ subdomain: "", restUrl: "https://rest.example.org" }, "ens:subdomain is not set"],
  [{ subdomain: "abcde" }, 'ens:subdomain has 5 characters, but most subdomains have 28 and begin with "mc"'],
  [
    { restUrl: "https://rest.example.org", authUrl: "https://auth.example.org" },
    "ens:subdomain has no effect, because ens:restUrl and ens:authUrl are set",
  ],
])("%j causes a warning but no failure", (values, message) => {
  const { failures, warnings } = judge(values);
  expect([failures, warnings]).toEqual([[], [expect.stringContaining(message)]]);
});

test("a file that cannot be read is reported without a request", () => {
  const source = firstOf(environmentSource({ ENS_CLIENT_SECRET_FILE: "/nowhere/secret" }), sourceOf(good));
  expect(judgeSettings(source).failures).toEqual([
    expect.stringMatching(/^cannot read the file in ENS_CLIENT_SECRET_FILE: .*ENOENT/),
  ]);
});

test("a misspelled variable is reported, and other variables are ignored", () => {
  const env = {
    ENS_CLIENTID: "c",
    ENS_SUBDOMIAN: "s",
    ENS_CLIENT_ID: "c",
    ENS_CLIENT_SECRET_FILE: "f",
    ENS_TRACE: "t",
  };
  expect(findMisspeltVariables({ ...env, ENS_SIMULATOR_PORT: "1", ENSEMBLE: "x" }, ["ENS_TRACE"])).toEqual([
    "the environment variable ENS_CLIENTID is not a setting; did you mean ENS_CLIENT_ID?",
    "the environment variable ENS_SUBDOMIAN is not a setting; did you mean ENS_SUBDOMAIN?",
  ]);
});
