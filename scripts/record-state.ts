import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startSimulator } from "pulumi-ens-simulator";
import { startAuthorizationServer } from "./demo/authorization-server.ts";
import { isolated, pulumi, settingsOf, startPulumi, writeProgram, writeProject } from "./pulumi.ts";

// npm run record-state runs program.js with the current code, and stores the state of the stack for this version.

const ROOT = resolve(import.meta.dirname, "..");
const HERE = join(ROOT, "test/states");
const { version } = JSON.parse(await readFile(join(ROOT, "provider/package.json"), "utf8"));
const target = join(HERE, version);
if (existsSync(target)) throw new Error(`${target} already exists. Do not record a released version again.`);

const folder = await mkdtemp(join(tmpdir(), "record-state-"));
/** Bodies of ENS's verification requests, by callback. */
const keys: Record<string, string> = {};
const receiver = createServer(async (request, response) => {
  const [body, path] = [await text(request), request.url ?? ""];
  if (path.startsWith("/keys/")) {
    const [callbackId, verificationKey] = [path.slice("/keys/".length), keys[path.slice("/keys/".length)]];
    response.writeHead(verificationKey === undefined ? 404 : 200).end(JSON.stringify({ callbackId, verificationKey }));
    return;
  }
  const probe = JSON.parse(body);
  keys[probe.callbackId] = probe.verificationKey;
  await writeFile(join(folder, "probes.jsonl"), `${body}\n`, { flag: "a" });
  await writeFile(join(folder, "keys.json"), JSON.stringify(keys));
  // With another verification strategy, the receiver does not verify the callback.
  const verifies = !/^\/(nobody|late|file|pull|command)/.test(path);
  if (verifies) response.once("finish", () => void post("/platform/v1/ens-verify", body));
  response.writeHead(200).end();
});
await new Promise((done) => receiver.listen(0, "127.0.0.1", () => done(undefined)));
const { port } = receiver.address() as AddressInfo;
const idp = await startAuthorizationServer({
  clientId: "ens-client-marker",
  clientSecrets: ["ens-secret-marker"],
  username: "ens-user-marker",
  password: "ens-password-marker",
});
const state = join(folder, "simulator.json");
const simulator = await startSimulator({
  connectTo: { "hooks.example.org": `127.0.0.1:${port}`, "login.example.org": idp.address },
  state,
});
const { restUrl, authUrl } = simulator;

try {
  writeProject(ROOT, folder, "shop");
  const env = { ...isolated(folder), ...settingsOf(simulator), RECEIVER_URL: `http://127.0.0.1:${port}` };
  const options = { cwd: folder, env, stack: "dev" };
  const program = await readFile(join(HERE, "program.js"), "utf8");
  await pulumi(["stack", "init", "dev"], options);
  await somebodyElses();
  for (const before of [1, 2]) {
    writeProgram(folder, program.replace("RUN = 3", `RUN = ${before}`));
    await pulumi(["up"], options);
  }
  writeProgram(folder, program);
  const { code, output } = await startPulumi(["up"], options).ended;
  if (code === 0 || !output.includes("exists but is not verified")) throw new Error(`"late" should fail:\n${output}`);
  const { stdout: exported } = await pulumi(["stack", "export", "--stack", "dev"], options);
  await simulator.close();

  await mkdir(target, { recursive: true });
  await copyFile(join(HERE, "program.js"), join(target, "program.js"));
  const kept = JSON.parse(await readFile(state, "utf8"));
  await writeFile(join(target, "stack.json"), pretty(ofNoMachine(exported)));
  await writeFile(join(target, "simulator.json"), pretty({ ...kept, grants: [] }));
  process.stdout.write(`recorded ${version} in ${target}\n`);
} finally {
  await simulator.close();
  await idp.close();
  receiver.closeAllConnections();
  receiver.close();
  await rm(folder, { recursive: true, force: true });
}

/** Creates the objects that exist before the run and are adopted. */
async function somebodyElses() {
  const callback = { callbackName: "theirs", url: "https://hooks.example.org/theirs" };
  const callbackId = await simulator.admin.add("callbacks", callback);
  const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
  await simulator.admin.add("subscriptions", { callbackId, subscriptionName: "Theirs", eventCategoryTypes });
}

/** Removes the folders of this machine, and replaces the URLs in the arguments of the explicit provider. */
function ofNoMachine(exported: string) {
  const places = ["sourcePosition", "stackTrace"];
  return JSON.parse(exported.replaceAll(restUrl, "http://127.0.0.1:4010"), (key, value) =>
    places.includes(key) ? undefined : value,
  );
}

function pretty(value: unknown) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Sends a POST to ENS. */
async function post(path: string, body: string) {
  const json = { "content-type": "application/json" };
  const client = { grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" };
  const given = await fetch(`${authUrl}/v2/token`, { method: "POST", headers: json, body: JSON.stringify(client) });
  const { access_token: token } = (await given.json()) as { access_token: string };
  const answer = await fetch(restUrl + path, {
    method: "POST",
    headers: { ...json, authorization: `Bearer ${token}` },
    body,
  });
  if (!answer.ok) throw new Error(`POST ${path}: ${await answer.text()}`);
}

async function text(request: IncomingMessage) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}
