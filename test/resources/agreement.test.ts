import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import * as ens from "pulumi-ens";
import { z } from "zod";
import { tables } from "../../provider/src/properties";
import type { StateValue } from "../../provider/src/properties/derived-types";
import { namesWhere, secretNames } from "../../provider/src/properties/facts";
import {
  choice,
  duration,
  flag,
  httpsUrl,
  integer,
  nameText,
  type Properties,
  program,
  shape,
  type Type,
  table,
  text,
  variants,
} from "../../provider/src/properties/types";
import { inputsSchema } from "../../provider/src/validation/schema";

// The types of the classes and the checks are derived from the same tables in two ways. These tests compare them.

const parts = table({
  file: { type: text("a file"), input: "optional" },
  count: { type: integer("a count", 1), input: "optional" },
});
const words = { one: table({ at: { type: integer("a place", 1), input: "required" } }), two: table({}) } as const;

/** Values that TypeScript accepts for a type, and values that it rejects. */
function values<T extends Type>(type: T, valid: readonly StateValue<T>[], invalid: readonly unknown[]) {
  return [type.is, type, valid, invalid] as const;
}

test.each([
  values(text("a text"), ["a", " a "], [1, true, null, [], {}, undefined]),
  values(nameText("a name"), ["a"], [1, undefined]),
  values(httpsUrl("a url", {}), ["https://a.example.org/b"], [1, undefined, "http://a.example.org"]),
  values(duration("1s", "5m"), ["1s", "5m", "90s"], [90, "90", "6m", "0s"]),
  values(choice(["never", "always"]), ["never", "always"], ["allways", 1, undefined]),
  values(integer("a number", 1, 5), [1, 5], ["1", 0, 6, 1.5, undefined]),
  values(flag, [true, false], ["true", 1, undefined]),
  values(program, [["a"], ["a", "", "b"]], ["a", [1], [], undefined]),
  values(shape("a shape", parts), [{ file: "a" }, { count: 1 }, {}], ["a", { file: 1 }, { count: "1" }, { other: 1 }]),
  values(
    variants("kind", words, "two"),
    [{ kind: "one", at: 1 }, { kind: "two" }],
    ["one", { kind: "three" }, { kind: "one" }, { kind: "two", at: 1 }],
  ),
])("the check of a %s accepts exactly the values of its TypeScript type", (_is, type, valid, invalid) => {
  const schema = inputsSchema({ it: { type, input: "required" } }, {});
  for (const it of valid) expect(schema.safeParse({ it })).toEqual({ success: true, data: { it } });
  for (const it of invalid) expect([it, schema.safeParse({ it }).success]).toEqual([it, false]);
});

test("the check of a choice accepts exactly the words that TypeScript knows", () => {
  // The type requires each word, so the list is complete.
  const words: Record<StateValue<(typeof tables.Callback)["adopt"]["type"]>, true> = {
    never: true,
    ifUnverified: true,
    always: true,
  };
  const { properties = {} } = z.toJSONSchema(inputsSchema({ adopt: tables.Callback.adopt }, {}));
  expect(properties.adopt).toMatchObject({ enum: Object.keys(words) });
});

test("a missing value gets its default, an optional value may be missing, and a required value may not", () => {
  const given = (property: Properties[string]) =>
    inputsSchema({ it: property }, {}).safeParse({}) as z.ZodSafeParseResult<object>;
  expect(given({ type: flag, input: "optional", default: true }).data).toEqual({ it: true });
  expect(given({ type: flag, input: "optional" }).data).toEqual({});
  expect(given({ type: flag, input: "required" }).success).toBe(false);
  expect(inputsSchema({ it: { type: flag } }, {}).safeParse({ it: true }).success).toBe(false);
});

describe("a resource of each kind", () => {
  const resources: Record<keyof typeof tables, pulumi.CustomResource> = Object.create(null);
  /** The outputs that the engine must encrypt. */
  const markedAsSecret = new Map<string, string[]>();

  beforeAll(async () => {
    const { registerResource } = MockMonitor.prototype;
    jest.spyOn(MockMonitor.prototype, "registerResource").mockImplementation(function (
      this: MockMonitor,
      request,
      ...rest
    ) {
      markedAsSecret.set(request.getName(), request.getAdditionalsecretoutputsList());
      return registerResource.call(this, request, ...rest);
    });
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: () => ({}),
    });
    const authUrl = "https://idp.example.org/token";
    resources.AuthScheme = new ens.AuthScheme("AuthScheme", {
      ...{ grantType: "password" as const, authUrl, clientId: "c", clientSecret: "s", username: "u", password: "p" },
    });
    resources.Callback = new ens.Callback("Callback", { url: "https://hooks.example.org/c", authId: "x" });
    const eventCategoryTypes = ["EngagementEvents.EmailOpen"];
    resources.Subscription = new ens.Subscription("Subscription", { callbackId: "x", eventCategoryTypes });
  });

  test.each(Object.keys(tables) as (keyof typeof tables)[])(
    "%s has an output for each property that a program can read",
    (kind) => {
      const readable = namesWhere(tables[kind], ({ output }) => output !== false);
      const outputs = readable.filter((name) => pulumi.Output.isInstance(Reflect.get(resources[kind], name)));
      expect(outputs).toEqual(readable);
    },
  );

  test.each(Object.keys(tables) as (keyof typeof tables)[])(
    "%s marks each secret input, and each secret output",
    async (kind) => {
      const table: Properties = tables[kind];
      expect(secretNames(table)).toEqual(SECRETS[kind]);
      expect(markedAsSecret.get(kind)).toEqual(SECRETS[kind]);
      for (const name of SECRETS[kind].filter((each) => table[each]?.input !== undefined)) {
        const output = Reflect.get(resources[kind], name) as pulumi.Output<unknown>;
        expect([name, await pulumi.isSecret(output)]).toEqual([name, true]);
      }
    },
  );
});

/** Repeated here, so that a lost mark in a table makes a test fail. */
const SECRETS: Record<keyof typeof tables, string[]> = {
  AuthScheme: ["clientId", "clientSecret", "username", "password"],
  Callback: ["signatureKey", "previousSignatureKey", "replaced"],
  Subscription: [],
};
