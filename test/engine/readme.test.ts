import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { isolated } from "../support/engine";
import { firstLine } from "../support/program";
import { postAgain } from "../support/receiver";

const ROOT = resolve(__dirname, "../..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const RECEIVER = "node examples/receiver/main.ts";

interface Block {
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks, each with the heading that it stands under. */
function blocks(): Block[] {
  return README.split(/^## /m).flatMap((part) =>
    [...part.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({
      section: part.slice(0, part.indexOf("\n")),
      language,
      text,
    })),
  );
}

const shell = blocks().filter(({ language }) => language === "sh");
const ofNpm = shell.filter(({ text }) => text.startsWith("npm "));
const ofPulumi = shell.filter(({ text }) => /^(cd|pulumi) /.test(text));

/** A copy of what is tracked and needed: the CLI writes into the folder in which it runs. */
let folder: string;
let simulator: Simulator;
let receiver: ChildProcess;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "readme-"));
  cpSync(join(ROOT, "examples"), join(folder, "examples"), { recursive: true });
  for (const name of readdirSync(ROOT).filter((file) => /^Pulumi\..*yaml$/.test(file))) {
    cpSync(join(ROOT, name), join(folder, name));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const addresses = { ENS_REST_URL_FILE: join(folder, "rest-url"), ENS_AUTH_URL_FILE: join(folder, "auth-url") };
  env = {
    ...isolated(folder),
    ...addresses,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PORT: "0",
  };
  const [program = "", ...args] = RECEIVER.split(" ");
  receiver = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  const address = (await firstLine(receiver)).replace("listening on ", "");
  const hosts = ["hooks.example.org", "hooks.staging.example.org"];
  const connectTo = Object.fromEntries(hosts.map((host) => [host, address]));
  // The authorization server of the descriptions is not there.
  // The package belongs to the business unit of the staging stack: the receiver acts there without being told.
  simulator = await startSimulator({ accountId: 7000003, connectTo, switches: { callAuthUrl: "off" } });
  writeFileSync(addresses.ENS_REST_URL_FILE, simulator.restUrl);
  writeFileSync(addresses.ENS_AUTH_URL_FILE, simulator.authUrl);
});

afterAll(async () => {
  receiver?.kill();
  await simulator?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the README", () => {
  test("shows the quick start as it is in examples", () => {
    const [first] = blocks().filter(({ section, language }) => section === "A first program" && language === "ts");
    expect(first?.text).toBe(readFileSync(join(ROOT, "examples/quickstart/index.ts"), "utf8"));
  });

  test("has no command that is not run here or is not a script of this repository", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const names = ofNpm.map(({ text }) => text.trim().replace(/^npm (run )?/, ""));
    expect(names).toEqual(["demo", "test"]);
    expect(names.filter((name) => scripts[name] === undefined)).toEqual([]);
    const rest = shell.filter((block) => !ofNpm.includes(block) && !ofPulumi.includes(block));
    expect(rest.map(({ text }) => text.trim())).toEqual([RECEIVER]);
  });

  test("links to files that are there", () => {
    const links = [...README.matchAll(/\]\((?!http|#)([^)#]+)/g)].map(([, path = ""]) => path);
    expect(links.filter((path) => !isThere(join(ROOT, path)))).toEqual([]);
  });

  test("gives commands that work in the order in which they stand", async () => {
    const seen: string[] = [];
    for (const section of new Set(ofPulumi.map((block) => block.section))) {
      for (const { text } of startingAnew(ofPulumi.filter((block) => block.section === section))) {
        const { code, output } = await bash(text);
        if (code !== 0) throw new Error(`${text}\nended with ${code}:\n${output}`);
        seen.push(output);
      }
    }
    const all = seen.join("\n");
    expect(all).toMatch(/^[\w+/]{43}=$/m); // the signature key: 32 bytes in base64
    expect(all).toContain("3 deleted"); // the quick start: its stack, its callback, its subscription
    const { callbacks, subscriptions } = await simulator.admin.state();
    expect(callbacks.map(({ url }) => url).sort()).toEqual([
      "https://hooks.staging.example.org/engagement",
      "https://hooks.staging.example.org/orders",
    ]);
    expect(subscriptions.map(({ status }) => status).sort()).toEqual(["active", "active", "paused"]);
  });

  test("is right that a single resource cannot be imported", async () => {
    const { code, output } = await bash("pulumi import --stack staging pulumi-nodejs:dynamic/ens:Callback x 0");
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining("code must be a string") });
  });

  test("quotes what a refused delete says, and nothing is lost", async () => {
    const { callbacks } = await simulator.admin.state();
    const callbackId = callbacks.find(({ url }) => url.endsWith("/engagement"))?.callbackId ?? "";
    await subscribe("somebody-elses", callbackId);
    const refused = await bash("pulumi destroy --stack staging");
    expect(refused.code).not.toBe(0);
    const quoted =
      blocks()
        .find(({ section, language }) => section === "Deleting" && language === "")
        ?.text.trim() ?? "";
    const said = quoted.replaceAll("\n", " ").replace(/(callback |\()[\w…]+/g, "$1<id>");
    expect(refused.output.replace(/[\da-f]{8}-[\da-f-]{27}/g, "<id>")).toContain(said);
    const { callbacks: left, subscriptions } = await simulator.admin.state();
    expect([left.length, subscriptions.length]).toEqual([1, 1]);
    await simulator.admin.remove("subscriptions", subscriptions[0]?.subscriptionId ?? "");
    expect(await bash("pulumi destroy --stack staging")).toMatchObject({ code: 0 });
    expect((await simulator.admin.state()).callbacks).toEqual([]);
  });

  test("is right about a description that cannot be meant: nothing changes, and every problem is told", async () => {
    const before = await simulator.admin.state();
    const { code, output } = await bash(
      "pulumi config set --path callbacks.orders.url http://hooks.example.org\n" +
        "pulumi config set --path callbacks.orders.maxBatchSize 5\npulumi up --stack staging",
    );
    expect(code).not.toBe(0);
    expect(output).toContain("callbacks.orders.url is no https address; give https://host/path of your receiver");
    expect(output).toContain("callbacks.orders.maxBatchSize is below 100");
    expect(output).not.toContain("at environmentOf");
    expect(await simulator.admin.state()).toEqual(before);
  });
});

/** Somebody else's subscription, made with their own client in the business unit of the staging stack. */
async function subscribe(subscriptionName: string, callbackId: string): Promise<void> {
  const wanted = { subscriptionName, callbackId, eventCategoryTypes: ["EngagementEvents.EmailOpen"] };
  const path = "/platform/v1/ens-subscriptions";
  const answer = await postAgain(simulator, path, JSON.stringify([wanted]), { account_id: 7000003 });
  expect(answer.status).toBe(201);
}

/** A block that changes the folder begins at the repository; the ones behind it go on there. */
function startingAnew(section: readonly Block[]): { readonly text: string }[] {
  let at = "";
  return section.map(({ text }) => {
    if (!text.startsWith("cd ")) return { text: at + text };
    const all = text;
    at = `${text.slice(0, text.indexOf("\n"))}\n`;
    return { text: all };
  });
}

/** Runs a block in the copy of the repository. What is asked for on the terminal comes from the standard input. */
function bash(text: string): Promise<{ code: number | null; output: string }> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", text], { cwd: folder, env, stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  child.stdin.end("a-secret\n");
  return new Promise((done) => child.on("close", (code) => done({ code, output })));
}

function isThere(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOTDIR";
  }
}
