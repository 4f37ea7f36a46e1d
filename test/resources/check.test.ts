import { findProblems, LATER, secretPaths } from "pulumi-ens/check";

// environment.test.ts covers the rejected values and their messages.

test("arguments that a preview accepts have no problems, even with values that are not known yet", () => {
  const url = "https://hooks.example.org/orders";
  const pull = { strategy: "pull", url, bearerToken: LATER, hmacSecret: LATER };
  for (const verification of [pull, LATER, { strategy: "manual", verificationKey: LATER }, undefined]) {
    expect(findProblems("Callback", { url, authScheme: LATER, verification })).toEqual([]);
  }
  expect(findProblems("Callback", { url: LATER, authId: LATER, maxBatchSize: LATER, adopt: null })).toEqual([]);
  const eventCategoryTypes = ["EngagementEvents.EmailOpen"];
  expect(findProblems("Subscription", { callbackId: "id", eventCategoryTypes })).toEqual([]);
  expect(findProblems("Subscription", { callback: LATER, eventCategoryTypes: LATER })).toEqual([]);
});

test("a rule over several properties also applies to values that are not known yet", () => {
  const scheme = { authUrl: "https://login.example.org", clientId: LATER, clientSecret: LATER };
  expect(findProblems("AuthScheme", { ...scheme, grantType: "client_credentials", password: LATER })).toEqual([
    { property: "password", reason: expect.stringContaining("is for the password grant only") },
  ]);
  expect(findProblems("AuthScheme", { ...scheme, grantType: "password", password: LATER })).toEqual([
    { property: "username", reason: expect.stringContaining("is missing") },
  ]);
  expect(findProblems("AuthScheme", { ...scheme, grantType: LATER, password: LATER })).toEqual([]);
});

test("properties that only the constructor sets are rejected as arguments", () => {
  const given = { url: LATER, owner: "a/b//c", autoNamed: true, status: "verified" };
  const refused = findProblems("Callback", given).map(({ property }) => property);
  expect(refused).toEqual(["owner", "autoNamed", "status"]);
});

test("the secret paths are those of the tables, including secrets in objects", () => {
  expect(secretPaths("AuthScheme").map(String)).toEqual(["clientId", "clientSecret", "username", "password"]);
  expect(secretPaths("Callback").map((path) => path.join("."))).toEqual([
    "verification.bearerToken",
    "verification.hmacSecret",
    "verification.verificationKey",
  ]);
  expect(secretPaths("Subscription")).toEqual([]);
});

test("a kind that does not exist is rejected", () => {
  expect(() => findProblems("Webhook" as "Callback", {})).toThrow(
    "pulumi-ens has no resource Webhook; use one of AuthScheme, Callback, Subscription",
  );
});
