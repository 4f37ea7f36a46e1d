import { readFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { run, start as startProgram } from "../scripts/run.cjs";
import { median } from "./median.ts";

// npm run bench:simulator -- [--callbacks 1000] [--each 20] [--minutes 0.5]
//
// Measures the speed of the simulator in a separate process. Each figure is compared with a plain Node.js server or
// process of the same run, because times of separate runs on a busy machine cannot be compared.

const ROOT = resolve(import.meta.dirname, "..");
const PROGRAM = join(ROOT, "test/simulator/dist/main.js");
const HOOKS = "https://hooks.example.org";
const { values } = parseArgs({
  options: {
    callbacks: { type: "string", default: "1000" },
    each: { type: "string", default: "20" },
    minutes: { type: "string", default: "0.5" },
  },
});
const [callbacks, each, minutes] = [Number(values.callbacks), Number(values.each), Number(values.minutes)];

const plain = await listening((_request, response) => response.end("{}"));
const receiver = await listening((request, response) => request.resume().on("end", () => response.end()));

console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
await start();
await load();
await memory();
for (const { server } of [plain, receiver]) server.close();

/**
 * Measures the time from the start of the process to its first response, and compares it with a process that does
 * nothing.
 */
async function start() {
  const own = [];
  const nothing = [];
  for (let time = 0; time < 5; time += 1) {
    own.push(await timed(async () => (await simulator()).stop));
    nothing.push(await timed(() => run(process.execPath, ["-e", ""])));
  }
  console.log(
    `start to first response ${median(own)} ms (limit 500). A process that does nothing: ${median(nothing)} ms`,
  );
}

/** Measures reads with many stored objects, and compares them with a server that only serializes. */
async function load() {
  const { client, stop } = await simulator();
  const made = await filled(client);
  const list = JSON.parse(await client.text("GET", "/platform/v1/ens-callbacks"));
  const one = JSON.parse(await client.text("GET", `/platform/v1/ens-callbacks/${made[0]}`));
  const subscriptions = JSON.parse(await client.text("GET", `/platform/v1/ens-subscriptions-by-cb/${made[0]}`));
  console.log(`stored                  ${list.length} callbacks × ${subscriptions.length} subscriptions`);
  const rows = [
    ["GET a callback", (at: number) => `/platform/v1/ens-callbacks/${made[at % made.length]}`, one, 20_000],
    ["list all callbacks", () => "/platform/v1/ens-callbacks", list, 300],
    [
      "list subscriptions",
      (at: number) => `/platform/v1/ens-subscriptions-by-cb/${made[at % made.length]}`,
      subscriptions,
      5000,
    ],
  ];
  for (const [what, path, body, times] of rows as [string, (at: number) => string, unknown, number][]) {
    const serialising = await listening((_request, response) => response.end(JSON.stringify(body)));
    const other = clientOf(serialising.url);
    // The two servers take turns, so that both run under the same conditions.
    const own: number[] = [];
    const reference: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      own.push(await perSecond(client, path, times));
      reference.push(await perSecond(other, path, times));
    }
    serialising.server.close();
    const [rate, plainRate] = [median(own), median(reference)];
    const ratio = (plainRate / rate).toFixed(1);
    console.log(`${what.padEnd(24)}${rate}/s. A server that only serializes: ${plainRate}/s, ${ratio} × as many`);
  }
  await stop();
}

/** Measures memory under a mixed load. Objects are created and deleted, so that their number stays the same. */
async function memory() {
  // A small heap is collected often, so the process holds only what it needs.
  const { client, stop, pid } = await simulator("--max-old-space-size=96");
  const samples = [];
  const end = Date.now() + minutes * 60_000;
  let rounds = 0;
  while (Date.now() < end) {
    const [id = ""] = await made(client, [`r${rounds}`]);
    const [subscription] = await subscribed(client, id, 1);
    await client.text("GET", "/platform/v1/ens-callbacks");
    await client.text("POST", "/_simulator/events", { eventCategoryType: "TransactionalSendEvents.EmailSent" });
    await client.text("DELETE", `/platform/v1/ens-subscriptions/${subscription}`);
    await client.text("DELETE", `/platform/v1/ens-callbacks/${id}`);
    // A moved clock makes the simulator delete expired data sooner: tokens, deleted objects, past versions.
    await client.text("POST", "/_simulator/clock", { advanceSeconds: 5 });
    await client.ask();
    rounds += 1;
    if (rounds % 100 === 0) samples.push(await resident(pid));
  }
  await stop();
  const part = Math.max(1, Math.floor(samples.length / 4));
  const [first, last] = [median(samples.slice(part, 2 * part)), median(samples.slice(-part))];
  console.log(
    `memory                  ${first} MiB in the second quarter, ${last} MiB in the last, of ${rounds} rounds of 9 calls`,
  );
}

