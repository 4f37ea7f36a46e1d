import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startSimulator } from "pulumi-ens-simulator";

// npm run bench:stack -- [--subscriptions 1000] [--callbacks 20] [--lag 0]
//
// What this package adds to the engine's own work: the same number of resources by this package against a simulator,
// and by a dynamic provider that does nothing. Both in one run, because times of two runs on a busy machine say little.
// With --lag, ENS refuses for so many seconds to delete what was used by something that is gone.

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: {
    subscriptions: { type: "string", default: "1000" },
    callbacks: { type: "string", default: "20" },
    lag: { type: "string", default: "0" },
  },
});
const [subscriptions, callbacks] = [Number(values.subscriptions), Number(values.callbacks)];
const all = subscriptions + callbacks + 1;

const ENS = `
const authUrl = "https://login.example.org/token";
const authScheme = new ens.AuthScheme("a", { grantType: "client_credentials", authUrl, clientId: "c", clientSecret: "s" });
for (let c = 0; c < ${callbacks}; c++) {
  const callback = new ens.Callback("c" + c, { url: "https://hooks.example.org/" + c, authScheme });
  for (let s = c; s < ${subscriptions}; s += ${callbacks}) {
    new ens.Subscription("s" + s, { callback, eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] });
  }
}`;
const NOTHING = `
const text = 'exports.handler=()=>({create:async()=>({id:"x",outs:{}}),diff:async()=>({changes:false}),read:async(id,props)=>({id,props})})';
const more = { eventCategoryTypes: ["TransactionalSendEvents.EmailSent"], filters: [], status: "active" };
class Nothing extends pulumi.CustomResource {
  constructor(name) {
    super("pulumi-nodejs:dynamic/bench:Nothing", name, { __provider: text, name, ...more });
  }
}
for (let n = 0; n < ${all}; n++) new Nothing("n" + n);`;

const STEPS = {
  up: ["up", "--yes", "--skip-preview"],
  "preview, no change": ["preview", "--expect-no-changes"],
  "preview --refresh": ["preview", "--refresh", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    response.once("finish", () => void verify(body).catch(console.error));
    response.writeHead(200).end();
  });
});
await new Promise((done) => receiver.listen(0, "127.0.0.1", () => done(undefined)));
const { port } = /** @type {import("node:net").AddressInfo} */ (receiver.address());
const simulator = await startSimulator({
  connectTo: { "hooks.example.org": `127.0.0.1:${port}` },
  // The scheme's authorization server is not there.
  switches: { associationLag: values.lag, callAuthUrl: "off" },
});
/** @type {Promise<string> | undefined} */
let token;
const folder = await mkdtemp(join(tmpdir(), "bench-stack-"));
try {
  console.log(`1 scheme, ${callbacks} callbacks, ${subscriptions} subscriptions, state in a local file\n`);
  const ours = await measured("ens", ENS);
  const floor = await measured("nothing", NOTHING);
  console.log(
    `${"".padEnd(22)}${"this package".padStart(14)}${"do-nothing".padStart(14)}${"ratio".padStart(8)}   calls to ENS`,
  );
  for (const step of Object.keys(STEPS)) {
    const [a, b] = [ours.seconds[step] ?? 0, floor.seconds[step] ?? 0];
    const times = `${`${a.toFixed(1)} s`.padStart(14)}${`${b.toFixed(1)} s`.padStart(14)}${(a / b).toFixed(2).padStart(8)}`;
    console.log(`${step.padEnd(22)}${times}   ${ours.calls[step]}`);
  }
  const size = (/** @type {number} */ bytes) => `${(bytes / all / 1000).toFixed(2)} kB`.padStart(14);
  console.log(`${"state per resource".padEnd(22)}${size(ours.bytes)}${size(floor.bytes)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
  await simulator.close();
  receiver.closeAllConnections();
  receiver.close();
}

/** Runs all steps of a program. @param {string} name @param {string} program */
async function measured(name, program) {
  const project = join(folder, name);
  const [state, home] = [join(project, "state"), join(project, "home")];
  for (const made of [project, state, home]) await mkdir(made, { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(project, "node_modules"));
  await writeFile(join(project, "Pulumi.yaml"), `name: bench\nruntime: nodejs\n`);
  await writeFile(join(project, "package.json"), '{ "private": true, "main": "index.js" }');
  const head = 'const pulumi = require("@pulumi/pulumi");\nconst ens = require("pulumi-ens");\n';
  await writeFile(join(project, "index.js"), head + program);
  const env = {
    ...process.env,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ENS_REST_URL: simulator.restUrl,
    ENS_AUTH_URL: simulator.authUrl,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
  };
  await pulumi(project, env, ["stack", "init", "dev"]);
  /** @type {Record<string, number>} */
  const seconds = {};
  /** @type {Record<string, number>} */
  const calls = {};
  let bytes = 0;
  for (const [step, args] of Object.entries(STEPS)) {
    await simulator.admin.clearJournal();
    const start = performance.now();
    await pulumi(project, env, [...args, "--stack", "dev"]);
    seconds[step] = (performance.now() - start) / 1000;
    calls[step] = (await simulator.admin.journal()).filter(({ client }) => client === "rest").length;
    console.error(`${name}: ${step} ${seconds[step]?.toFixed(1)} s`);
    if (step === "up") bytes = (await readFile(join(state, ".pulumi/stacks/bench/dev.json"))).length;
  }
  return { seconds, calls, bytes };
}

/** @param {string} cwd @param {NodeJS.ProcessEnv} env @param {string[]} args */
async function pulumi(cwd, env, args) {
  const child = spawn("pulumi", [...args, "--non-interactive"], { cwd, env, stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
}

/** What a customer's receiver does with a probe. @param {string} body */
async function verify(body) {
  if (!body.includes("verificationKey")) return;
  const json = { "content-type": "application/json" };
  token ??= (async () => {
    const client = { grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" };
    const asked = { method: "POST", headers: json, body: JSON.stringify(client) };
    return /** @type {{ access_token: string }} */ (await (await fetch(`${simulator.authUrl}/v2/token`, asked)).json())
      .access_token;
  })();
  const headers = { ...json, authorization: `Bearer ${await token}` };
  await fetch(`${simulator.restUrl}/platform/v1/ens-verify`, { method: "POST", headers, body });
}
