import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

// Stack traces are off while a resource is registered, and nobody may notice that but by the time that it takes.

/** Sees the limit of traces while its children are registered: the SDK asks it for its provider then. */
class Watching extends pulumi.ComponentResource {
  readonly limits: number[] = [];

  override getProvider(type: string): pulumi.ProviderResource | undefined {
    this.limits?.push(Error.stackTraceLimit);
    return super.getProvider(type);
  }
}

const args = { url: "https://hooks.example.org/orders" };
let parent: Watching;
let before: number;

beforeAll(async () => {
  await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });
});
beforeEach(() => {
  parent = new Watching("test:Watching", "parent");
  before = Error.stackTraceLimit;
});
afterEach(() => {
  delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
  expect(Error.stackTraceLimit).toBe(before);
});

test("traces are off while a resource is registered, and on again afterwards", () => {
  new ens.Callback("orders", args, { parent });
  expect(parent.limits).toEqual([0]);
});

test("traces stay on for a person who looks for leaked promises", () => {
  process.env.PULUMI_DEBUG_PROMISE_LEAKS = "1";
  new ens.Callback("orders", args, { parent });
  expect(parent.limits).toEqual([before]);
});

test("an error of the registration names the line of the program, and traces are on again", () => {
  const make = () => new ens.Callback("", args);
  expect(make).toThrow("name");
  const { stack = "" } = errorOf(make);
  expect(stack.split("\n")[1]).toContain("traces.test.ts");
});

test.each<[string, pulumi.CustomResourceOptions]>([
  ["the resource", { transformations: [failing] }],
  ["a component around it", {}],
])("an error in a transformation of %s names the line in it", (_, options) => {
  const component = new pulumi.ComponentResource("test:Component", "c", {}, { transformations: [] });
  if (options.transformations === undefined) Reflect.set(component, "__transformations", [failing]);
  const { stack } = errorOf(() => new ens.Callback("orders", args, { parent: component, ...options }));
  expect(stack).toMatch(/at failing .*traces\.test\.ts/);
});

function failing(): never {
  throw new Error("this transformation fails");
}

function errorOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
