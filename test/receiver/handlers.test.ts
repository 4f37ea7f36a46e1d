import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import {
  createReceiver,
  type EnsEvent,
  keepProbesInMemory,
  type Receiver,
  type ReceiverOptions,
  SIGNATURE_HEADER,
  sign,
} from "pulumi-ens-receiver";
import { toExpressHandler } from "pulumi-ens-receiver/express";
import { toFastifyPlugin } from "pulumi-ens-receiver/fastify";
import { toFetchHandler } from "pulumi-ens-receiver/fetch";
import { toNodeListener } from "pulumi-ens-receiver/node";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { post, tokenOf } from "../support/receiver";

const ROUTE = "/ens/orders";
const TYPES = ["EngagementEvents.EmailOpen", "TransactionalSendEvents.EmailBounced"];

/** Each framework serves the receiver at the same path, and another route that reads JSON. */
const FRAMEWORKS: Record<string, (receiver: Receiver) => Promise<Running>> = {
  "node:http": (receiver) => listening(createServer(toNodeListener(receiver))),
  async express(receiver) {
    const app = express();
    app.use(ROUTE, toExpressHandler(receiver));
    app.use(express.json());
    app.post("/other", (request, response) => void response.json(request.body));
    return listening(createServer(app));
  },
  async "express.raw before it"(receiver) {
    const app = express();
    app.use(express.raw({ type: "*/*", limit: "9mb" }));
    app.use(ROUTE, toExpressHandler(receiver));
    return listening(createServer(app));
  },
  async fastify(receiver) {
    const fastify = Fastify();
    await fastify.register(toFastifyPlugin(receiver), { prefix: ROUTE });
    fastify.post("/other", (request) => request.body);
    await fastify.listen({ port: 0, host: "127.0.0.1" });
    return { address: addressOf(fastify.server), close: () => fastify.close() };
  },
  async hono(receiver) {
    const app = new Hono();
    const handler = toFetchHandler(receiver);
    app.all(ROUTE, (context) => handler(context.req.raw));
    app.all(`${ROUTE}/*`, (context) => handler(context.req.raw));
    app.post("/other", async (context) => context.json(await context.req.json()));
    let server: Server | undefined;
    await new Promise<void>((done) => {
      server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => done()) as Server;
    });
    return running(server as Server);
  },
};

interface Running {
  readonly address: string;
  close(): Promise<unknown>;
}

function listening(server: Server): Promise<Running> {
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(running(server))));
}

function running(server: Server): Running {
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { address: addressOf(server), close };
}

const addressOf = (server: Pick<Server, "address">) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

