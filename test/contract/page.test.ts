import { readdirSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { resolve } from "node:path";
import { type Simulator, startSimulator, VERSION } from "pulumi-ens-simulator";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";
import { openStream, type Stream } from "../support/stream";

const CALLBACKS = "/platform/v1/ens-callbacks";
let simulator: Simulator;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  receiver.verifies = false;
  simulator = await startSimulator({ clock: "frozen", connectTo: { "hooks.example.org": receiver.address } });
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

interface Answered {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}

/** Sends a request with headers that `fetch` does not allow. */
function ask(path: string, headers: Record<string, string>, method = "GET", body = ""): Promise<Answered> {
  return new Promise((done, failed) => {
    const sent = request(simulator.restUrl + path, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", failed);
    sent.end(body);
  });
}

/** Sends many requests on one connection without waiting for responses. */
function askOften(count: number): Promise<void> {
  const one = (connection: string) =>
    `GET ${CALLBACKS} HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`;
  return new Promise((done, failed) => {
    const socket = connect(Number(new URL(simulator.restUrl).port), "127.0.0.1");
    socket.on("error", failed).on("close", () => done());
    socket.resume().write(one("keep-alive").repeat(count - 1) + one("close"));
  });
}

const create = async (callbackName: string) => {
  const url = `https://hooks.example.org/${encodeURIComponent(callbackName)}`;
  const token = await tokenOf(simulator.authUrl);
  const answer = await post(simulator.restUrl + CALLBACKS, JSON.stringify([{ callbackName, url }]), token);
  const [made] = (await answer.json()) as { callbackId: string; signatureKey: string }[];
  return { token, callbackId: made?.callbackId ?? "", signatureKey: made?.signatureKey ?? "" };
};

describe("the start page", () => {
  test("returns the URLs and a command that gets a token to a program", async () => {
    const { status, headers, text } = await ask("/", {});
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(JSON.parse(text)).toMatchObject({
      version: VERSION,
      page: simulator.pageUrl,
      restUrl: simulator.restUrl,
      tokenUrl: `${simulator.authUrl}/v2/token`,
      openapi: `${simulator.adminUrl}/openapi.json`,
      health: `${simulator.restUrl}/health`,
      clientId: "sim-client",
      clientSecret: "sim-secret",
    });
    const [, body = ""] = / -d '(.*)'$/.exec(JSON.parse(text).getAToken) ?? [];
    expect((await post(`${simulator.authUrl}/v2/token`, body)).status).toBe(200);
  });

  test("is HTML for a browser and loads nothing from other hosts", async () => {
    const { status, headers, text } = await ask("/", { accept: "text/html,application/xhtml+xml" });
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(text).toContain('<a href="/_simulator/ui">');
    expect(text).not.toMatch(/(?:src|href)="(?!\/)/);
  });

  test("shows the default secret only, and shows names as text", async () => {
    const other = await startSimulator({ clientId: "<b>it's</b>", clientSecret: "marker-of-a-secret" });
    try {
      for (const accept of ["application/json", "text/html"]) {
        const text = await (await fetch(other.restUrl, { headers: { accept } })).text();
        expect(text).not.toContain("marker");
        expect(text).toContain("the one that the simulator was started with");
        if (accept === "text/html") expect(text).not.toContain("<b>");
      }
    } finally {
      await other.close();
    }
  });

  test("exists at / only, other unknown paths get the response of ENS, and only those are in the journal", async () => {
    expect((await ask("/index.html", {})).status).toBe(401);
    expect((await ask("/", {}, "POST")).status).toBe(401);
    expect((await ask("/health", {}, "POST")).status).toBe(401);
    expect((await ask("/health/", {})).status).toBe(401);
    await ask("/", {});
    await ask("/health", {});
    const paths = (await simulator.admin.journal({})).map(({ method, path }) => `${method} ${path}`);
    expect(paths).toEqual(["GET /index.html", "POST /", "POST /health", "GET /health/"]);
  });
});

test("/health responds to GET and HEAD without a token and without faults", async () => {
  await simulator.admin.faults([{ kind: "status", times: 9 }]);
  await simulator.admin.clock({ advanceSeconds: 60 });
  const { now } = await simulator.admin.clock({ advanceSeconds: 0 });
  const answer = await ask("/health", {});
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toEqual({ status: "ok", version: VERSION, now, clock: "frozen" });
  expect(await ask("/health", {}, "HEAD")).toMatchObject({ status: 200, text: "" });
});

test.each(["GET", "HEAD"])("%s /_simulator leads to the page", async (method) => {
  for (const path of ["/_simulator", "/_simulator/"]) {
    const { status, headers } = await ask(path, {}, method);
    expect(status).toBe(302);
    expect(new URL(String(headers.location), simulator.restUrl).href).toBe(simulator.pageUrl);
  }
  expect((await ask("/_simulator", {}, "POST")).status).toBe(401);
});

describe("a page of another site", () => {
  const origin = "https://elsewhere.example.org";

  test("cannot change anything through the admin API, but other programs can", async () => {
    const change = (headers: Record<string, string>) =>
      ask("/_simulator/switches", headers, "PUT", '{"reverify":"200"}');
    for (const foreign of [origin, "null", "http://localhost:1", "http://127.0.0.1"]) {
      const refused = await change({ origin: foreign });
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.text).message).toContain(`A page of ${foreign} must not change this simulator.`);
    }
    for (const [method, path] of [
      ["POST", "/_simulator/reset"],
      ["DELETE", "/_simulator/journal"],
      ["POST", "/_simulator/ui"],
    ] as const) {
      expect((await ask(path, { origin }, method)).status).toBe(403);
    }
    expect(await simulator.admin.switches({})).toMatchObject({ reverify: "404" });
    expect((await change({ origin: simulator.restUrl })).status).toBe(200);
    expect((await change({})).status).toBe(200);
    expect(await simulator.admin.switches({})).toMatchObject({ reverify: "200" });
  });

  test("cannot read anything through a host name that resolves to this machine", async () => {
    const { port } = new URL(simulator.restUrl);
    for (const path of ["state", "ui", "ui/stream", "openapi.json"]) {
      const refused = await ask(`/_simulator/${path}`, { host: `elsewhere.example.org:${port}` });
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.text).message).toContain("rejects requests for the host elsewhere.example.org");
    }
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, "ens.localhost"]) {
      expect((await ask("/_simulator/state", { host })).status).toBe(200);
    }
    // The routes of ENS accept other hosts, because tenants have their own hosts.
    expect((await ask("/platform/v1/tokenContext", { host: "tenant.rest.example.org" })).status).toBe(401);
  });
});

