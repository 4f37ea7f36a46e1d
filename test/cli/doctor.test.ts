import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateFor, type Simulator, startSimulator } from "pulumi-ens-simulator";
import type { Context } from "../../provider/src/cli/doctor/context";
import { doctor } from "../../provider/src/cli/doctor/index";
import { checkReceivers } from "../../provider/src/cli/doctor/receivers";
import type { Clock } from "../../provider/src/ens/clock";
import { CLIENT_SECRET, environmentOf, fillUnit, type Ran, runCommand, secretsOf } from "../support/cli";
import { type Hooks, startHooks } from "../support/hooks";
import { instantClock } from "../support/lifecycle";

interface Check {
  readonly group: string;
  readonly subject: string;
  readonly status: string;
  readonly reason: string;
  readonly advice?: string;
}
interface Report {
  readonly exitCode: number;
  readonly counts: Record<string, number>;
  readonly checks: Check[];
}

let simulator: Simulator;
let folder: string;
const open: { close(): unknown }[] = [];
beforeEach(async () => {
  simulator = await startSimulator({ clientSecret: CLIENT_SECRET });
  folder = mkdtempSync(join(tmpdir(), "doctor-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(open.splice(0).map((each) => each.close()));
  await simulator.close();
});

const file = (text: string, name = "file") => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const visits = (args: string[] = [], env: NodeJS.ProcessEnv = {}, clock: Clock = instantClock()): Promise<Ran> =>
  runCommand(doctor, args, { ...environmentOf(simulator), ...env }, { clock });
/** The report of some groups, as a document. */
async function report(only: string, env: NodeJS.ProcessEnv = {}, args: string[] = [], clock?: Clock): Promise<Report> {
  const ran = await visits(["--json", "--only", only, ...args], env, clock);
  const found = ran.document<Report>();
  expect(ran.code).toBe(found.exitCode);
  expect(ran.code).toBe(found.checks.some(({ status }) => status === "failed") ? 1 : 0);
  return found;
}
const withStatus = ({ checks }: Report, status: string) => checks.filter((each) => each.status === status);
const made = (callbackName: string, fields: object = {}) =>
  simulator.admin.add("callbacks", { callbackName, url: `https://hooks.example.org/${callbackName}`, ...fields });
const subscribed = (callbackId: string, subscriptionName: string) =>
  simulator.admin.add("subscriptions", {
    callbackId,
    subscriptionName,
    eventCategoryTypes: ["EngagementEvents.EmailOpen"],
  });

test.each<[string[], string]>([
  [["--only", "tokens"], '--only has an unknown group of checks, "tokens". Did you mean token?'],
  [
    ["--skip", "everything"],
    "The groups are settings, token, clock, business-unit, permissions, receivers, callbacks, key.",
  ],
  [["--only", "key", "--skip", "key"], "--only and --skip leave no group of checks to run"],
  [["--ca-file", "/dev/null"], "the file that --ca-file names is empty"],
  [["settings"], "this command accepts no arguments besides its options, but got 1."],
])("%j is rejected without a request", async (args, message) => {
  const ran = await visits(args);
  expect(ran).toMatchObject({ code: 2, printed: "" });
  expect(ran.noted).toContain(message);
  expect(await simulator.admin.journal()).toEqual([]);
});

describe("settings", () => {
  test("each setting is listed with its source and without secrets", async () => {
    const secret = file(`${CLIENT_SECRET}\n`);
    const { checks } = await report("settings", {
      ENS_CLIENT_SECRET: "",
      ENS_CLIENT_SECRET_FILE: secret,
      ENS_ACCOUNT_ID: "7000002",
    });
    const lines = Object.fromEntries(checks.map(({ subject, status, reason }) => [subject, `${status}: ${reason}`]));
    expect(lines).toMatchObject({
      ENS_CLIENT_ID: "ok: Set in the environment.",
      ENS_CLIENT_SECRET: "ok: Read from the file that ENS_CLIENT_SECRET_FILE names.",
      ENS_ACCOUNT_ID: 'ok: Set in the environment: "7000002".',
      ENS_SUBDOMAIN: "skipped: Not set. This setting is optional.",
    });
    expect(checks).toHaveLength(9);
    expect(await simulator.admin.journal()).toEqual([]);
  });

  test.each<[string, NodeJS.ProcessEnv, string, RegExp]>([
    [
      "missing",
      { ENS_CLIENT_SECRET: "" },
      "ENS_CLIENT_SECRET",
      /ens:clientSecret is not set: export ENS_CLIENT_SECRET/,
    ],
    ["missing, with only one of two URLs", { ENS_AUTH_URL: "" }, "ENS_SUBDOMAIN", /ens:subdomain is not set/],
    ["malformed", { ENS_ACCOUNT_ID: "shop" }, "ENS_ACCOUNT_ID", /give the business unit's MID/],
    ["a time without a unit", { ENS_ACTIVATION_WAIT: "5" }, "ENS_ACTIVATION_WAIT", /give a duration up to "10m"/],
    ["an unknown word", { ENS_AUTH_SCHEME_SHAPE: "list" }, "ENS_AUTH_SCHEME_SHAPE", /unknown keyword "list"/],
    [
      "masked by Pulumi",
      { ENS_CLIENT_SECRET: "[secret]" },
      "ENS_CLIENT_SECRET",
      /which Pulumi prints in place of a secret/,
    ],
    [
      "in a file that does not exist",
      { ENS_CLIENT_ID: "", ENS_CLIENT_ID_FILE: "/nowhere" },
      "ENS_CLIENT_ID",
      /annot read the file in ENS_CLIENT_ID_FILE: .*ENOENT/,
    ],
    ["a URL without TLS", { ENS_REST_URL: "http://rest.example.org" }, "ENS_REST_URL", /must start with https/],
  ])("a setting that is %s fails, and no request is sent to ENS", async (_, env, subject, reason) => {
    const found = await report("settings,token", env);
    expect(withStatus(found, "failed")).toMatchObject([
      { subject, reason: expect.stringMatching(reason), advice: expect.any(String) },
    ]);
    expect(withStatus(found, "skipped")).toContainEqual({
      group: "token",
      subject: "token",
      status: "skipped",
      reason: "Not checked, because settings failed.",
    });
    expect(await simulator.admin.journal()).toEqual([]);
    expect(JSON.stringify(found)).not.toContain(CLIENT_SECRET);
  });

  test.each<[string, NodeJS.ProcessEnv, string, RegExp]>([
    [
      "unusual",
      { ENS_SUBDOMAIN: "shop", ENS_AUTH_URL: "" },
      "ENS_SUBDOMAIN",
      /has 4 characters, but most subdomains have 28/,
    ],
    ["without effect", { ENS_SUBDOMAIN: "shop" }, "ENS_SUBDOMAIN", /has no effect/],
    [
      "given twice",
      { ENS_CLIENT_ID_FILE: "/nowhere" },
      "ENS_CLIENT_ID",
      /ENS_CLIENT_ID_FILE is also set and is ignored/,
    ],
    [
      "misspelt",
      { ENS_ACOUNT_ID: "1" },
      "environment",
      /ENS_ACOUNT_ID is not a setting; did you mean ENS_ACCOUNT_ID\?/,
    ],
  ])("a setting that is %s is a warning", async (_, env, subject, reason) => {
    const found = await report("settings", env);
    expect(withStatus(found, "warning")).toMatchObject([{ subject, reason: expect.stringMatching(reason) }]);
    expect(found.exitCode).toBe(0);
  });
});

describe("token", () => {
  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ["a wrong client id", { ENS_CLIENT_ID: "somebody" }, /^Check ENS_CLIENT_ID\. This tenant has no such client\.$/],
    [
      "a wrong client secret",
      { ENS_CLIENT_SECRET: "wrong-secret-marker" },
      /^Check ENS_CLIENT_SECRET, and that the package is installed/,
    ],
    [
      "a business unit that is not the package's",
      { ENS_ACCOUNT_ID: "8000000" },
      /^Check ENS_ACCOUNT_ID, and that the installed package is enabled/,
    ],
    [
      "a host that does not exist",
      { ENS_AUTH_URL: "https://nowhere.invalid" },
      /^Check ENS_AUTH_URL\. The host was not found/,
    ],
    [
      "a subdomain that does not exist",
      { ENS_AUTH_URL: "", ENS_SUBDOMAIN: "mc-no-such-tenant-0000000000" },
      /^Check ENS_SUBDOMAIN\. The host was not found/,
    ],
    [
      "a port of this machine without a server",
      { ENS_AUTH_URL: "http://127.0.0.1:9" },
      /^Check that the simulator is running at http:\/\/127\.0\.0\.1:9\.$/,
    ],
  ])("%s fails, names the setting, and skips the groups that need a token", async (_, env, advice) => {
    const others = await startSimulator({
      clientSecret: CLIENT_SECRET,
      packages: [{ clientId: "x", clientSecret: "y", tenant: 8000000, owner: 8000000 }],
    });
    open.push(others);
    const { restUrl: ENS_REST_URL, authUrl: ENS_AUTH_URL } = others;
    const found = await report("token,clock,business-unit,permissions,receivers,callbacks", {
      ENS_REST_URL,
      ENS_AUTH_URL,
      ...env,
    });
    expect(withStatus(found, "failed")).toMatchObject([{ subject: "token", advice: expect.stringMatching(advice) }]);
    expect(withStatus(found, "skipped").map(({ reason }) => reason)).toEqual(
      Array(5).fill("Not checked, because token failed."),
    );
    expect(JSON.stringify(found)).not.toMatch(/secret-marker/);
  });

  test.each(["business-unit", "callbacks"])(
    "without a server at ENS_REST_URL, %s has the same advice",
    async (group) => {
      const found = await report(group, { ENS_REST_URL: "http://127.0.0.1:9" });
      expect(withStatus(found, "failed")).toMatchObject([
        { advice: "Check that the simulator is running at http://127.0.0.1:9." },
      ]);
    },
  );

  test("a disabled package and a URL of another server fail with advice", async () => {
    await simulator.admin.changePackage("sim-client", { disabled: true });
    expect(withStatus(await report("token"), "failed")).toMatchObject([
      { advice: expect.stringContaining("installed and enabled in this tenant") },
    ]);
    const { origin } = await serve((_, response) => response.writeHead(404).end("<html>"));
    expect(withStatus(await report("token", { ENS_AUTH_URL: origin }), "failed")).toMatchObject([
      { advice: "Check ENS_AUTH_URL. There is no token endpoint at that URL." },
    ]);
  });
});

test.each([
  [10 * 60_000, "failed", "The clock of this machine is 600 s fast."],
  [-10 * 60_000, "failed", "The clock of this machine is 600 s slow."],
  [2 * 60_000, "warning", "The clock of this machine is 120 s fast."],
  [0, "ok", "The clock of this machine is correct to within 1 s."],
])("a clock that is %d ms off is %s", async (off, status, reason) => {
  const clock = { ...instantClock(), now: () => Date.now() + off };
  const { checks } = await report("clock", {}, [], clock);
  expect(checks).toMatchObject([
    { subject: "clock", status, reason: expect.stringMatching(reason.replace(/\d+ s (fast|slow)/, "\\d+ s $1")) },
  ]);
});

describe("business unit", () => {
  test("an unexpected business unit fails, and its objects are not read", async () => {
    await simulator.admin.clearJournal();
    const found = await report("business-unit,permissions,callbacks", { ENS_EXPECT_ACCOUNT_ID: "7000003" });
    expect(withStatus(found, "failed")).toMatchObject([
      {
        subject: "business unit",
        reason: expect.stringContaining(
          "The current settings use business unit 7000002, but ens:expectAccountId is 7000003",
        ),
      },
    ]);
    expect(withStatus(found, "skipped")).toHaveLength(2);
    expect((await simulator.admin.journal({ client: "rest" })).map(({ path }) => path)).toEqual([
      "/platform/v1/tokenContext",
    ]);
  });

  test("the correct business unit is named, and a business unit that ENS does not return is a warning", async () => {
    expect(
      (await report("business-unit", { ENS_ACCOUNT_ID: "7000003", ENS_EXPECT_ACCOUNT_ID: "7000003" })).checks,
    ).toMatchObject([{ status: "ok", reason: "The token is for business unit 7000003." }]);
    await simulator.admin.faults([{ kind: "status", status: 404, path: "/platform/v1/tokenContext", times: 9 }]);
    expect((await report("business-unit", { ENS_ACCOUNT_ID: "7000003" })).checks).toMatchObject([
      { status: "warning", advice: expect.stringContaining("business unit 7000003 in Setup") },
    ]);
    await simulator.admin.faults([{ kind: "reset", path: "/platform/v1/tokenContext", times: 9 }]);
    expect((await report("business-unit")).checks).toMatchObject([
      { status: "failed", reason: expect.stringContaining("The business unit could not be read: ") },
    ]);
  });

  test("a token for another business unit than the requested one fails", async () => {
    const { origin } = await serve((_, response) =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end('{"access_token":"t","organization":{"id":7000009}}'),
    );
    const found = await report("business-unit", {
      ENS_AUTH_URL: origin,
      ENS_REST_URL: origin,
      ENS_ACCOUNT_ID: "7000002",
    });
    expect(found.checks).toMatchObject([
      { status: "failed", reason: "The token is for business unit 7000009, but ENS_ACCOUNT_ID is 7000002." },
    ]);
  });
});

const SCOPES = ["callback", "subscription"].flatMap((noun) =>
  ["read", "create", "update", "delete"].map((verb) => `event_notification_${noun}_${verb}`),
);

describe("permissions", () => {
  async function limitTo(...scopes: string[]): Promise<void> {
    await simulator.admin.changePackage("sim-client", { scopes });
    await simulator.admin.clock({ advanceSeconds: 301 });
  }
  /** Starts a token endpoint that does not return the permissions of a token. */
  async function silentEndpoint(): Promise<string> {
    const { origin } = await serve(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const answer = await fetch(`${simulator.authUrl}${request.url}`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      const { scope: _, ...rest } = (await answer.json()) as { scope: string };
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(rest));
    });
    return origin;
  }

  test.each(
    SCOPES.flatMap(
      (scope) =>
        [
          [scope, "listed in the token"],
          [scope, "tried"],
        ] as const,
    ),
  )("without %s (%s), only this permission fails, with the operations that need it", async (scope, how) => {
    await limitTo(...SCOPES.filter((each) => each !== scope));
    const found = await report("permissions", how !== "tried" ? {} : { ENS_AUTH_URL: await silentEndpoint() });
    expect(withStatus(found, "failed")).toMatchObject([
      {
        subject: scope,
        reason: expect.stringMatching(/^The installed package does not have this permission, which is required for /),
        advice: expect.stringContaining("5 minutes"),
      },
    ]);
    expect(withStatus(found, "ok").map(({ subject }) => subject)).toEqual(SCOPES.filter((each) => each !== scope));
  });

  test.each(["401", "403"] as const)(
    "trying permissions changes nothing when ENS rejects requests with %s",
    async (missingScope) => {
      await simulator.admin.switches({ missingScope });
      await fillUnit(simulator, 3);
      const before = await simulator.admin.state();
      const silent = { ENS_AUTH_URL: await silentEndpoint() };
      expect(withStatus(await report("permissions", silent), "ok")).toHaveLength(8);
      await limitTo("event_notification_callback_read");
      expect(withStatus(await report("permissions", silent), "failed")).toHaveLength(7);
      expect(await simulator.admin.state()).toEqual(before);
    },
  );

  test("--read-only requires only the permissions for reading", async () => {
    await limitTo("event_notification_callback_read", "event_notification_subscription_read");
    expect((await report("permissions", {}, ["--read-only"])).counts).toEqual({
      ok: 2,
      warning: 0,
      failed: 0,
      skipped: 6,
    });
    await limitTo("event_notification_callback_read");
    const found = await report("permissions,callbacks", {}, ["--read-only"]);
    expect(withStatus(found, "failed").map(({ subject }) => subject)).toEqual(["event_notification_subscription_read"]);
  });

  test("objects that need a missing permission are skipped, and other errors fail", async () => {
    await made("orders");
    await limitTo("event_notification_callback_read");
    expect((await report("callbacks")).checks).toMatchObject([
      { status: "skipped", reason: expect.stringContaining("returned 403") },
    ]);
    await simulator.admin.faults([{ kind: "html", path: "/platform/v1/ens-callbacks", times: 20 }]);
    expect((await report("callbacks")).checks).toMatchObject([
      { status: "failed", reason: expect.stringContaining("The check did not complete: GET") },
    ]);
  });
});

