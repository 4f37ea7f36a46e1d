import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

// Calls the same functions as Pulumi's dynamic-provider process in one process without an engine. Usage: node
// bench/host/child.ts <folder of a built pulumi-ens>. The process prints one line of JSON.

const [, , folder = "", ...rest] = process.argv;
// The runtime reads the first argument of its process as the address of an engine.
process.argv.splice(2, 1 + rest.length);

const CALLBACK = "0b9a4f0e-1d3c-4c53-9a3e-6a4b1f0c7d21";
const OWNER = "bench/dev//orders";
const LANES = 16;
const SERIAL = 2000;
const PARALLEL = 1000;

/** A service that has one verified callback and stores subscriptions. */
const subscriptions = new Map();
const answers = {
  "POST /v2/token": () => ({ access_token: "token", expires_in: 1079 }),
  "GET /platform/v1/tokenContext": () => ({ organization: { id: 7000002, enterprise_id: 7000001 } }),
  "GET /platform/v1/ens-subscriptions-by-cb": () => [...subscriptions.values()],
  "GET /platform/v1/ens-subscriptions": (_: unknown, id: string) => subscriptions.get(id),
  "DELETE /platform/v1/ens-subscriptions": (_: unknown, id: string) => {
    subscriptions.delete(id);
    return {};
  },
  "POST /platform/v1/ens-subscriptions": (body: object[]) =>
    body.map((wanted) => {
      const subscriptionId = `s-${subscriptions.size + 1}`;
      const made = { ...wanted, subscriptionId, callbackName: "orders", status: "active", statusReason: "" };
      subscriptions.set(subscriptionId, made);
      return made;
    }),
};
const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => {
    text += chunk;
  });
  request.on("end", () => {
    const [, route = "", id = ""] = /^(\/v2\/token|\/platform\/v1\/[^/]+)\/?(.*)$/.exec(request.url ?? "") ?? [];
    const answer = answers[`${request.method} ${route}` as keyof typeof answers];
    const body = answer?.(text === "" ? [] : JSON.parse(text), id);
    const isMade = request.method === "POST" && route !== "/v2/token";
    response.writeHead(body === undefined ? 404 : isMade ? 201 : 200);
    response.end(JSON.stringify(body ?? {}));
  });
});
await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
const { port } = server.address() as AddressInfo;
const url = `http://127.0.0.1:${port}`;
Object.assign(process.env, { ENS_REST_URL: url, ENS_AUTH_URL: url, ENS_CLIENT_ID: "c", ENS_CLIENT_SECRET: "s" });

const start = performance.now();
const { provider } = await import(join(folder, "runtime/index.js")).then((module) => module.default ?? module);
const results: Record<string, { perSecond?: number; p50: number; p99: number }> = {
  load: { ...spread([performance.now() - start]) },
};
const callback = provider("Callback");
const subscription = provider("Subscription");
for (const kind of [callback, subscription]) await kind.configure({ config: { get: () => undefined } });

const wanted = (at: number) => ({
  __provider: "text",
  owner: `bench/dev//s${at}`,
  callbackId: CALLBACK,
  eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"],
  filters: ["definitionKey=order-confirmation"],
});
const wantedCallback = { __provider: "text", owner: OWNER, url: "https://hooks.example.org/orders" };
// Versions before 0.3 accept no owner, and require a name from the constructor.
const isOld = (await subscription.check({}, wanted(0))).failures.length > 0;
const asked = (at: number) => {
  const { owner: _, ...args } = wanted(at);
  return isOld ? { ...args, subscriptionName: `s${at}-0000000` } : wanted(at);
};
const { owner: _, ...oldCallback } = wantedCallback;
const askedCallback = isOld ? { ...oldCallback, callbackName: "orders-0000000" } : wantedCallback;

await serial("check of a callback", () => callback.check({}, askedCallback));
await serial("check of a subscription", (at) => subscription.check({}, asked(at)));
const inputs = await Promise.all(
  Array.from({ length: PARALLEL }, async (_, at) => (await subscription.check({}, asked(at))).inputs),
);
const made = await parallel("create of a subscription", (at) => subscription.create(inputs[at]));
const stored = (at: number) => made[at % PARALLEL] as { id: string; outs: object };
await serial("diff of a subscription", (at) =>
  subscription.diff(stored(at).id, stored(at).outs, inputs[at % PARALLEL]),
);
await parallel("read of a subscription", (at) => subscription.read(stored(at).id, stored(at).outs));
await parallel("delete of a subscription", (at) => subscription.delete(stored(at).id, stored(at).outs));
console.log(JSON.stringify(results));
process.exit();

/** Calls one after the other, as the engine calls check and diff. */
async function serial(name: string, call: (at: number) => Promise<unknown>) {
  for (let at = 0; at < SERIAL / 4; at += 1) await call(at);
  const times = [];
  for (let at = 0; at < SERIAL; at += 1) {
    const before = performance.now();
    await call(at);
    times.push(performance.now() - before);
  }
  results[name] = {
    perSecond: rate(
      times.length,
      times.reduce((sum, time) => sum + time, 0),
    ),
    ...spread(times),
  };
}

/** Calls several at the same time, as the engine calls functions that send requests to ENS. */
async function parallel<Done>(name: string, call: (at: number) => Promise<Done>) {
  const done: Done[] = new Array(PARALLEL);
  const times: number[] = [];
  let next = 0;
  const before = performance.now();
  const lane = async () => {
    while (next < PARALLEL) {
      const at = next;
      next += 1;
      const left = performance.now();
      done[at] = await call(at);
      times.push(performance.now() - left);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  results[name] = { perSecond: rate(PARALLEL, performance.now() - before), ...spread(times) };
  return done;
}

function rate(calls: number, milliseconds: number) {
  return Math.round((calls / milliseconds) * 1000);
}

/** Formats milliseconds. */
function spread(times: number[]) {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(3));
  return { p50: at(0.5), p99: at(0.99) };
}