describe.each(Object.keys(FRAMEWORKS))("the handler for %s", (name) => {
  const open: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  async function start(options: Partial<ReceiverOptions> = {}) {
    const errors: string[] = [];
    const receiver = createReceiver({
      keys: [],
      onError: (error, whileDoing) => errors.push(`${whileDoing}: ${(error as Error).message}`),
      ...options,
    } as ReceiverOptions);
    const server = await (FRAMEWORKS[name] as (receiver: Receiver) => Promise<Running>)(receiver);
    open.push(server);
    return { errors, url: `http://${server.address}${ROUTE}`, ...server };
  }

  test("verifies a callback with the simulator and receives deliveries", async () => {
    const events: EnsEvent[] = [];
    const keys: string[] = [];
    let simulator: Simulator | undefined;
    let verified = () => {};
    const done = new Promise<void>((resolve) => {
      verified = resolve;
    });
    // The simulator starts before it sends a verification request.
    const handshake = {
      get restUrl() {
        return (simulator as Simulator).restUrl;
      },
      get authUrl() {
        return (simulator as Simulator).authUrl;
      },
      clientId: "sim-client",
      clientSecret: "sim-secret",
    };
    const { address, errors } = await start({
      keys: () => keys,
      enqueue: (some) => void events.push(...some),
      handshake,
      log: (line) => line.endsWith("is verified") && verified(),
    });
    simulator = await startSimulator({ connectTo: { "hooks.example.org": address } });
    open.push(simulator);
    const token = await tokenOf(simulator.authUrl);
    const rest = `${simulator.restUrl}/platform/v1`;
    const create = JSON.stringify([{ callbackName: "orders", url: `https://hooks.example.org${ROUTE}` }]);
    const [made] = (await (await post(`${rest}/ens-callbacks`, create, token)).json()) as [Record<string, string>];
    keys.push(String(made.signatureKey));
    await done;
    const subscribe = { subscriptionName: "all", callbackId: made.callbackId, eventCategoryTypes: TYPES, filters: [] };
    await post(`${rest}/ens-subscriptions`, JSON.stringify([subscribe]), token);
    await simulator.admin.emit(TYPES.map((eventCategoryType) => ({ eventCategoryType })));
    expect(events.map(({ eventCategoryType }) => eventCategoryType)).toEqual(TYPES);
    expect((await simulator.admin.deliveries()).map(({ outcome }) => outcome)).toEqual(["delivered"]);
    expect(errors).toEqual([]);
  });

  test("verifies the signature of the raw bytes and rejects forgeries", async () => {
    const events: EnsEvent[] = [];
    const key = randomBytes(32).toString("base64");
    const { url } = await start({ keys: key, handshake: false, enqueue: (some) => void events.push(...some) });
    // A parser would serialize these bytes differently.
    const body = '[ {"eventCategoryType" : "EngagementEvents.EmailOpen","a":1.0,"b":"\\u00e9é \\/","a":2e0}\n]';
    const send = (text: string, headers: Record<string, string>) =>
      fetch(url, { method: "POST", body: text, headers: { "content-type": "application/json", ...headers } });
    const good = await send(body, { [SIGNATURE_HEADER]: sign(body, key) });
    expect([good.status, await good.text()]).toEqual([204, ""]);
    expect(events).toMatchObject([{ a: 2, b: "éé /" }]);
    const parsed = JSON.stringify(JSON.parse(body));
    expect((await send(parsed, { [SIGNATURE_HEADER]: sign(body, key) })).status).toBe(401);
    expect((await send(body, {})).status).toBe(401);
    const other = randomBytes(32).toString("base64");
    expect((await send(body, { [SIGNATURE_HEADER]: sign(body, other) })).status).toBe(401);
    const plain = await send(body, { "content-type": "text/plain", [SIGNATURE_HEADER]: sign(body, key) });
    expect(plain.status).toBe(204);
    expect(events).toHaveLength(1);
  });

  test("accepts a thousand events at once and rejects a body that is too large", async () => {
    const events: EnsEvent[] = [];
    const key = randomBytes(32).toString("base64");
    const { url } = await start({ keys: key, handshake: false, enqueue: (some) => void events.push(...some) });
    const batch = (size: number, pad: string) =>
      JSON.stringify(Array.from({ length: size }, (_, at) => ({ eventCategoryType: "A.B", timestampUTC: at, pad })));
    const large = batch(1000, "x".repeat(1000));
    const headers = { "content-type": "application/json", [SIGNATURE_HEADER]: sign(large, key) };
    expect((await fetch(url, { method: "POST", body: large, headers })).status).toBe(204);
    expect(events).toHaveLength(1000);
    const huge = batch(1000, "x".repeat(9000));
    const refused = await fetch(url, {
      method: "POST",
      body: huge,
      headers: { ...headers, [SIGNATURE_HEADER]: sign(huge, key) },
    });
    expect(refused.status).toBe(413);
    expect(events).toHaveLength(1000);
  });

  test("returns a stored key for the token, and 405 for other methods", async () => {
    const pullToken = randomBytes(16).toString("hex");
    const probes = keepProbesInMemory();
    const { url } = await start({ handshake: false, probes, pullToken, enqueue: () => {} });
    const probe = { callbackId: "11111111-2222-4333-8444-555555555555", verificationKey: "a2V5" };
    const body = JSON.stringify(probe);
    const kept = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
    expect(kept.status).toBe(200);
    const get = (authorization: string) => fetch(`${url}/${probe.callbackId}`, { headers: { authorization } });
    expect(await (await get(`Bearer ${pullToken}`)).json()).toEqual(probe);
    expect((await get("Bearer wrong")).status).toBe(401);
    expect((await fetch(url, { method: "PUT", body })).status).toBe(405);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(405);
  });
});

test.each(["express", "fastify", "hono"])("in %s, other routes keep their own parsers", async (name) => {
  const receiver = createReceiver({ keys: [], handshake: false, enqueue: () => {} });
  const server = await (FRAMEWORKS[name] as (receiver: Receiver) => Promise<Running>)(receiver);
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`http://${server.address}/other`, { method: "POST", body: '{"a":1}', headers });
    expect(await answer.json()).toEqual({ a: 1 });
  } finally {
    await server.close();
  }
});

test("Express reports a body that was parsed too early instead of rejecting each delivery", async () => {
  const key = randomBytes(32).toString("base64");
  const app = express();
  app.use(express.json());
  app.use(ROUTE, toExpressHandler(createReceiver({ keys: key, handshake: false, enqueue: () => {} })));
  let told = "";
  app.use(((error, _request, response, _next) => {
    told = String(error.message);
    response.sendStatus(500);
  }) as express.ErrorRequestHandler);
  const server = await listening(createServer(app));
  try {
    const body = "[]";
    const headers = { "content-type": "application/json", [SIGNATURE_HEADER]: sign(body, key) };
    expect((await fetch(`http://${server.address}${ROUTE}`, { method: "POST", body, headers })).status).toBe(500);
    expect(told).toMatch(/parsed before the ENS receiver got it.* Mount the receiver before express\.json\(\)/);
  } finally {
    await server.close();
  }
});
