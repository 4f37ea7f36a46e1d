import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AdminClient } from "pulumi-ens-simulator";
import { startRegistry } from "../../scripts/package/registry.ts";
import { isolated } from "../../scripts/pulumi.ts";
import { blocksOf } from "../support/document";
import { quietPort } from "../support/port";
import { bash, openTerminal, succeed, type Terminal } from "../support/shell";

// A newcomer follows the README, block after block, in an empty folder and with packages from a registry.

const ROOT = resolve(__dirname, "../..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const blocks = blocksOf(README);
/** The files that the quickstart asks the reader to save. */
const files = blocks.filter(
  ({ section, language, file }) => section === "Quickstart without a tenant" && language !== "sh" && file !== undefined,
);
/** Selects the blocks that `readme.test.ts` covers: scripts of the repository, and its own stacks. */
const elsewhere = ({ section, text }: { section: string; text: string }) =>
  section === "A whole environment from its configuration" || /^npm (run|test)/.test(text);
/** The command that gives the receiver its signature key. */
const [giveKey] = blocksOf(readFileSync(join(ROOT, "docs/keys.md"), "utf8")).filter(
  ({ language }) => language === "sh",
);
const typed = blocks.filter((block) => block.language === "sh" && !elsewhere(block));
const [install, ...quickstart] = typed.map(({ text }) => text);
const VARIABLES = "set -a && source ens.env && set +a\n";

let folder: string;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let env: NodeJS.ProcessEnv;
let admin: AdminClient;
let inPlaceOf: Record<string, number>;
const terminals: Terminal[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "quickstart-"));
  registry = await startRegistry(ROOT);
  // Other tests, or the user of the machine, may use the ports of the README.
  inPlaceOf = { "4010": await quietPort(), "9000": await quietPort() };
  admin = new AdminClient(`http://127.0.0.1:${inPlaceOf["4010"]}/_simulator`);
  const { PULUMI_BACKEND_URL: _, PULUMI_CONFIG_PASSPHRASE: __, ...rest } = isolated(folder);
  env = {
    ...rest,
    ...Object.fromEntries(Object.entries(registry.env).filter(([name]) => name.startsWith("npm_config_"))),
    ENS_SIMULATOR_PORT: String(inPlaceOf["4010"]),
    PULUMI_SKIP_CONFIRMATIONS: "true",
  };
});
afterAll(async () => {
  for (const terminal of terminals) await terminal.close();
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
});

const withPorts = (text: string) => text.replace(/\b(4010|9000)\b/g, (port) => String(inPlaceOf[port]));
const project = () => ({ cwd: join(folder, "ens-quickstart"), env });

async function open(command: string, ready: RegExp): Promise<Terminal> {
  const terminal = openTerminal(withPorts(command), project());
  terminals.push(terminal);
  await terminal.until(ready);
  return terminal;
}

/** Adds the variables of `ens.env`, which the README's terminal has set by then, unless the block sets them itself. */
const inTerminal = (block: string) => withPorts(block.startsWith(VARIABLES) ? block : VARIABLES + block);
const type = (block = "") => succeed(inTerminal(block), project());

test("the packages install in an empty folder, from the registry and as `npm run pack` describes", async () => {
  const [byName, byFile] = [join(folder, "by-name"), join(folder, "by-file")];
  await succeed(`mkdir ${byName} ${byFile}`, { cwd: folder, env });
  await succeed(install ?? "", { cwd: byName, env });
  const packed = await succeed(`npm run --silent pack -- ${join(folder, "packed")}`, { cwd: ROOT, env });
  const [command = ""] = /^npm install .*/m.exec(packed) ?? [];
  await succeed(command, { cwd: byFile, env });
  for (const cwd of [byName, byFile]) {
    await succeed(`node -e 'require("pulumi-ens"); require("pulumi-ens/receiver")'`, { cwd, env });
  }
  await succeed(`node -e 'require("pulumi-ens-receiver/node"); require("pulumi-ens-simulator")'`, { cwd: byFile, env });
});

const next = quickstart.values();
const block = () => next.next().value ?? "";

test("without the simulator or the receiver, a run prints the messages that the README explains", async () => {
  await succeed(block(), { cwd: folder, env });
  for (const { file = "", text } of files) writeFileSync(join(project().cwd, file), withPorts(text));
  const configured = "pulumi stack init early\npulumi config set receiverUrl https://hooks.example.org/orders";
  await succeed(inTerminal(configured), project());
  const explained = [...README.matchAll(/^\| `(.*?)`.*\| The (?:simulator|receiver) does not run/gm)];
  expect(explained).toHaveLength(2);
  const [noSimulator = "", noReceiver = ""] = explained.map(([, message = ""]) => withPorts(message));
  const up = async () => (await bash(inTerminal("pulumi up"), project())).output;
  expect(await up()).toContain(noSimulator);
  await open(block(), /is ready/);
  expect(await up()).toContain(noReceiver);
  await succeed(inTerminal("pulumi stack rm early --yes --force"), project());
});

test("the quickstart leads from an empty folder to an event, drift, its repair and the deletion of the stack", async () => {
  const receiver = await open(block(), /is ready/);

  await type(block());
  const callback = async () => (await admin.state()).callbacks[0];
  expect(await callback()).toMatchObject({ status: "verified", maxBatchSize: 500 });
  await receiver.until(/callback \S+ is verified/);

  await type(block());
  await receiver.until(/TransactionalSendEvents\.EmailSent/);
  expect((await admin.deliveries()).map(({ status }) => status)).toEqual([204]);

  const repaired = await type(block());
  expect(repaired).toMatch(/~ maxBatchSize *: 900 => 500/);
  expect(await callback()).toMatchObject({ status: "verified", maxBatchSize: 500 });

  await type(block());
  expect(await admin.state()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });

  // The same steps against a tenant, for which the simulator stands in.
  await type(block());
  expect(await callback()).toMatchObject({ status: "verified" });
  await type(giveKey?.text);
  expect(readFileSync(join(project().cwd, "keys.json"), "utf8")).toMatch(/^"[\w+/]{43}="\n$/);

  expect(await type(block())).toContain("3 unchanged"); // Drift
  await type(block()); // Deleting
  expect(await admin.state()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  expect([...next]).toEqual([]);
  expect(existsSync(join(project().cwd, ".pulumi"))).toBe(true);
});