/** Starts a simulator and requests a token. */
async function simulator(...options: string[]) {
  const connect = ["--connect-to", `hooks.example.org=127.0.0.1:${new URL(receiver.url).port}`];
  const { child, firstLine, stop } = startProgram(process.execPath, [
    ...options,
    ...[PROGRAM, "--port", "0", "--json"],
    ...connect,
  ]);
  const client = clientOf(JSON.parse(await firstLine()).restUrl);
  await client.ask();
  return { client, stop: () => stop(), pid: child.pid ?? 0 };
}

function clientOf(url: string) {
  const pool = new Pool(url, { connections: 16 });
  const client = {
    token: "",
    async ask() {
      const body = { grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" };
      client.token = JSON.parse(await client.text("POST", "/v2/token", body)).access_token;
    },
    async text(method: string, path: string, body?: unknown) {
      const headers = { authorization: `Bearer ${client.token}`, "content-type": "application/json" };
      const sent = body === undefined ? null : JSON.stringify(body);
      const answer = await pool.request({ method: method as "GET", path, headers, body: sent });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`${method} ${path} returned ${answer.statusCode}: ${text}`);
      return text;
    },
  };
  return client;
}

export type Client = ReturnType<typeof clientOf>;

/** Creates verified callbacks with their subscriptions. */
async function filled(client: Client) {
  const ids = [];
  for (let at = 0; at < callbacks; at += 50) {
    const names = Array.from({ length: Math.min(50, callbacks - at) }, (_, index) => `c${at + index}`);
    ids.push(...(await made(client, names)));
  }
  for (const id of ids) await subscribed(client, id, each);
  return ids;
}

async function made(client: Client, names: string[]) {
  const body = names.map((callbackName) => ({ callbackName, url: `${HOOKS}/${callbackName}` }));
  const answer = JSON.parse(await client.text("POST", "/platform/v1/ens-callbacks", body));
  const ids: string[] = answer.map(({ callbackId }: { callbackId: string }) => callbackId);
  for (const id of ids)
    await client.text("PATCH", `/_simulator/callbacks/${id}`, { status: "verified", keyUsed: true });
  return ids;
}

async function subscribed(client: Client, callbackId: string, count: number): Promise<string[]> {
  const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
  const body = Array.from({ length: count }, (_, at) => ({
    subscriptionName: `${callbackId}-${at}`,
    callbackId,
    eventCategoryTypes,
  }));
  const answer = JSON.parse(await client.text("POST", "/platform/v1/ens-subscriptions", body));
  return answer.map(({ subscriptionId }: { subscriptionId: string }) => subscriptionId);
}

async function perSecond(client: Client, path: (at: number) => string, times: number) {
  let at = 0;
  const lane = async () => {
    while (at < times) {
      at += 1;
      await client.text("GET", path(at));
    }
  };
  const milliseconds = await timed(() => Promise.all(Array.from({ length: 16 }, lane)));
  return Math.round((times / milliseconds) * 1000);
}

/** @param work resolves with a function that runs after the measurement */
async function timed(work: () => Promise<unknown>) {
  const before = performance.now();
  const after = await work();
  const milliseconds = Math.round(performance.now() - before);
  if (typeof after === "function") await after();
  return milliseconds;
}

/** Returns the resident memory of a process in MiB. */
async function resident(pid: number) {
  const [, pages = "0"] = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ");
  return Math.round((Number(pages) * 4096) / 1024 / 1024);
}

async function listening(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
}