describe("receivers", () => {
  async function started(host: string): Promise<{ hooks: Hooks; ca: string }> {
    const certificate = await certificateFor([host]);
    const hooks = await startHooks({ key: randomBytes(32).toString("base64") }, certificate);
    open.push(hooks);
    return { hooks, ca: file(certificate.ca, "ca") };
  }

  test("a receiver with a trusted certificate is ok, and gets no request", async () => {
    const { hooks, ca } = await started("localhost");
    await made("a", { url: hooks.url });
    await made("b", { url: `${hooks.url}/b` });
    expect((await report("receivers", {}, ["--ca-file", ca])).checks).toMatchObject([
      {
        status: "ok",
        subject: new URL(hooks.url).host,
        reason: expect.stringMatching(
          /of 2 callbacks \(a, b\) uses TLSv1\.3, and its certificate is valid for (29|30) more days/,
        ),
      },
    ]);
    expect(hooks.received).toEqual([]);
  });

  test("an untrusted certificate, one of another host, and one that expires soon fail", async () => {
    const { hooks, ca } = await started("localhost");
    const id = await made("a", { url: hooks.url });
    expect((await report("receivers")).checks).toMatchObject([
      { status: "failed", reason: expect.stringMatching(/TLS handshake .* failed: .*(SELF|self-signed)/) },
    ]);
    const late = { ...instantClock(), now: () => Date.now() + 17 * 86_400_000 };
    expect((await report("receivers", {}, ["--ca-file", ca], late)).checks).toMatchObject([
      { status: "failed", reason: expect.stringMatching(/is valid for only 1[23] more days\.$/) },
    ]);
    const other = await started("hooks.example.org");
    await simulator.admin.patch("callbacks", id, { url: other.hooks.url });
    expect((await report("receivers", {}, ["--ca-file", other.ca])).checks).toMatchObject([
      { status: "failed", advice: "Use a certificate for this host name." },
    ]);
  });

  test("an unreachable receiver fails, plain http and a host that only a local simulator may know are warnings", async () => {
    await made("a", { url: "https://nowhere.invalid/path-marker" });
    await made("b", { url: "https://localhost:9/b" });
    await made("c", { url: "http://localhost:9/c" });
    const found = await report("receivers");
    expect(found.checks).toMatchObject([
      {
        status: "warning",
        subject: "nowhere.invalid",
        advice: "ENS is a simulator on this machine. Ignore this warning if its option --connect-to maps the host.",
      },
      { status: "failed", subject: "localhost:9", advice: expect.stringContaining("firewall") },
      { status: "warning", reason: expect.stringContaining("has an http URL") },
    ]);
    expect(JSON.stringify(found)).not.toContain("path-marker");
    const proxied = await report("receivers", { HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "*" });
    expect(proxied.checks[1]).toMatchObject({ status: "warning", advice: expect.stringContaining("uses a proxy") });
  });
});

