import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

// Mistakes that TypeScript would find, in programs that are written in JavaScript or suppress its errors.

const eventCategoryTypes = ["EngagementEvents.EmailOpen"];
const url = "https://hooks.example.org/orders";
const as = <T>(value: unknown) => value as T;

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
    call: () => ({}),
  }),
);

test.each<[string, () => unknown, string]>([
  [
    "no arguments of a callback",
    () => new ens.Callback("it", as(undefined)),
    'Callback "it": the arguments are missing; pass an object like { url: "https://hooks.example.org/orders" }',
  ],
  [
    "a string as arguments",
    () => new ens.Callback("it", as(url)),
    'Callback "it": the arguments are not an object; pass an object like',
  ],
  [
    "no arguments of a subscription",
    () => new ens.Subscription("it", as(null)),
    'Subscription "it": the arguments are missing; pass an object like { callback, eventCategoryTypes',
  ],
  [
    "no arguments of a scheme",
    () => new ens.AuthScheme("it", as(undefined)),
    'AuthScheme "it": the arguments are missing; pass an object like { grantType:',
  ],
  [
    "no arguments of a provider",
    () => new ens.Provider("it", as(undefined)),
    'Provider "it": the arguments are missing; pass an object like { subdomain,',
  ],
  [
    "a reference and an id",
    () => new ens.Subscription("it", { callback: as("x"), callbackId: "x", eventCategoryTypes }),
    'Subscription "it": callback and callbackId are both set; remove one of them',
  ],
  [
    "a scheme and its id",
    () => new ens.Callback("it", { url, authScheme: as("x"), authId: "x" }),
    'Callback "it": authScheme and authId are both set; remove one of them',
  ],
  [
    "a rejected option",
    () => new ens.Callback("it", { url }, { import: "x" }),
    'Callback "it": the resource option import is not supported',
  ],
])("%s: the message contains the line of the program, and Pulumi prints no stack trace", (_, make, message) => {
  const error = thrownBy(make);
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  const [text, line, ...more] = (error as Error).message.split("\n");
  expect(text).toContain(message);
  expect(line).toMatch(/^ {4}at .*mistakes\.test\.ts:\d+:\d+\)?$/);
  expect(more).toEqual([]);
});

test.each<[string, unknown, string]>([
  ["a short word", "abc", 'is "abc"'],
  ["a number", 7, "is 7"],
  ["an object", { id: "x" }, "is an object"],
  ["an id of ENS", "25145088-94af-41f2-805c-e74ced00da5f", 'is "25145088-94af-41f2-805c-e74ced00da5f"'],
  ["any other string, which could be a secret", "Xy7Kq2mN8pRtV4wZ0bCdEfGh", "is a string"],
])("%s in place of a resource is rejected with a hint", (_, given, shown) => {
  const error = thrownBy(() => new ens.Callback("it", { url, authScheme: as(given) }));
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect((error as Error).message).toMatch(
    `Callback "it": authScheme ${shown}, which is not a resource; pass an id as authId`,
  );
});

function thrownBy(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
