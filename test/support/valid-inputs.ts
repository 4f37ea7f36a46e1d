import { join } from "node:path";
import fc from "fast-check";
import { type Answers, CATALOGUE } from "pulumi-ens-simulator";
import type { Properties } from "./dynamic-host";

/** Answers to open questions that change how ENS says something, and not what it does. */
export const HARMLESS: fc.Arbitrary<Answers> = fc.record({
  shuffle: fc.constantFrom("off", "on"),
  listShape: fc.constantFrom("array", "items"),
  emptyList: fc.constantFrom("200", "404"),
  authGet: fc.constantFrom("off", "off-405", "on"),
  authIdCase: fc.constantFrom("authId", "authID", "both"),
  exposeAuthId: fc.constantFrom("on", "off"),
  authIdOmitted: fc.constantFrom("keep", "clear"),
  filtersOmitted: fc.constantFrom("keep", "clear"),
  putResetsDefaults: fc.constantFrom("off", "on"),
  putUrl: fc.constantFrom("refuse-different", "ignore", "apply"),
  statusReasonOnActive: fc.constantFrom("stored", "reset"),
  repeatTransition: fc.constantFrom("304", "400", "409/30002"),
  unverifiedStatus: fc.constantFrom("unverified", "pending"),
  caseSensitiveTypes: fc.constantFrom("on", "off"),
  deleteBody: fc.constantFrom("empty", "json", "text"),
});

/** Texts that people do type, and those that break what quotes, splits, trims or shortens. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    "=",
    "a=b=c",
    '"',
    "'",
    " ",
    " a ",
    "a\nb",
    "\\",
    "null",
    "none",
    "[]",
    '[""]',
    "{}",
    "0",
    "$(x)",
    "é",
    "e\u0301",
  ),
  fc.constantFrom("x".repeat(1000), "äöü ".repeat(200), "__proto__", "04da6b54", "<b>&amp;</b>", "%2F", "\u0000"),
);

/** Programs' arguments that a check lets pass, by kind. */
export function arbitraries(there: { authIds: readonly string[]; callbackId: string; folder: string }) {
  const login = {
    authUrl: text.map((words) => {
      const part = encodeURIComponent(words);
      return `https://login.example.org:8443/${part}?q=${part}`;
    }),
    clientId: text,
    clientSecret: text,
    scope: text,
    onDelete: fc.constant("restrict"),
  };
  const requiredKeys = ["grantType", "authUrl", "clientId", "clientSecret"] as const;
  const AuthScheme = fc.oneof(
    fc.record({ grantType: fc.constant("client_credentials"), ...login }, { requiredKeys: [...requiredKeys] }),
    fc.record(
      { grantType: fc.constant("password"), ...login, username: text, password: text },
      { requiredKeys: [...requiredKeys, "username", "password"] },
    ),
  );

  const Callback = fc.record(
    {
      callbackName: text,
      url: fc.constant("https://hooks.example.org/orders"),
      maxBatchSize: fc.integer({ min: 100, max: 1000 }),
      authId: fc.constantFrom(...there.authIds),
      verification: fc.constantFrom(
        {},
        { timeout: "90s" },
        { strategy: "receiver" },
        { strategy: "receiver", timeout: "1.5m" },
      ),
      preflight: fc.constant(false),
      signatureKeyVersion: fc.integer({ min: 1, max: 3 }),
      signatureKeySink: fc.constant({ file: join(there.folder, "key") }),
      adopt: fc.constantFrom("never", "ifUnverified", "always"),
      onDelete: fc.constantFrom("restrict", "cascade"),
    },
    { requiredKeys: ["callbackName", "url"] },
  );

  const word = fc.stringMatching(/^[^.\s]{1,8}$/u);
  const type = fc.oneof(
    fc.constantFrom(...Object.keys(CATALOGUE)),
    fc.tuple(word, word).map((pair) => pair.join(".")),
  );
  const key = fc.oneof(
    fc.constantFrom("definitionKey", "statusCode"),
    // Protobuf's own reader sets that one key as a prototype.
    text.filter((value) => !value.includes("=") && value !== "__proto__"),
  );
  const filters = fc.oneof(
    fc.array(
      fc.tuple(key, fc.oneof(text, fc.constant(""))).map((pair) => pair.join("=")),
      { maxLength: 4 },
    ),
    fc.dictionary(key, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 4, noNullPrototype: true }),
  );
  const Subscription = fc.record(
    {
      subscriptionName: text,
      callbackId: fc.constant(there.callbackId),
      // Some twice.
      eventCategoryTypes: fc.array(type, { minLength: 1, maxLength: 4 }).map((types) => [...types, ...types.slice(1)]),
      filters,
      status: fc.constantFrom("active", "paused"),
      statusReason: text,
      adopt: fc.constantFrom("never", "always"),
    },
    { requiredKeys: ["subscriptionName", "callbackId", "eventCategoryTypes"] },
  );
  return { AuthScheme, Callback, Subscription } satisfies Record<string, fc.Arbitrary<Properties>>;
}