test("a receiver whose host cannot be resolved fails when ENS is not on this machine", async () => {
  const callback = { callbackId: "1", callbackName: "a", url: "https://nowhere.invalid/path-marker" };
  const context = {
    terminal: { env: {} },
    settings: { restUrl: "https://mc-tenant.rest.marketingcloudapis.com" },
    options: {},
    unit: async () => [{ callback, subscriptions: [] }],
  } as unknown as Context;
  expect(await checkReceivers(context)).toEqual([
    {
      status: "failed",
      subject: "nowhere.invalid",
      reason: expect.stringMatching(/^The receiver of 1 callback \(a\) cannot be reached: .*ENOTFOUND/),
      advice: "Check the host in the `url` of the callback, and its DNS record.",
    },
  ]);
});

describe("callbacks", () => {
  test("an unverified callback with subscriptions fails, and a callback without subscriptions is a warning", async () => {
    await subscribed(await made("good"), "s1");
    await subscribed(await made("open", { status: "unverified" }), "s2");
    await subscribed(await made("broken", { status: "suspended", statusReason: "too slow" }), "s3");
    await made("idle");
    await made("fresh", { status: "unverified" });
    await made("shop-0123456789ab-pending", { status: "unverified" });
    const found = await report("callbacks");
    const lines = found.checks.map(({ subject, status, advice = "" }) => [subject, status, advice.slice(0, 20)]);
    expect(lines).toEqual([
      ["broken", "failed", "Repair the receiver."],
      ["fresh", "warning", "Run `pulumi up` of i"],
      ["idle", "warning", "Delete the callback "],
      ["open", "failed", "Run `pulumi up` of i"],
      ["shop-0123456789ab-pending", "warning", "A `pulumi up` is cre"],
      ["callbacks", "ok", ""],
    ]);
    expect(found.checks[0]?.reason).toMatch(
      /^Callback .* has status suspended \(too slow\)\. Its 1 subscription gets no events\.$/,
    );
    expect(found.checks[1]?.advice).toMatch(/`ens verify [^`]*` with .* `pulumi up --replace <urn>`/);
  });

  test("the report on a business unit of thirty callbacks is readable and contains no secret", async () => {
    await fillUnit(simulator);
    const ran = await visits(["--skip", "receivers"]);
    expect(ran.code).toBe(1);
    expect(ran.printed).toMatch(/^callbacks: callbacks that get no deliveries$/m);
    expect(ran.printed.match(/^failed {3}shop-\d\d/gm)).toHaveLength(6);
    expect(ran.printed).toMatch(/\n16 ok, 3 warnings, 6 failed, 6 skipped\n$/);
    expect(ran.progresses).toContain("read the subscriptions of 30 of 30 callbacks");
    for (const secret of [...(await secretsOf(simulator)), "path-marker"])
      expect(ran.printed + ran.noted).not.toContain(secret);
    expect((await simulator.admin.journal({ client: "auth" })).length).toBe(1);
  });

  test("in an empty business unit, receivers and callbacks are skipped", async () => {
    expect((await report("receivers,callbacks")).counts).toEqual({ ok: 0, warning: 0, failed: 0, skipped: 2 });
  });
});

describe("key", () => {
  const key = randomBytes(32).toString("base64");
  test.each<[string, string, string, RegExp]>([
    ["the key alone", `${key}\n`, "ok", /32 bytes in base64/],
    ["outputs of a stack", JSON.stringify({ signatureKey: key, url: "x" }), "ok", /32 bytes/],
    ["a short key", "c2hvcnQ=", "failed", /decodes to 5 bytes/],
    [
      "an unusual key",
      randomBytes(24).toString("base64"),
      "warning",
      /has 24 bytes, but all known keys of ENS have 32/,
    ],
    ["Pulumi's mask", "[secret]", "failed", /which Pulumi prints in place of a secret/],
    ["hex digits", "ab".repeat(33), "failed", /base64/],
    ["nothing", "", "failed", /is empty/],
  ])("%s is checked, and no result contains the key", async (_, text, status, reason) => {
    const found = await report("key", {}, ["--key-file", file(text)]);
    expect(found.checks).toMatchObject([{ subject: "signature key", status, reason: expect.stringMatching(reason) }]);
    expect(JSON.stringify(found)).not.toContain(key);
    expect(await simulator.admin.journal()).toEqual([]);
  });

  test("a file that does not exist fails, and the check is skipped without a file", async () => {
    for (const [path, code, advice] of [
      ["/nowhere", "ENOENT", "Check the file name. A relative name starts at the current folder."],
      [__dirname, "EISDIR", "Check the file name and the permissions of the file."],
      [
        file(""),
        "is empty",
        "Write the key as `pulumi stack output signatureKey --show-secrets` prints it (add --json for a JSON file).",
      ],
    ] as const) {
      expect((await report("key", {}, ["--key-file", path])).checks).toMatchObject([
        { status: "failed", reason: expect.stringContaining(code), advice },
      ]);
    }
    expect((await report("key")).checks).toMatchObject([{ status: "skipped" }]);
  });
});

/** Starts a server with this listener. */
async function serve(
  listener: (...args: Parameters<NonNullable<Parameters<typeof createServer>[1]>>) => unknown,
): Promise<{ origin: string }> {
  const server: Server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({
    close: () => new Promise((resolve) => server.close(resolve)).finally(() => server.closeAllConnections()),
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
