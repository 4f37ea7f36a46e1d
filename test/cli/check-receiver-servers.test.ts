import { certificateFor } from "pulumi-ens-simulator";
import { CHECKS } from "../../provider/src/cli/check-receiver/checks/index";
import { urlProblem } from "../../provider/src/validation/url";
import { check, checkHooks, key, resultOf, started, TOKEN, task, withVerdict } from "../support/check-receiver";
import { type Hooks, type Parts, startHooks, startListener } from "../support/hooks";
import { quietPort } from "../support/port";

describe("TLS", () => {
  test("an untrusted certificate fails, and no request is sent", async () => {
    const certificate = await certificateFor(["localhost"]);
    const hooks = await started(startHooks({ key }, certificate));
    const report = await check(task(hooks.url));
    expect(withVerdict(report, "fail")).toEqual(["tls"]);
    expect(withVerdict(report, "pass")).toEqual(["url", "reach"]);
    expect(hooks.received).toEqual([]);
  });

  test("a certificate of a private authority is a warning, and all other checks accept it", async () => {
    const certificate = await certificateFor(["localhost"]);
    const hooks = await started(startHooks({ key }, certificate));
    const report = await check(task(hooks.url, { authorities: [certificate.ca] }));
    expect(withVerdict(report, "fail")).toEqual([]);
    expect(withVerdict(report, "warning")).toEqual(["tls"]);
    expect(hooks.received.length).toBeGreaterThan(60);
  });

  test("an untrusted certificate is rejected even if the check tls is skipped", async () => {
    const certificate = await certificateFor(["localhost"]);
    const hooks = await started(startHooks({ key }, certificate));
    const report = await check(task(hooks.url, { skip: ["tls"] }));
    expect(resultOf(report, "probe")).toMatchObject({
      verdict: "fail",
      reason: expect.stringContaining("self-signed"),
    });
    expect(hooks.received).toEqual([]);
  });

  test("a certificate for another host fails", async () => {
    const certificate = await certificateFor(["hooks.example.org"]);
    const hooks = await started(startHooks({ key }, certificate));
    const report = await check(task(hooks.url, { authorities: [certificate.ca], only: ["tls"] }));
    expect(resultOf(report, "tls")).toMatchObject({ verdict: "fail", advice: expect.stringContaining("this host") });
  });
});

describe("servers that are not receivers", () => {
  const fast = { probeMs: 150, deliveryMs: 150 };

  test("a server that accepts connections and never responds", async () => {
    const silent = await started(startListener(() => {}));
    const report = await check(task(silent.url), fast);
    expect(withVerdict(report, "fail")).toEqual(["probe", "signed-batch-1"]);
    expect(resultOf(report, "probe")?.received).toMatch(/^had not sent a complete response after \d+ ms$/);
  });

  test("a server that stops when a body is incomplete", async () => {
    const fragile = await started(
      startListener(async (request, response) => {
        request.once("aborted", () => void fragile.close().catch(() => {}));
        for await (const _ of request);
        response.writeHead(204).end();
      }),
    );
    const report = await check(task(fragile.url, { only: ["signed-batch-1", "slow-body"] }));
    expect(resultOf(report, "slow-body")).toMatchObject({
      verdict: "fail",
      advice: expect.stringContaining("It seems to have stopped the receiver"),
    });
  });

  test("an endless response is cut off, and its status counts", async () => {
    const endless = await started(
      startListener((_, response) => {
        const more = () => {
          while (!response.destroyed && response.write("x".repeat(65_536)));
        };
        response.on("drain", more);
        more();
      }),
    );
    const report = await check(task(endless.url, { only: ["probe"] }));
    expect(resultOf(report, "probe")).toMatchObject({
      verdict: "pass",
      received: expect.stringContaining("more than 64 kB"),
    });
  });

  test("a response that does not end is late", async () => {
    const half = await started(startListener((_, response) => void response.writeHead(200).write("half")));
    const report = await check(task(half.url, { only: ["probe"] }), fast);
    expect(withVerdict(report, "fail")).toEqual(["probe"]);
  });

  test("a server that always returns 500", async () => {
    const broken = await started(startListener((_, response) => void response.writeHead(500).end("oops")));
    const report = await check(task(broken.url));
    expect(withVerdict(report, "fail")).toEqual(["probe", "signed-batch-1"]);
    expect(resultOf(report, "probe")?.received).toMatch(/^returned 500 after \d+ ms: "oops"$/);
  });

  test("a server that always returns a page", async () => {
    const html = { "content-type": "text/html" };
    const page = await started(
      startListener((_, response) => void response.writeHead(200, html).end("<p>Hello\n</p>")),
    );
    const report = await check(task(page.url, { token: TOKEN }));
    expect(withVerdict(report, "fail")).toEqual(["bad-signature", "missing-signature", "wrong-bearer"]);
    expect(resultOf(report, "bad-signature")?.received).toMatch(/ms, text\/html: "<p>Hello <\/p>"$/);
  });

  test("a server of another protocol", async () => {
    const other = await started(startListener((_, response) => void response.socket?.end("220 mail.example.org\r\n")));
    const report = await check(task(other.url, { only: ["probe"] }));
    expect(resultOf(report, "probe")?.received).toContain("the connection failed after");
  });

  test("a closed port and an unknown host cannot be reached", async () => {
    const port = await quietPort();
    const limits = { connectMs: 3_000 };
    for (const url of [`http://127.0.0.1:${port}/hooks`, "https://hooks.invalid/"]) {
      const report = await check(task(url), limits);
      expect(withVerdict(report, "fail")).toEqual(["reach"]);
      expect(withVerdict(report, "pass")).toEqual(["url"]);
      const advice = url.includes("invalid") ? /--local and the local URL of the receiver/ : /that the receiver runs/;
      expect(resultOf(report, "reach")?.advice).toMatch(advice);
    }
  });
});