describe("the page", () => {
  test("serves the files of its folder and no others", async () => {
    for (const name of readdirSync(resolve(__dirname, "../simulator/ui"))) {
      const { status, headers } = await ask(`/_simulator/ui/${name}`, {});
      expect({ name, status }).toEqual({ name, status: 200 });
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
    expect((await ask("/_simulator/ui/", {})).text).toContain("<title>ENS simulator</title>");
    for (const path of [
      "package.json",
      "..%2Fpackage.json",
      "%2e%2e/package.json",
      "a/b/c",
      "keys/none",
      "constructor/x",
    ]) {
      expect((await ask(`/_simulator/ui/${path}`, {})).status).not.toBe(200);
    }
  });

  test("shows a request without tokens, keys, passwords and authorization headers", async () => {
    const { token, callbackId, signatureKey } = await create("orders");
    const probe = JSON.parse(receiver.probes[0]?.body ?? "{}") as { verificationKey: string };
    await fetch(`${simulator.restUrl + CALLBACKS}?access_token=${token}&q=${token}`);
    const numbers = (await simulator.admin.journal({})).map((_, index) => index + 1);
    const shown = await Promise.all(
      numbers.map(async (number) => (await ask(`/_simulator/ui/requests/${number}`, {})).text),
    );
    const all = shown.join("\n");
    for (const secret of [token, signatureKey, probe.verificationKey, "sim-secret"]) expect(all).not.toContain(secret);
    expect(all).toContain(callbackId);
    expect(all).toContain("(hidden)");
    expect(JSON.parse(shown[2] ?? "{}").request.headers).toMatchObject({ authorization: "(hidden)" });
  });

  test("hides secrets that the simulator does not know, also in truncated JSON", async () => {
    await post(`${simulator.authUrl}/v2/token`, '{"client_secret":"marker \\"quoted');
    await post(`${simulator.authUrl}/v2/token`, "a=1&client_secret=marker&b=2");
    const [json = "", form = ""] = await Promise.all(
      [1, 2].map(async (number) => JSON.parse((await ask(`/_simulator/ui/requests/${number}`, {})).text).request.body),
    );
    expect(json).toBe('{"client_secret":"(hidden)"');
    expect(form).toBe("a=1&client_secret=(hidden)&b=2");
  });

  test("shows the start of a large body", async () => {
    await post(simulator.restUrl + CALLBACKS, "x".repeat(200_000));
    const { request: shown } = JSON.parse((await ask("/_simulator/ui/requests/1", {})).text);
    expect(shown).toMatchObject({ characters: 200_000, body: "x".repeat(100_000) });
  });

  test("returns the keys of a callback and a sample of each event type on request", async () => {
    const { callbackId, signatureKey } = await create("orders");
    expect(JSON.parse((await ask(`/_simulator/ui/keys/${callbackId}`, {})).text)).toMatchObject({ signatureKey });
    const before = await simulator.admin.state();
    const type = "TransactionalSendEvents.EmailSent";
    const sample = JSON.parse((await ask(`/_simulator/ui/samples/${type}`, {})).text);
    expect(sample).toMatchObject({
      eventCategoryType: type,
      mid: 7000002,
      eid: 7000001,
      info: { to: "a@example.org" },
    });
    expect(await simulator.admin.state()).toEqual(before);
    expect((await ask("/_simulator/ui/samples/constructor", {})).status).toBe(404);
  });
});

describe("the stream of the page", () => {
  let stream: Stream;
  beforeEach(async () => {
    stream = await openStream(`${simulator.pageUrl}/stream`);
  });
  afterEach(() => stream.close());

  const named = (name: string) => (list: { readonly items: readonly { readonly callbackName: string }[] }) =>
    list.items.some(({ callbackName }) => callbackName === name);

  test("sends everything at first and changes later, without secrets", async () => {
    expect(await stream.next("about")).toMatchObject({ version: VERSION, clientId: "sim-client" });
    expect(await stream.next("callbacks")).toEqual({ total: 0, items: [] });
    const { token, signatureKey } = await create("orders");
    const callbacks = await stream.next("callbacks", named("orders"));
    expect(callbacks).toMatchObject({
      total: 1,
      items: [{ status: "unverified", keyState: "live", subscriptions: 0 }],
    });
    const requests = await stream.next("requests", ({ items }: { items: { path: string }[] }) =>
      items.some(({ path }) => path === CALLBACKS),
    );
    const text = JSON.stringify([callbacks, requests]);
    for (const secret of [token, signatureKey, "verificationKey", "sim-secret"]) expect(text).not.toContain(secret);
    await simulator.admin.switches({ reverify: "200" });
    await stream.next("switches", ({ reverify }: { reverify: string }) => reverify === "200");
    const { now } = await simulator.admin.clock({ advanceSeconds: 60 });
    await stream.next("clock", (clock: { now: number }) => clock.now === now);
    await simulator.admin.reset();
    await stream.next("callbacks", ({ total }: { total: number }) => total === 0);
  });

  test("is sent to all open pages, and a page that closes does not disturb the others", async () => {
    const other = await openStream(`${simulator.pageUrl}/stream`);
    await other.next("callbacks");
    stream.close();
    await stream.ended;
    await create("orders");
    expect(await other.next("callbacks", named("orders"))).toMatchObject({ total: 1 });
    other.close();
  });

  test("ends when the simulator is closed", async () => {
    await stream.next("requests");
    await simulator.close();
    await stream.ended;
  });

  test("contains the newest 100 of 10,000 requests and the newest 200 objects", async () => {
    await Promise.all(Array.from({ length: 250 }, (_, at) => simulator.admin.add("callbacks", callback(at))));
    await askOften(10_100);
    type List = { readonly total: number; readonly items: readonly { readonly number: number }[] };
    const requests = (await stream.next("requests", ({ items }: List) => items[0]?.number === 10_100)) as List;
    expect(requests.total).toBe(10_000);
    expect(requests.items.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, (_, at) => 10_100 - at));
    const late = await openStream(`${simulator.pageUrl}/stream`);
    const callbacks = (await late.next("callbacks")) as List;
    late.close();
    expect(callbacks).toMatchObject({ total: 250 });
    expect(callbacks.items).toHaveLength(200);
  });
});

const callback = (at: number) => ({ callbackName: `c${at}`, url: `https://hooks.example.org/${at}` });
