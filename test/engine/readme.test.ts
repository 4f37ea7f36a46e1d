import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { isolated } from "../../scripts/pulumi.ts";
import { copyProjects } from "../support/copy";
import { blocksOf } from "../support/document";
import { postAgain } from "../support/receiver";
import { bash, openTerminal, type Terminal } from "../support/shell";

// The statements of the README about this repository. `test/full/quickstart.test.ts` follows the README in an empty
// folder.

const ROOT = resolve(__dirname, "../..");
const blocks = blocksOf(readFileSync(join(ROOT, "README.md"), "utf8"));
const deleting = blocksOf(readFileSync(join(ROOT, "docs/deleting.md"), "utf8"));
const shell = blocks.filter(({ language }) => language === "sh");

let copy: ReturnType<typeof copyProjects>;
let simulator: Simulator;
let receiver: Terminal;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  copy = copyProjects();
  const { folder } = copy;
  const addresses = { ENS_REST_URL_FILE: join(folder, "rest-url"), ENS_AUTH_URL_FILE: join(folder, "auth-url") };
  env = {
    ...isolated(folder),
    ...addresses,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PORT: "0",
  };
  receiver = openTerminal("node examples/receiver/receiver.mts", { cwd: folder, env });
  const [, address = ""] = await receiver.until(/listening on (.*)/);
  // The authorization server of the descriptions does not exist.
  // The package belongs to the business unit of the staging stack, so the receiver needs no MID to work there.
  const connectTo = { "hooks.staging.example.org": address };
  simulator = await startSimulator({ accountId: 7000003, connectTo, switches: { callAuthUrl: "off" } });
  writeFileSync(addresses.ENS_REST_URL_FILE, simulator.restUrl);
  writeFileSync(addresses.ENS_AUTH_URL_FILE, simulator.authUrl);
});

afterAll(async () => {
  await receiver?.close();
  await simulator?.close();
  copy?.close();
});

/** Runs commands in the copy of the repository. */
const runLines = (text: string) => bash(text, { cwd: copy.folder, env }, "a-secret\n");

describe("the README", () => {
  test("shows the files of examples/minimal", () => {
    const shown = blocks.filter(({ section }) => section === "Quickstart without a tenant");
    for (const file of ["index.ts", "Pulumi.yaml"]) {
      const text = readFileSync(join(ROOT, "examples/minimal", file), "utf8");
      expect(shown.find((block) => block.file === file)?.text).toBe(text);
    }
  });

  test("names scripts of this repository", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const named = shell.flatMap(({ text }) => /^npm (?:run )?(?!install)(\S+)/.exec(text)?.[1] ?? []);
    expect(named).toEqual(["pack", "demo", "test"]);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test("has commands that create a whole environment", async () => {
    const [commands] = shell.filter(({ section }) => section === "A whole environment from its configuration");
    const { code, output } = await runLines(commands?.text ?? "");
    if (code !== 0) throw new Error(output);
    const { callbacks, subscriptions } = await simulator.admin.state();
    expect(callbacks.map(({ url }) => url).sort()).toEqual([
      "https://hooks.staging.example.org/engagement",
      "https://hooks.staging.example.org/orders",
    ]);
    expect(subscriptions.map(({ status }) => status).sort()).toEqual(["active", "active", "paused"]);
  });

  test("is right that a single resource cannot be imported", async () => {
    const { code, output } = await runLines("pulumi import --stack staging pulumi-nodejs:dynamic/ens:Callback x 0");
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining("code must be a string") });
  });

  test("and docs/deleting.md show the error of a rejected deletion, which names the subscription and keeps its callback", async () => {
    const { callbacks } = await simulator.admin.state();
    const callbackId = callbacks.find(({ url }) => url.endsWith("/engagement"))?.callbackId ?? "";
    await subscribe("somebody-elses", callbackId);
    const refused = await runLines("pulumi destroy --stack staging");
    expect(refused.code).not.toBe(0);
    const quoted = deleting.find(({ language }) => language === "")?.text.trim() ?? "";
    expect(quoted).toContain("subscription");
    const said = quoted.replaceAll("\n", " ").replace(/(callback |\()[\w…]+/g, "$1<id>");
    expect(refused.output.replace(/[\da-f]{8}-[\da-f-]{27}/g, "<id>")).toContain(said);
    const { callbacks: left, subscriptions } = await simulator.admin.state();
    expect([left.length, subscriptions.length]).toEqual([1, 1]);
    await simulator.admin.remove("subscriptions", subscriptions[0]?.subscriptionId ?? "");
    expect(await runLines("pulumi destroy --stack staging")).toMatchObject({ code: 0 });
    expect((await simulator.admin.state()).callbacks).toEqual([]);
  });

  test("shows the error of an invalid description, which lists every problem, and nothing changes", async () => {
    const before = await simulator.admin.state();
    const { code, output } = await runLines(
      "pulumi config set --path callbacks.orders.url http://hooks.example.org\n" +
        "pulumi config set --path callbacks.orders.maxBatchSize 5\npulumi up --stack staging",
    );
    expect(code).not.toBe(0);
    expect(output).toContain("callbacks.orders.url does not start with https://, but ENS accepts only https");
    expect(output).toContain("callbacks.orders.maxBatchSize is 5, below 100");
    expect(output).not.toContain("at readDescription");
    expect(await simulator.admin.state()).toEqual(before);
  });
});

/** Creates a subscription outside the stack, with another client in the business unit of the staging stack. */
async function subscribe(subscriptionName: string, callbackId: string): Promise<void> {
  const wanted = { subscriptionName, callbackId, eventCategoryTypes: ["EngagementEvents.EmailOpen"] };
  const path = "/platform/v1/ens-subscriptions";
  const answer = await postAgain(simulator, path, JSON.stringify([wanted]), { account_id: 7000003 });
  expect(answer.status).toBe(201);
}