test("the command waits for a receiver that is starting", async () => {
  const port = await quietPort();
  const found = check(task(`http://127.0.0.1:${port}/hooks`, { only: ["probe"], waitMs: 10_000 }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await started(startHooks({ key }, undefined, port));
  expect(withVerdict(await found, "pass")).toEqual(["url", "reach", "probe"]);
});

test.each([
  "http://hooks.example.org/",
  "https://hooks.example.org:8443/",
  "https://hooks.example.org/?a=b",
  "https://hooks.example.org/#a",
])("%s is rejected, and no request is sent", async (url) => {
  const reason = `The URL ${urlProblem(url, { port: false, query: false })}.`;
  const report = await check(task(url, { local: false }));
  expect(resultOf(report, "url")).toMatchObject({ verdict: "fail", reason });
  expect(withVerdict(report, "skipped")).toHaveLength(CHECKS.length - 1);
});

describe("verification", () => {
  const verify = (parts: Partial<Parts>) =>
    checkHooks(parts, { verificationMs: 600 }).then((report) => resultOf(report, "verification")?.reason);
  const answerFirst =
    (changed: object): Parts["probe"] =>
    (words, response, giveBack) => {
      Object.assign(words, changed);
      response.once("finish", () => void giveBack());
      response.writeHead(200).end();
    };

  test.each([
    ["it sent another key", { verificationKey: "b3RoZXI=" }],
    ["it sent the key of another callback", { callbackId: "11111111-2222-4333-8444-555555555555" }],
    ["its request had no callbackId or no verificationKey", { verificationKey: undefined }],
  ])("the report on the receiver says: %s", async (problem, changed) => {
    expect(await verify({ probe: answerFirst(changed) })).toMatch(new RegExp(`: ${problem}\\.$`));
  });

  test("without --listen and --pull-url, the check is skipped with the reason", async () => {
    const hooks = await started(startHooks({ key }));
    const report = await check(task(hooks.url, { key: undefined, only: ["verification", "signed-batch-1"] }));
    expect(resultOf(report, "verification")).toMatchObject({
      verdict: "skipped",
      reason: expect.stringContaining("--listen"),
    });
    expect(resultOf(report, "signed-batch-1")?.reason).toContain("--key-file");
  });

  test.each<[string, (header: string | undefined) => boolean, string]>([
    ["without a token", () => true, "for a request without a token"],
    ["with any token", (header) => header !== undefined, "for a request with a wrong token"],
  ])("a receiver that returns its key %s fails", async (_, isAllowed, words) => {
    let kept = "";
    const store = await started(
      startListener(async (request, response) => {
        if (request.method === "GET")
          return response.writeHead(isAllowed(request.headers.authorization) ? 200 : 401).end(kept);
        for await (const chunk of request) kept += chunk;
        return response.writeHead(200).end();
      }),
    );
    const report = await check(task(store.url, { pull: { url: store.url, token: TOKEN }, only: ["verification"] }));
    expect(resultOf(report, "verification")).toMatchObject({
      verdict: "fail",
      reason: expect.stringContaining(words),
    });
  });
});

test("only events of the requested types are sent, except for one of an unknown type", async () => {
  const hooks = await started(startHooks({ key }));
  const types = ["EngagementEvents.EmailOpen"] as const;
  await check(task(hooks.url, { types, only: ["signed-batch-1", "unknown-event-type"] }));
  const found = hooks.received.flatMap(({ body }) => [...body.matchAll(/"eventCategoryType":"([^"]+)"/g)]);
  expect(found.map(([, type]) => type)).toEqual([...types, "CheckEvents.NotYetInvented", ...types]);
});

test("a report contains no secret, even if the receiver returns secrets", async () => {
  const secrets = [key, TOKEN];
  const echo: Promise<Omit<Hooks, "received">> = startListener(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const words = /"verificationKey":"([^"]+)"/.exec(body);
    if (words?.[1] !== undefined) secrets.push(words[1]);
    const said = [words?.[1], request.headers.authorization, key, encodeURIComponent(key), request.url];
    response.writeHead(418, { "content-type": `text/${key}` }).end(said.join(" "));
  });
  const { url } = await started(echo);
  const report = await check(task(url, { token: TOKEN }));
  expect(secrets).toHaveLength(3);
  const text = JSON.stringify(report);
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toContain(encodeURIComponent(key));
  expect(text).toContain("[secret]");
  expect(report.receiver).not.toContain("/hooks");
});
