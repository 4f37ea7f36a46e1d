import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";
import { linesOfProgram } from "../../provider/src/resources/stop-traces";

// Stack traces are off while a resource is registered. Only the duration may show it.

/** Records the limit of traces while its children are registered, when the SDK calls it for its provider. */
class Watching extends pulumi.ComponentResource {
  readonly limits: number[] = [];
  /** The frames of the stack that the SDK captures for the state. */
  frames: string[] = [];

  override getProvider(type: string): pulumi.ProviderResource | undefined {
    const limit = Error.stackTraceLimit;
    this.limits?.push(limit);
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    this.frames = new Error().stack?.split("\n").slice(1) ?? [];
    Error.stackTraceLimit = limit;
    return super.getProvider(type);
  }
}

const args = { url: "https://hooks.example.org/orders" };
let parent: Watching;
let before: number;
let prepared: unknown;

beforeAll(async () => {
  await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });
});
beforeEach(() => {
  parent = new Watching("test:Watching", "parent");
  before = Error.stackTraceLimit;
  prepared = Error.prepareStackTrace;
});
afterEach(() => {
  delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
  expect(Error.stackTraceLimit).toBe(before);
  expect(Error.prepareStackTrace).toBe(prepared);
});

test("stack traces are off while a resource is registered, and on again afterwards", () => {
  new ens.Callback("orders", args, { parent });
  expect(parent.limits).toEqual([0]);
});

test("the stack in the state has all lines of the program, and none of the SDK after the first ones", () => {
  function make() {
    new ens.Callback("orders", args, { parent });
  }
  make();
  // The function of this component, two constructors of the SDK, and the constructor of the resource.
  const rest = parent.frames.slice(4);
  expect(rest[0]).toMatch(/ make .*traces\.test\.ts/);
  const count = parent.frames.length;
  expect(rest.filter((frame) => frame.includes("(node:"))).toEqual([]);
  process.env.PULUMI_DEBUG_PROMISE_LEAKS = "1";
  make();
  expect(parent.frames.length).toBeGreaterThan(count);
});

test("a stack omits lines of Node.js and of the SDK after those that the SDK skips itself", () => {
  const sdk = "/app/node_modules/@pulumi/pulumi/resource.js";
  const component = "/app/node_modules/@pulumi/pulumi-of-ours/index.js";
  const files = [sdk, sdk, sdk, sdk, "/app/node_modules/pulumi-ens/dist/resources/callback.js", "/app/orders.ts"];
  const below = [component, "file:///app/index.mjs", null, "node:internal/modules/cjs/loader"];
  const pnpm = "C:\\app\\node_modules\\.pnpm\\x\\node_modules\\@pulumi\\pulumi\\cmd\\run\\run.js";
  const sites = [...files, ...below, pnpm].map((file) => ({ getFileName: () => file }) as NodeJS.CallSite);
  const left = linesOfProgram(sites).map((site) => site.getFileName());
  expect(left).toEqual([...files, component, "file:///app/index.mjs"]);
});

test("stack traces stay on with PULUMI_DEBUG_PROMISE_LEAKS", () => {
  process.env.PULUMI_DEBUG_PROMISE_LEAKS = "1";
  new ens.Callback("orders", args, { parent });
  expect(parent.limits).toEqual([before]);
});

test("an error of the registration names the line of the program, and stack traces are on again", () => {
  const make = () => new ens.Callback("", args);
  expect(make).toThrow("name");
  const { stack = "" } = errorOf(make);
  expect(stack.split("\n")[1]).toContain("traces.test.ts");
});

test.each<[string, pulumi.CustomResourceOptions]>([
  ["the resource", { transformations: [failing] }],
  ["a component around it", {}],
])("an error in a transformation of %s names the line of the transformation", (_, options) => {
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
