import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

// Mistakes that TypeScript finds, in programs that are written in JavaScript or silence it.

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
    'Callback "it": the arguments are missing; give an object like { url: "https://hooks.example.org/orders" }',
  ],
  [
    "a text as arguments",
    () => new ens.Callback("it", as(url)),
    'Callback "it": the arguments are not an object; give an object like',
  ],
  [
    "no arguments of a subscription",
    () => new ens.Subscription("it", as(null)),
    'Subscription "it": the arguments are missing; give an object like { callback, eventCategoryTypes',
  ],
  [
    "no arguments of a scheme",
    () => new ens.AuthScheme("it", as(undefined)),
    'AuthScheme "it": the arguments are missing; give an object like { grantType:',
  ],
  [
    "no arguments of a provider",
    () => new ens.Provider("it", as(undefined)),
    'Provider "it": the arguments are missing; give an object like { subdomain,',
  ],
  [
    "a reference and an id",
    () => new ens.Subscription("it", { callback: as("x"), callbackId: "x", eventCategoryTypes }),
    'Subscription "it": callback and callbackId say the same; remove one of them',
  ],
  [
    "a scheme and its id",
    () => new ens.Callback("it", { url, authScheme: as("x"), authId: "x" }),
    'Callback "it": authScheme and authId say the same; remove one of them',
  ],
  [
    "an option that is refused",
    () => new ens.Callback("it", { url }, { import: "x" }),
    'Callback "it": the resource option import does not work',
  ],
])("%s: the message says where it is, and Pulumi prints no stack", (_, make, message) => {
  const error = thrownBy(make);
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  const [text, line, ...more] = (error as Error).message.split("\n");
  expect(text).toContain(message);
  expect(line).toMatch(/^ {4}at .*mistakes\.test\.ts:\d+:\d+\)?$/);
  expect(more).toEqual([]);
});

test.each<[string, unknown, string]>([
  ["a text", "abc", 'is "abc"'],
  ["a number", 7, "is 7"],
  ["an object", { id: "x" }, "is an object"],
  ["an id of ENS", "25145088-94af-41f2-805c-e74ced00da5f", 'is "25145088-94af-41f2-805c-e74ced00da5f"'],
  ["any other text, which could be a secret", "Xy7Kq2mN8pRtV4wZ0bCdEfGh", "is a string"],
])("%s in place of a resource is told, with the way out", (_, given, shown) => {
  const error = thrownBy(() => new ens.Callback("it", { url, authScheme: as(given) }));
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect((error as Error).message).toMatch(
    `Callback "it": authScheme ${shown}, which is not a resource; give an id as authId`,
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
