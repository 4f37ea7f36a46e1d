import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SimulatorOptions } from "pulumi-ens-simulator";
import { parse } from "yaml";
import { startAuthorizationServer } from "../support/authorization-server";
import { copyProjects } from "../support/copy";
import { blocksOf } from "../support/document";
import { isolated } from "../support/engine";
import { quietPort } from "../support/port";
import { bash, openTerminal, succeed } from "../support/shell";
import { CREDENTIALS, type Services, startServices, USER } from "../support/world";

// Each example is used as its README says: its commands are run, then a preview must find nothing to do.

let copy: ReturnType<typeof copyProjects>;
let services: Services;
beforeAll(() => {
  copy = copyProjects();
});
afterEach(() => services?.close());
afterAll(() => copy?.close());

const SENT = { eventCategoryType: "TransactionalSendEvents.EmailSent" };
const OPENED = { eventCategoryType: "EngagementEvents.EmailOpen" };

/** The services for one example, and its folder with an environment of its own for commands there. */
async function prepare(name: string, options: SimulatorOptions = {}) {
  services = await startServices({ faults: { rate: 0 }, ...options });
  const { simulator } = services;
  const cwd = join(copy.folder, "examples", name);
  const readme = blocksOf(readFileSync(join(cwd, "README.md"), "utf8"));
  const commands = readme.filter(({ language }) => language === "sh").map(({ text }) => text);
  const env: NodeJS.ProcessEnv = {
    ...isolated(join(copy.folder, "of", name)),
    ENS_REST_URL: simulator.restUrl,
    ENS_AUTH_URL: simulator.authUrl,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
    ENS_ACTIVATION_WAIT: "0s",
    PULUMI_SKIP_CONFIRMATIONS: "true",
  };
  return {
    cwd,
    env,
    commands,
    live: () => simulator.admin.state(),
    /** Types a block. The CLI asks for the secrets, one after the other. */
    type: (block = "", secrets: Record<string, string> = {}) => {
      const answered = block.replace(/^pulumi config set --secret (\w+)$/gm, 'printf %s "$ANSWER_$1" | $&');
      const answers = Object.entries(secrets).map(([key, secret]) => [`ANSWER_${key}`, secret]);
      return succeed(answered, { cwd, env: { ...env, ...Object.fromEntries(answers) } });
    },
    previewFindsNothing: () => succeed("pulumi preview --expect-no-changes", { cwd, env }),
  };
}

test("minimal: a verified callback and its subscription", async () => {
  const { commands, type, live, previewFindsNothing } = await prepare("minimal");
  expect(await type(commands[0])).toContain("signatureKey: [secret]");
  expect((await live()).callbacks).toMatchObject([{ status: "verified", maxBatchSize: 500 }]);
  expect((await live()).subscriptions).toHaveLength(1);
  await previewFindsNothing();
});

test("receiver: it verifies itself, and takes an event that is signed and comes with a token", async () => {
  const secret = "login-secret-marker";
  const idp = await startAuthorizationServer({ clientId: "ens", clientSecrets: [secret] });
  const port = await quietPort();
  const hosts = { "hooks.example.org": `127.0.0.1:${port}`, "login.example.org": idp.address };
  const { commands, cwd, env, type, live, previewFindsNothing } = await prepare("receiver", { connectTo: hosts });
  const [start = "", ...rest] = commands;
  const tokens = { TOKEN_KEYS_URL: `http://${idp.address}/jwks` };
  const receiver = openTerminal(start, { cwd, env: { ...env, ...tokens, PORT: String(port) } });
  try {
    await receiver.until(/there is no signature key yet/);
    for (const block of rest) expect(await type(block, { clientSecret: secret })).not.toContain(secret);
    expect((await live()).callbacks).toMatchObject([{ status: "verified" }]);
    const { deliveries } = await services.simulator.admin.emit(SENT);
    expect(deliveries).toMatchObject([{ status: 204, attempts: 1 }]);
    await receiver.until(/^\/orders: TransactionalSendEvents\.EmailSent$/m);
    await previewFindsNothing();
  } finally {
    await receiver.close();
    await idp.close();
  }
});

test("environments: what the description of the stack says", async () => {
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
  const { commands, type, live, previewFindsNothing } = await prepare("oauth2");
  const secrets = { ...CREDENTIALS, ...USER };
  const output = await type(commands[0], secrets);
  const { authentications } = await live();
  expect(authentications.map(({ grantType }) => grantType).sort()).toEqual(["client_credentials", "password"]);
  await services.simulator.admin.emit([SENT, OPENED]);
  const { received } = services.receiver;
  expect(received.map(({ path }) => path).sort()).toEqual(["/engagement", "/orders"]);
  for (const { headers } of received) expect(headers.authorization).toMatch(/^Bearer \S{20,}/);
  const shown = output + (await previewFindsNothing());
  expect(Object.values(secrets).filter((secret) => shown.includes(secret))).toEqual([]);
});

test("adoption: what exists keeps its ids and its key, by both ways", async () => {
  const { commands, type, live } = await prepare("adoption");
  const { admin } = services.simulator;
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

test("two-tenants: a callback and a subscription in the business unit of each", async () => {
  const units = { north: 7000003, south: 8000003 };
  const secrets = { northClientSecret: "north-secret-marker", southClientSecret: "south-secret-marker" };
  const packages = Object.entries(units).map(([name, owner]) => ({
    clientId: `${name}-client`,
    clientSecret: `${name}-secret-marker`,
    tenant: owner,
    owner,
  }));
  const { commands, type, live, previewFindsNothing } = await prepare("two-tenants", { packages });
  const { simulator, receiver } = services;
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

test("ci-drift: the last step of the workflow ends with 7 and a table when somebody changed something", async () => {
  const { commands, cwd, env, type, live, previewFindsNothing } = await prepare("ci-drift");
  expect(await type(commands[0])).toContain("**No drift:** ENS matches the program.");
  await previewFindsNothing();
  const [callback] = (await live()).callbacks;
  await services.simulator.admin.patch("callbacks", callback?.callbackId ?? "", { maxBatchSize: 900 });
  const workflow = parse(readFileSync(join(cwd, ".github/workflows/drift.yml"), "utf8"));
  const { run } = workflow.jobs.drift.steps.at(-1) as { run: string };
  const summary = join(cwd, "summary.md");
  expect(await bash(run, { cwd, env: { ...env, GITHUB_STEP_SUMMARY: summary } })).toMatchObject({ code: 7 });
  expect(readFileSync(summary, "utf8")).toContain(
    "| Callback `orders` | changed in ENS | `maxBatchSize` | `900` | `500` |",
  );
});
