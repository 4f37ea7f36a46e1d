import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { useExamples } from "../support/examples";
import { bash } from "../support/shell";
import { CREDENTIALS, USER } from "../support/world";

// The tests of minimal and receiver are in test/engine.

const prepare = useExamples();

const SENT = { eventCategoryType: "TransactionalSendEvents.EmailSent" };
const OPENED = { eventCategoryType: "EngagementEvents.EmailOpen" };

test("environments: the stack has the objects of its description", async () => {
  const { commands, type, live, previewFindsNothing, env } = await prepare("environments", {
    switches: { callAuthUrl: "off" },
  });
  await type(commands[0]);
  const { authentications, callbacks, subscriptions } = await live();
  expect([authentications.length, callbacks.length, subscriptions.length]).toEqual([1, 2, 3]);
  env.IDP_CLIENT_SECRET = "secret";
  await previewFindsNothing();
});

test("oauth2: ENS signs in by both grants before it delivers, and no secret is shown", async () => {
  const { simulator, receiver, commands, type, live, previewFindsNothing } = await prepare("oauth2");
  const secrets = { ...CREDENTIALS, ...USER };
  const output = await type(commands[0], secrets);
  const { authentications } = await live();
  expect(authentications.map(({ grantType }) => grantType).sort()).toEqual(["client_credentials", "password"]);
  await simulator.admin.emit([SENT, OPENED]);
  const { received } = receiver;
  expect(received.map(({ path }) => path).sort()).toEqual(["/engagement", "/orders"]);
  for (const { headers } of received) expect(headers.authorization).toMatch(/^Bearer \S{20,}/);
  const shown = output + (await previewFindsNothing());
  expect(Object.values(secrets).filter((secret) => shown.includes(secret))).toEqual([]);
});

test("adoption: existing objects keep their ids and their key, with `ens import` and with adopt", async () => {
  const { simulator, commands, type, live } = await prepare("adoption");
  const { admin } = simulator;
  const url = "https://hooks.example.org/orders";
  const callbackId = await admin.add("callbacks", { callbackName: "Old", url, maxBatchSize: 200, status: "verified" });
  const { eventCategoryType } = SENT;
  const subscription = { subscriptionName: "Orders sent", callbackId, eventCategoryTypes: [eventCategoryType] };
  await admin.add("subscriptions", subscription);
  const before = await live();
  const [adopt, takeAll, ...others] = commands;
  expect(others).toEqual([]);

  expect(await type(adopt)).toContain("3 unchanged");
  const { callbacks, subscriptions } = await live();
  expect(callbacks).toEqual([{ ...before.callbacks[0], callbackName: "Orders", maxBatchSize: 500 }]);
  expect(subscriptions).toEqual(before.subscriptions);

  const adopted = await live();
  expect(await type(takeAll)).toContain("3 unchanged");
  expect(await live()).toEqual(adopted);
});

test("two-tenants: each business unit gets its callback and subscription", async () => {
  const units = { north: 7000003, south: 8000003 };
  const secrets = { northClientSecret: "north-secret-marker", southClientSecret: "south-secret-marker" };
  const packages = Object.entries(units).map(([name, owner]) => ({
    clientId: `${name}-client`,
    clientSecret: `${name}-secret-marker`,
    tenant: owner,
    owner,
  }));
  const { simulator, receiver, commands, type, live, previewFindsNothing } = await prepare("two-tenants", { packages });
  const clients = packages.map(({ clientId, clientSecret }) => ({ client_id: clientId, client_secret: clientSecret }));
  receiver.verifyAt(simulator, clients);
  const places = Object.keys(units).flatMap((name) =>
    ["restUrl", "authUrl"].map((key) => `pulumi config set --path ${name}.${key} ${simulator.restUrl}\n`),
  );
  const output = await type(commands[0]?.replace(/^pulumi up/m, `${places.join("")}$&`), secrets);
  const { callbacks, subscriptions } = await live();
  for (const found of [callbacks, subscriptions]) {
    expect(found.map(({ mid }) => mid).sort()).toEqual(Object.values(units));
  }
  expect(callbacks.map(({ status }) => status)).toEqual(["verified", "verified"]);
  const shown = output + (await previewFindsNothing());
  expect(Object.values(secrets).filter((secret) => shown.includes(secret))).toEqual([]);
});

test("ci-drift: after a change in Setup, the last step of the workflow exits with code 7 and prints a table", async () => {
  const { simulator, commands, cwd, env, type, live, previewFindsNothing } = await prepare("ci-drift");
  expect(await type(commands[0])).toContain("**No drift:** ENS matches the program.");
  await previewFindsNothing();
  const [callback] = (await live()).callbacks;
  await simulator.admin.patch("callbacks", callback?.callbackId ?? "", { maxBatchSize: 900 });
  const workflow = parse(readFileSync(join(cwd, ".github/workflows/drift.yml"), "utf8"));
  const { run } = workflow.jobs.drift.steps.at(-1) as { run: string };
  const summary = join(cwd, "summary.md");
  expect(await bash(run, { cwd, env: { ...env, GITHUB_STEP_SUMMARY: summary } })).toMatchObject({ code: 7 });
  expect(readFileSync(summary, "utf8")).toContain(
    "| Callback `orders` | changed in ENS | `maxBatchSize` | `900` | `500` |",
  );
});
