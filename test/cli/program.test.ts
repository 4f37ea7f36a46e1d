import { join, resolve } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { AWKWARD, foundCallback, programOf } from "../support/found";

const ROOT = resolve(__dirname, "../..");
const FILE = join(ROOT, "examples/imported.ts");

/** Returns the errors of the compiler for a program in a user's project. */
function complaints(text: string): string[] {
  const options: ts.CompilerOptions = {
    ...ts.convertCompilerOptionsFromJson({ lib: ["es2023"], target: "es2022", module: "nodenext" }, ROOT).options,
    ...{ strict: true, exactOptionalPropertyTypes: true, noUnusedLocals: true, noEmit: true, skipLibCheck: true },
    paths: {
      "pulumi-ens": [join(ROOT, "provider/src/index.ts")],
      "pulumi-ens-receiver/internal": [join(ROOT, "receiver/src/internal.ts")],
    },
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, version) =>
    name === FILE ? ts.createSourceFile(name, text, version) : getSourceFile(name, version);
  host.fileExists = (
    (exists) => (name: string) =>
      name === FILE || exists(name)
  )(host.fileExists);
  const found = ts.getPreEmitDiagnostics(ts.createProgram([FILE], options, host));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

interface Made {
  readonly kind: string;
  readonly name: string;
  readonly args: Record<string, unknown>;
}

/** Runs the program with resources that only record their arguments. */
function ran(text: string): Made[] {
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: 9 } });
  const made: Made[] = [];
  const resource = (kind: string) =>
    function (this: unknown, name: string, args: Made["args"]) {
      made.push({ kind, name, args });
    };
  const ens = { Callback: resource("Callback"), Subscription: resource("Subscription") };
  const exports = {};
  // As Node.js wraps a module.
  new Function("exports", "require", "module", "__filename", "__dirname", outputText)(exports, () => ens, { exports });
  return made;
}

test("a program is readable", () => {
  const orders = foundCallback({ callbackName: "Orders (EU)", maxBatchSize: 500, authId: "scheme-1" }, [
    { subscriptionName: "sent", filters: { definitionKey: "order-confirm" } },
    { subscriptionName: "Sent", eventCategoryTypes: ["EngagementEvents.EmailOpen"], status: "paused" },
  ]);
  const verification = { strategy: "none" };
  const fresh = foundCallback({ callbackName: "new", authId: "scheme-1", verification }, [], "unverified");
  const text = programOf(orders, fresh);
  const [, body] = text.split('import * as ens from "pulumi-ens";\n\n');
  expect(body?.replace(/^(\/\/ .*\n)+(?=const authSchemeId)/, "")).toBe(`const authSchemeId = "scheme-1";

const ordersEu = new ens.Callback("orders-eu", {
  callbackName: "Orders (EU)",
  url: "https://hooks.example.org/orders",
  maxBatchSize: 500,
  authId: authSchemeId,
});

new ens.Subscription("sent", {
  subscriptionName: "sent",
  callback: ordersEu,
  eventCategoryTypes: ["TransactionalSendEvents.EmailSent"],
  filters: { definitionKey: "order-confirm" },
});

new ens.Subscription("orders-eu-sent", {
  subscriptionName: "Sent",
  callback: ordersEu,
  eventCategoryTypes: ["EngagementEvents.EmailOpen"],
  status: "paused",
});

// This callback has status "unverified". It accepts no subscriptions until it is verified.
new ens.Callback("new", {
  callbackName: "new",
  url: "https://hooks.example.org/orders",
  authId: authSchemeId,
  verification: { strategy: "none" },
});
`);
});

/** A filter with white space at its ends is rejected, so no resource describes such a subscription. */
const awkward = AWKWARD.map((callbackName, at) =>
  foundCallback({ callbackName, authId: AWKWARD[at % 7] }, [
    { subscriptionName: callbackName, statusReason: callbackName, filters: [`definitionKey=${callbackName}`] },
    { subscriptionName: `${callbackName}1`, filters: [`definitionKey=${callbackName}.`, "statusCode=1"] },
    { subscriptionName: `${callbackName}2`, filters: [`.${callbackName.replaceAll("=", "")}=x`, "__proto__=x"] },
    { subscriptionName: `${callbackName}3`, filters: [`${callbackName.replaceAll("=", "")}=x`, "__proto__=x"] },
    { subscriptionName: callbackName, eventCategoryTypes: [`A.${"x".repeat(90)}`, `B.${"x".repeat(at + 1)}`] },
  ]),
);

test("a program with awkward names compiles", () => {
  const text = programOf(...awkward);
  expect(complaints(text)).toEqual([]);
  expect(complaints(`${text}const wrong: number = "";`)).not.toEqual([]);
});

const text = fc.oneof(fc.string({ minLength: 1, unit: "binary" }), fc.string({ minLength: 1 }));
const name = text.filter((words) => words.trim() !== "");
const type = fc.stringMatching(/^[A-Za-z]{1,60}\.[A-Za-z]{1,60}$/);
const filter = fc
  .tuple(fc.oneof(fc.constantFrom("definitionKey", "statusCode", "__proto__", "1"), text), text)
  .map(([key, value]) => `${key.replaceAll("=", "") || "k"}=${value}`);
const anySubscription = fc.record({
  subscriptionName: name,
  eventCategoryTypes: fc.array(type, { minLength: 1, maxLength: 4 }),
  filters: fc.array(filter.filter((words) => words === words.trim())),
  status: fc.constantFrom("active", "paused"),
  statusReason: fc.option(text, { nil: undefined }),
});
const anyCallback = fc
  .tuple(
    fc.record({
      callbackName: name,
      authId: fc.option(text, { nil: undefined }),
      maxBatchSize: fc.constantFrom(1000, 100),
    }),
    fc.array(anySubscription, { maxLength: 5 }),
  )
  .map(([properties, subscriptions]) => foundCallback(properties, subscriptions));
const anyUnit = fc.array(anyCallback, { minLength: 1, maxLength: 5 });

test("a program passes the properties in ENS to each resource, and runs nothing else", () => {
  fc.assert(
    fc.property(anyUnit, (callbacks) => {
      const made = ran(programOf(...callbacks));
      const wanted = callbacks.flatMap(({ described, subscriptions }) => [
        described?.inputs,
        ...subscriptions.map((each) => each.described?.inputs),
      ]);
      expect(made).toHaveLength(wanted.length);
      expect(new Set(made.map((each) => each.name)).size).toBe(made.length);
      made.forEach(({ args: { callback: _, filters, ...args } }, at) => {
        const texts = Array.isArray(filters) ? filters : Object.entries(filters ?? {}).map((pair) => pair.join("="));
        expect(wanted[at]).toMatchObject({ ...args, ...(filters === undefined ? {} : { filters: texts }) });
      });
    }),
  );
});

test("an object that no resource can describe is named in a comment, which its name cannot end", () => {
  const problem = "its url has a port, but ENS accepts none;\nprocess.exit(1)";
  const { described: _, ...unfit } = foundCallback({ callbackName: "*/\u2028process.exit(1)" }, [
    { subscriptionName: "s" },
  ]);
  const text = programOf({ ...unfit, problem });
  expect(ran(text)).toMatchObject([{ kind: "Subscription", args: { callbackId: unfit.id } }]);
  expect(text).toContain('// Not imported: callback "*/\\u2028process.exit(1)"');
});
