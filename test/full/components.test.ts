import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { blocksOf } from "../support/document";
import { CREDENTIALS, startWorld, type World } from "../support/world";

// The programs of docs/components.md. Each program has its own state and is created, unchanged and destroyed.

const PAGE = readFileSync(resolve(__dirname, "../../docs/components.md"), "utf8");
const programs = blocksOf(PAGE).filter(({ section, language }) => section === "WebhookEndpoint" && language === "ts");
const PRELUDE = `
  const url = "https://hooks.example.org/one";
  const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
  const { clientId, clientSecret } = ${JSON.stringify(CREDENTIALS)};
  const authUrl = "https://login.example.org/token";
  const services = ["orders", "billing", "news"];
`;
/** Finds a program by a part of its text. The numbers are the objects in ENS: schemes, callbacks and subscriptions. */
const CASES: [what: string, mark: string, objects: [number, number, number]][] = [
  ["one service", "failed:", [0, 1, 2]],
  ["moved parts", "const moved", [0, 1, 1]],
  ["one scheme for many endpoints", "const idp", [1, 3, 3]],
  ["many services on one callback", "services.map", [0, 1, 3]],
  ["several environments in one business unit", "getStack", [0, 1, 1]],
  ["several business units", "new ens.Provider", [0, 1, 1]],
];

let world: World;
beforeAll(async () => {
  world = await startWorld();
  // The receiver returns verification keys in each business unit, as several receivers would.
  world.receiver.verifyAt(world.simulator, [{}, { account_id: 7000003 }]);
});
afterAll(() => world?.close());

test("each program of the page has a case in this test", () => {
  expect(programs.map(({ text }) => CASES.find(([, mark]) => text.includes(mark))?.[0])).toEqual(
    CASES.map(([what]) => what),
  );
});

test.each(CASES)("the program for %s is created, unchanged and destroyed", async (_, mark, objects) => {
  const text = programs.find((each) => each.text.includes(mark))?.text ?? "";
  const { restUrl, authUrl } = world.simulator;
  const given = [
    PRELUDE,
    `const credentials = ${JSON.stringify({ restUrl, authUrl, clientId: "sim-client", clientSecret: "sim-secret" })};`,
    text.includes("subscriptions = ") ? "" : "const subscriptions = { sent: { eventCategoryTypes } };",
    text,
  ].join("\n");
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  world.stack.program(ts.transpileModule(given, { compilerOptions: options }).outputText);
  await world.stack.ok("up");
  const { authentications, callbacks, subscriptions } = await world.simulator.admin.state();
  expect([authentications.length, callbacks.length, subscriptions.length]).toEqual(objects);
  expect(callbacks.every(({ status }) => status === "verified")).toBe(true);
  await world.stack.ok("preview", "--expect-no-changes");
  await world.stack.ok("destroy");
  expect(await world.simulator.admin.state()).toMatchObject({ authentications: [], callbacks: [], subscriptions: [] });
});
