import { join } from "node:path";
import fc from "fast-check";
import { type Answers, CATALOGUE } from "pulumi-ens-simulator";
import { formatOwner } from "../../provider/src/resources/frozen";
import type { Properties } from "./dynamic-host";

/** Switches that change the format of ENS's responses and not the behavior. */
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

/** Generates strings that people type, and strings that break code that quotes, splits, trims or shortens. */
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

/** Generates a name. White space at its ends is removed, and the name must not be empty then. */
const name = text.filter((words) => words.trim() !== "");
/** The owner, from which a missing name can be generated. */
const owner = fc.constant(formatOwner(["shop", "dev", "", "orders"]));

/** Generates arguments that a check accepts, by kind. */
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

  const Callback = named(
    "callbackName",
    {
      url: fc.constantFrom("https://hooks.example.org/orders", " https://hooks.example.org/orders\n"),
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
    ["url"],
  );

  const word = fc.stringMatching(/^[^.\s]{1,8}$/u);
  const type = fc.oneof(
    fc.constantFrom(...Object.keys(CATALOGUE)),
    fc.tuple(word, word).map((pair) => pair.join(".")),
  );
  const key = fc.oneof(
    fc.constantFrom("definitionKey", "statusCode"),
    // Protobuf's own reader sets this key as a prototype.
    text.filter((value) => !value.includes("=") && value !== "__proto__"),
  );
  const filter = fc.tuple(key, fc.oneof(text, fc.constant(""), fc.integer(), fc.boolean())).filter((pair) => {
    const words = pair.join("=");
    return words === words.trim(); // white space at the ends is rejected
  });
  const filters = fc.oneof(
    fc.array(
      filter.map((pair) => pair.join("=")),
      { maxLength: 4 },
    ),
    fc.array(filter, { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
    fc.constant([""]),
  );
  const Subscription = named(
    "subscriptionName",
    {
      callbackId: fc.constant(there.callbackId),
      // Some types occur twice.
      eventCategoryTypes: fc.array(type, { minLength: 1, maxLength: 4 }).map((types) => [...types, ...types.slice(1)]),
      filters,
      status: fc.constantFrom("active", "paused"),
      statusReason: text,
      adopt: fc.constantFrom("never", "always"),
      ignoredPaths: fc.constantFrom(["filters[0]"], ["filters.definitionKey", "eventCategoryTypes[0]"]),
    },
    ["callbackId", "eventCategoryTypes"],
  );
  return { AuthScheme, Callback, Subscription } satisfies Record<string, fc.Arbitrary<Properties>>;
}

/** Adds an explicit name, or no name, with or without the owner from which a name is generated. */
function named(
  property: string,
  others: Record<string, fc.Arbitrary<unknown>>,
  required: readonly string[],
): fc.Arbitrary<Properties> {
  const auto: Record<string, fc.Arbitrary<unknown>> = { owner, ...others };
  return fc.oneof(
    fc.record({ ...auto, [property]: name }, { requiredKeys: [property, ...required] }),
    fc.record(auto, { requiredKeys: ["owner", ...required] }),
  );
}
