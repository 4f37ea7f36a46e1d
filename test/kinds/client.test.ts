import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentSource, otherTenant } from "pulumi-ens-receiver/internal";
import { z } from "zod";
import { EnsClient } from "../../provider/src/ens/client";
import { EnsError } from "../../provider/src/ens/errors";
import { firstOf, readSettings } from "../../provider/src/run/settings";
import { instantClock } from "../support/lifecycle";
import { startScripted } from "../support/scripted";

let server: Server | undefined;
afterEach(() => server?.close());

const secret = "client-secret-marker";
/** Starts a service that issues tokens and responds to each other request with the next of these responses. */
async function service(...answers: RequestListener[]) {
  const calls: string[] = [];
  let tokens = 0;
  server = createServer((request, response) => {
    request.resume().on("end", () => {
      calls.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`.trim());
      if (request.url === "/v2/token") {
        tokens += 1;
        response.end(JSON.stringify({ access_token: `token-${tokens}`, expires_in: 1079 }));
      } else (answers.length > 1 ? answers.shift() : answers[0])?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = instantClock();
  const ens = new EnsClient({ restUrl: origin, authUrl: origin, clientId: "c", clientSecret: secret }, { clock });
  return { ens, origin, calls, clock, rest: () => calls.filter((call) => !call.includes("/v2/token")) };
}
const says =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}) =>
  (_: unknown, response: ServerResponse) =>
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
const dies: RequestListener = (request) => request.socket.destroy();
const refused = async (call: Promise<unknown>) => {
  const error = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EnsError);
  return error as EnsError;
};
const any = z.unknown();

test("concurrent requests share one token", async () => {
  const { ens, calls } = await service(says(200));
  await Promise.all(Array.from({ length: 20 }, (_, at) => ens.get(`/x/${at}`, any)));
  expect(calls.filter((call) => call.includes("/v2/token"))).toHaveLength(1);
});

test("sixteen requests run concurrently, and the others wait", async () => {
  const held: Parameters<RequestListener>[] = [];
  let isOpen = false;
  let arrived: () => void = () => {};
  const sixteen = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { ens, origin } = await service((...call) => {
    if (isOpen || call[0].url === "/another") says(200)(...call);
    else if (held.push(call) === 16) arrived();
  });
  const all = Promise.all(Array.from({ length: 20 }, (_, at) => ens.get(`/x/${at}`, any)));
  await sixteen;
  // A seventeenth request of the client would have arrived before the response to this unrelated request.
  await fetch(`${origin}/another`).then((response) => response.text());
  const atOnce = held.length;
  isOpen = true;
  for (const call of held) says(200)(...call);
  expect([atOnce, (await all).length]).toEqual([16, 20]);
});

test("a rejected token is renewed once, also for a POST, and a second rejection names the permission", async () => {
  const { ens, rest } = await service(says(401, { message: "Not Authorized", errorcode: 0 }));
  const error = await refused(ens.post("/platform/v1/ens-verify", {}, any));
  expect(error.message).toContain("The installed package needs event_notification_callback_update");
  expect(rest()).toEqual([
    "POST /platform/v1/ens-verify Bearer token-1",
    "POST /platform/v1/ens-verify Bearer token-2",
  ]);
});

test("a throttled POST waits for the time in Retry-After and is sent again", async () => {
  const busy = says(429, { message: "Rate limit exceeded", errorcode: 50100 }, { "retry-after": "7" });
  const { ens, clock, rest } = await service(busy, busy, says(201, {}));
  await ens.post("/p", {}, any);
  expect(rest()).toHaveLength(3);
  expect(clock.slept).toBe(14_000);
});

test("requests that are rejected together are retried at different times close to the delay", async () => {
  // Evenly distributed numbers that are the same in each run.
  let drawn = 0;
  const random = jest.spyOn(Math, "random").mockImplementation(() => {
    drawn += 1;
    return (drawn * 0.618) % 1;
  });
  try {
    const calls = 10;
    const asked = new Set<string>();
    const { ens, clock } = await service((request, response) => {
      const { url = "" } = request;
      says(asked.has(url) ? 200 : 503)(request, response);
      asked.add(url);
    });
    const sleep = jest.spyOn(clock, "sleep");
    await Promise.all(Array.from({ length: calls }, (_, at) => ens.get(`/x/${at}`, any)));
    const waits = sleep.mock.calls.map(([milliseconds]) => milliseconds);
    expect(new Set(waits).size).toBe(calls);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2500);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(500);
  } finally {
    random.mockRestore();
  }
});

test("GET, PUT and DELETE are retried after a lost response, but POST is not", async () => {
  const { ens, rest } = await service(dies, says(200), dies, says(200), dies, says(200), dies);
  await ens.get("/g", any);
  await ens.put("/p", {}, any);
  await ens.delete("/d");
  const error = await refused(ens.post("/c", {}, any));
  expect(error.lost).toBe(true);
  expect(rest().map((call) => call.split(" ")[0])).toEqual(["GET", "GET", "PUT", "PUT", "DELETE", "DELETE", "POST"]);
});

test("a PUT counts as lost if one of its responses was lost, whatever ENS returns to the retries", async () => {
  const busy = says(429, { message: "temporarily blocked", errorcode: 50200 });
  const { ens, rest } = await service(dies, busy);
  const error = await refused(ens.put("/p", {}, any));
  expect(error.message).toContain('PUT /p returned 429 (errorcode 50200): "temporarily blocked"');
  expect(error.lost).toBe(true);
  expect(rest().length).toBeGreaterThan(2);
});

test("a PUT that was rejected each time is not lost", async () => {
  const { ens } = await service(says(503, {}));
  expect((await refused(ens.put("/p", {}, any))).lost).toBe(false);
});

test("a request is retried few times and at long intervals during a temporary block", async () => {
  const { ens, clock, rest } = await service(says(429, { message: "temporarily blocked", errorcode: 50200 }));
  const error = await refused(ens.get("/g", any));
  expect(error.message).toContain('GET /g returned 429 (errorcode 50200): "temporarily blocked"');
  expect(rest()).toHaveLength(3);
  expect(clock.slept).toBeGreaterThan(30_000);
});

test.each([
  [
    { message: "m", errorcode: 10001, additionalErrors: [{ message: "a" }, { message: "b" }] },
    '(errorcode 10001): "a; b"',
  ],
  [{ validationErrors: [{ message: "v" }] }, 'returned 400: "v"'],
  [{ errors: [{ message: "e" }] }, 'returned 400: "e"'],
  [{ error: "invalid", error_description: "d" }, 'returned 400: "d"'],
  [{ message: "m", error_code: 7 }, '(errorcode 7): "m"'],
  ["<html>gateway</html>", "returned 400: an HTML page"],
  ["plain", 'returned 400: "plain"'],
  ["", "returned 400"],
])("the message of ENS is found in %j", async (body, words) => {
  const { ens } = await service(says(400, body));
  expect((await refused(ens.get("/g", any))).message).toContain(words);
});

test("a secret that ENS repeats is masked", async () => {
  const { ens } = await service(says(400, { message: "bad password hunter2marker for token-1" }));
  const error = await refused(ens.put("/p", [{ password: "hunter2marker" }], any));
  expect(error.message).toContain("bad password [secret] for [secret]");
});

test("two secrets with the same beginning are both masked completely", async () => {
  const { ens } = await service(says(400, { message: "bad password hunter2marker of hunter2" }));
  const error = await refused(ens.put("/p", [{ username: "hunter2", password: "hunter2marker" }], any));
  expect(error.message).toContain("bad password [secret] of [secret]");
});

test("the client secret is masked when the token endpoint repeats it", async () => {
  const login = await startScripted(
    () => 404,
    ({ body }, response) => {
      says(401, { error: "invalid_client", error_description: `no such client: ${body}` })(undefined, response);
      return true;
    },
  );
  const origin = `http://${login.address}`;
  const ens = new EnsClient({ restUrl: origin, authUrl: origin, clientId: "c", clientSecret: secret });
  try {
    const error = await refused(ens.get("/x", any));
    expect(error.message).toContain('no such client: {"grant_type":"client_credentials"');
    expect(error.message).not.toContain(secret);
  } finally {
    await Promise.all([ens.close(), login.close()]);
  }
});

test("an unexpected response body names the wrong property", async () => {
  const { ens } = await service(says(200, { status: 3 }), says(200, "<html>"));
  expect((await refused(ens.get("/g", z.object({ status: z.string() })))).message).toMatch(
    /^GET \/g returned 200 with an unexpected body: status: /,
  );
  expect((await refused(ens.get("/g", any))).message).toContain("GET /g returned 200 with a body that is not JSON");
});

test("callers share the response of a list until the client writes or ten seconds have passed", async () => {
  const { ens, rest, clock } = await service(says(200, []));
  await Promise.all([ens.list("/l", any), ens.list("/l", any), ens.list("/l", any)]);
  expect(rest()).toHaveLength(1);
  await ens.put("/p", {}, any);
  await ens.list("/l", any);
  expect(rest()).toHaveLength(3);
  await clock.sleep(10_001);
  await ens.list("/l", any);
  expect(rest()).toHaveLength(4);
});

test("a list that was requested during a write is not reused after the write", async () => {
  let answerWrite: () => void = () => {};
  let arrived: () => void = () => {};
  const isThere = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { ens, rest } = await service((request, response) => {
    if (request.method === "GET") return void says(200, [])(request, response);
    answerWrite = () => void says(200)(request, response);
    arrived();
  });
  const writing = ens.put("/p", {}, any);
  await isThere;
  await ens.list("/l", any);
  answerWrite();
  await writing;
  await ens.list("/l", any);
  expect(rest().map((call) => call.split(" ")[0])).toEqual(["PUT", "GET", "GET"]);
});

test("a token is renewed shortly before it expires", async () => {
  const { ens, clock, rest } = await service(says(200)); // tokens are valid for 1079 s
  await ens.get("/a", any);
  await clock.sleep(1_000_000);
  await ens.get("/b", any);
  await clock.sleep(50_000);
  await ens.get("/c", any);
  expect(rest()).toEqual(["GET /a Bearer token-1", "GET /b Bearer token-1", "GET /c Bearer token-2"]);
});

test("a retry waits for at most a minute, whatever Retry-After says", async () => {
  const { ens, clock, rest } = await service(says(503, {}, { "retry-after": "86400" }), says(200));
  await ens.get("/g", any);
  expect([rest().length, clock.slept]).toEqual([2, 60_000]);
});

test("after a stop, no attempt of a change is sent, but reads are", async () => {
  const { origin, clock, rest } = await service(says(503), says(200));
  let mayChange = true;
  const beforeChange = async () => {
    if (!mayChange) throw new Error("stop");
    mayChange = false;
  };
  const ens = new EnsClient(
    { restUrl: origin, authUrl: origin, clientId: "c", clientSecret: secret },
    { clock, beforeChange },
  );
  await expect(ens.put("/first", {}, any)).rejects.toThrow("stop");
  for (const change of [ens.post("/p", {}, any), ens.put("/p", {}, any), ens.delete("/p")]) {
    await expect(change).rejects.toThrow("stop");
  }
  await ens.get("/g", any);
  expect(rest().map((call) => call.split(" Bearer")[0])).toEqual(["PUT /first", "GET /g"]);
  await ens.close();
});

test("the environment takes precedence over the stack, and a missing setting names both ways to set it", () => {
  const stack = { get: (key: string) => ({ subdomain: "mcstack", clientId: "stack" })[key], missing: () => "STACK" };
  const env = { ENS_CLIENT_ID: "env", ENS_CLIENT_SECRET: secret };
  expect(readSettings(firstOf(environmentSource(env), stack))).toEqual({
    restUrl: "https://mcstack.rest.marketingcloudapis.com",
    authUrl: "https://mcstack.auth.marketingcloudapis.com",
    clientId: "env",
    clientSecret: secret,
  });
  expect(() => readSettings(firstOf(environmentSource({}), stack))).toThrow(
    "ens:clientSecret is not set: export ENS_CLIENT_SECRET (or ENS_CLIENT_SECRET_FILE) or STACK",
  );
});

test.each([
  ["http://ens.example.org", "must start with https://"],
  ["not a url", "must be a URL"],
  ["https://u:p@ens.example.org", "must have no credentials"],
])("the URL %s is rejected", (restUrl, why) => {
  const env = {
    ENS_REST_URL: restUrl,
    ENS_AUTH_URL: "https://a.example.org",
    ENS_CLIENT_ID: "c",
    ENS_CLIENT_SECRET: "s",
  };
  expect(() => readSettings(environmentSource(env))).toThrow(`ens:restUrl ${why}`);
});

test("a redirect is not followed, and the message says so", async () => {
  const { ens, calls } = await service(says(302, "", { location: "https://example.org/" }));
  expect((await refused(ens.get("/platform/v1/ens-callbacks", any))).message).toContain(
    ". ENS returned a redirect, which is not followed",
  );
  expect(calls).toHaveLength(2);
});

test("the retry budget limits the requests to a service that rejects everything", async () => {
  const { ens, rest } = await service(says(503));
  await Promise.all(Array.from({ length: 100 }, (_, at) => refused(ens.get(`/x/${at}`, any))));
  expect(rest().length).toBeLessThanOrEqual(200);
});

test("ENS_TRACE writes a line for each attempt, with ids and outcome and without secrets", async () => {
  const folder = mkdtempSync(join(tmpdir(), "trace-"));
  process.env.ENS_TRACE = join(folder, "trace.jsonl");
  const id = "8a3d6a0c-0e9f-4c56-9d80-1f5a1c7e6f10";
  try {
    const { ens } = await service(dies, says(200, {}));
    await ens.get(`/platform/v1/ens-callbacks/${id}`, any);
    await ens.post("/platform/v1/ens-verify", { verificationKey: "key-marker" }, any);
    const text = readFileSync(process.env.ENS_TRACE, "utf8");
    const path = "/platform/v1/ens-callbacks/{id}";
    const rows = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toMatchObject([
      { method: "POST", path: "/v2/token", outcome: 200, attempt: 1 },
      { method: "GET", path, ids: [id], outcome: "no response", attempt: 1 },
      { method: "GET", path, ids: [id], outcome: 200, attempt: 2 },
      { method: "POST", path: "/platform/v1/ens-verify", outcome: 200, attempt: 1 },
    ]);
    expect(text).not.toMatch(/marker|token-1/);
  } finally {
    delete process.env.ENS_TRACE;
    rmSync(folder, { recursive: true });
  }
});

test("a proxy from the environment is used, but not for this machine", async () => {
  const { ens, calls } = await service(says(200));
  const asked: string[] = [];
  const proxy = createServer().on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  process.env.HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  try {
    await ens.get("/x", any);
    expect(calls).toHaveLength(2);
    const remote = { restUrl: "https://rest.example.org", authUrl: "https://auth.example.org" };
    const far = new EnsClient({ ...remote, clientId: "c", clientSecret: secret }, { clock: instantClock() });
    await refused(far.get("/x", any));
    expect(new Set(asked)).toEqual(new Set(["auth.example.org:443"]));
    process.env.NO_PROXY = "auth.example.org";
    const past = new EnsClient({ ...remote, clientId: "c", clientSecret: secret }, { clock: instantClock() });
    asked.length = 0;
    await refused(past.get("/x", any));
    expect(asked).toEqual([]);
  } finally {
    delete process.env.HTTPS_PROXY;
    delete process.env.NO_PROXY;
    proxy.close();
  }
});

test("a token of another tenant is rejected before a request is sent", () => {
  const rest = "https://mc123.rest.marketingcloudapis.com";
  expect(otherTenant(rest, "https://mc999.rest.marketingcloudapis.com/")).toBe("mc999");
  expect(otherTenant(rest, "https://MC123.auth.marketingcloudapis.com")).toBeUndefined();
  expect(otherTenant(rest, "mc999.rest.marketingcloudapis.com")).toBeUndefined();
  expect(otherTenant("http://127.0.0.1:4010", "https://mc999.rest.marketingcloudapis.com")).toBeUndefined();
  const env = { ENS_REST_URL: rest, ENS_AUTH_URL: "https://mc999.auth.marketingcloudapis.com", ENS_CLIENT_ID: "c" };
  expect(() => readSettings(environmentSource({ ...env, ENS_CLIENT_SECRET: "s" }))).toThrow(
    "ens:authUrl belongs to tenant mc999",
  );
});

test("activationWait is a duration with a unit, or 0s", () => {
  const env = { ENS_SUBDOMAIN: "mc123", ENS_CLIENT_ID: "c", ENS_CLIENT_SECRET: "s" };
  const wait = (given?: string) =>
    readSettings(environmentSource({ ...env, ENS_ACTIVATION_WAIT: given })).activationWait;
  expect([wait("2m"), wait("0s"), wait("500ms"), wait(), wait("")]).toEqual([120_000, 0, 500, undefined, undefined]);
  for (const given of ["120", "11m", "off", "-1s"]) {
    expect(() => wait(given)).toThrow(
      `ens:activationWait is "${given}"; give a duration up to "10m", or "0s" to disable the wait`,
    );
  }
});
