import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateFor, type Simulator, startSimulator } from "pulumi-ens-simulator";
import { doctor } from "../../provider/src/cli/doctor/index";
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
  [["--only", "tokens"], '--only names no group of checks with "tokens"; token may be meant'],
  [
    ["--skip", "everything"],
    "the groups are settings, token, clock, business-unit, permissions, receivers, callbacks, key",
  ],
  [["--only", "key", "--skip", "key"], "--only and --skip leave no check"],
  [["--ca-file", "/dev/null"], "the file that --ca-file names is empty"],
  [["settings"], "this command takes no arguments besides its options, and 1 were given"],
])("%j is told without a call", async (args, message) => {
  const ran = await visits(args);
  expect(ran).toMatchObject({ code: 2, printed: "" });
  expect(ran.noted).toContain(message);
  expect(await simulator.admin.journal()).toEqual([]);
});

describe("settings", () => {
  test("each one has a line that says where it comes from, and no secret", async () => {
    const secret = file(`${CLIENT_SECRET}\n`);
    const { checks } = await report("settings", {
      ENS_CLIENT_SECRET: "",
      ENS_CLIENT_SECRET_FILE: secret,
      ENS_ACCOUNT_ID: "7000002",
    });
    const lines = Object.fromEntries(checks.map(({ subject, status, reason }) => [subject, `${status}: ${reason}`]));
    expect(lines).toMatchObject({
      ENS_CLIENT_ID: "ok: From the variable.",
      ENS_CLIENT_SECRET: "ok: From the file that ENS_CLIENT_SECRET_FILE names.",
      ENS_ACCOUNT_ID: 'ok: From the variable: "7000002".',
      ENS_SUBDOMAIN: "skipped: Not set, which is fine.",
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
    ["missing, with half an address", { ENS_AUTH_URL: "" }, "ENS_SUBDOMAIN", /ens:subdomain is not set/],
    ["malformed", { ENS_ACCOUNT_ID: "shop" }, "ENS_ACCOUNT_ID", /give the business unit's MID/],
    ["a time without a unit", { ENS_ACTIVATION_WAIT: "5" }, "ENS_ACTIVATION_WAIT", /give a time up to "10m"/],
    ["an unknown word", { ENS_AUTH_SCHEME_SHAPE: "list" }, "ENS_AUTH_SCHEME_SHAPE", /unknown word "list"/],
    [
      "masked by Pulumi",
      { ENS_CLIENT_SECRET: "[secret]" },
      "ENS_CLIENT_SECRET",
      /which Pulumi prints in place of a secret/,
    ],
    [
      "in a file that is not there",
      { ENS_CLIENT_ID: "", ENS_CLIENT_ID_FILE: "/nowhere" },
      "ENS_CLIENT_ID",
      /annot read the file that ENS_CLIENT_ID_FILE names: .*ENOENT/,
    ],
    ["an address in clear", { ENS_REST_URL: "http://rest.example.org" }, "ENS_REST_URL", /must start with https/],
  ])("a setting that is %s fails, and nothing is asked of ENS", async (_, env, subject, reason) => {
    const found = await report("settings,token", env);
    expect(withStatus(found, "failed")).toMatchObject([
      { subject, reason: expect.stringMatching(reason), advice: expect.any(String) },
    ]);
    expect(withStatus(found, "skipped")).toContainEqual({
      group: "token",
      subject: "token",
      status: "skipped",
      reason: "It needs settings, which failed.",
    });
    expect(await simulator.admin.journal()).toEqual([]);
    expect(JSON.stringify(found)).not.toContain(CLIENT_SECRET);
  });

  test.each<[string, NodeJS.ProcessEnv, string, RegExp]>([
    [
      "unusual",
      { ENS_SUBDOMAIN: "shop", ENS_AUTH_URL: "" },
      "ENS_SUBDOMAIN",
      /is unusual: it has 4 characters, and most have 28/,
    ],
    ["without effect", { ENS_SUBDOMAIN: "shop" }, "ENS_SUBDOMAIN", /has no effect/],
    [
      "given twice",
      { ENS_CLIENT_ID_FILE: "/nowhere" },
      "ENS_CLIENT_ID",
      /ENS_CLIENT_ID_FILE is set, too, and is not read/,
    ],
    ["misspelt", { ENS_ACOUNT_ID: "1" }, "environment", /ENS_ACOUNT_ID is no setting; perhaps ENS_ACCOUNT_ID is meant/],
  ])("a setting that is %s is a warning", async (_, env, subject, reason) => {
    const found = await report("settings", env);
    expect(withStatus(found, "warning")).toMatchObject([{ subject, reason: expect.stringMatching(reason) }]);
    expect(found.exitCode).toBe(0);
  });
});

describe("token", () => {
  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    [
      "a wrong client id",
      { ENS_CLIENT_ID: "somebody" },
      /^Check ENS_CLIENT_ID: ENS does not know it in this tenant\.$/,
    ],
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
      "a host that is not there",
      { ENS_AUTH_URL: "https://nowhere.invalid" },
      /^Check ENS_AUTH_URL: no host is known by that name/,
    ],
    [
      "a subdomain that is not there",
      { ENS_AUTH_URL: "", ENS_SUBDOMAIN: "mc-no-such-tenant-0000000000" },
      /^Check ENS_SUBDOMAIN: no host is known by that name/,
    ],
    [
      "a port where nobody listens",
      { ENS_AUTH_URL: "http://127.0.0.1:9" },
      /^Check ENS_AUTH_URL, the network and HTTPS_PROXY/,
    ],
  ])("%s fails, names the setting, and skips what needs a token", async (_, env, advice) => {
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
      Array(5).fill("It needs token, which failed."),
    );
    expect(JSON.stringify(found)).not.toMatch(/secret-marker/);
  });

  test("a disabled package, an answer of somebody else, and a tenant that differs", async () => {
    await simulator.admin.changePackage("sim-client", { disabled: true });
    expect(withStatus(await report("token"), "failed")).toMatchObject([
      { advice: expect.stringContaining("installed, enabled") },
    ]);
    const { origin } = await serve((_, response) => response.writeHead(404).end("<html>"));
    expect(withStatus(await report("token", { ENS_AUTH_URL: origin }), "failed")).toMatchObject([
      { advice: `Check ENS_AUTH_URL: there is no token endpoint at that address.` },
    ]);
  });
});

test.each([
  [10 * 60_000, "failed", "The clock of this machine is 600 s fast."],
  [-10 * 60_000, "failed", "The clock of this machine is 600 s slow."],
  [2 * 60_000, "warning", "The clock of this machine is 120 s fast."],
  [0, "ok", "The clock of this machine is right to 1 s."],
])("a clock that is %d ms off is %s", async (off, status, reason) => {
  const clock = { ...instantClock(), now: () => Date.now() + off };
  const { checks } = await report("clock", {}, [], clock);
  expect(checks).toMatchObject([
    { subject: "clock", status, reason: expect.stringMatching(reason.replace(/\d+ s (fast|slow)/, "\\d+ s $1")) },
  ]);
});

describe("business unit", () => {
  test("one that is not the expected one fails, and its objects are not looked at", async () => {
    await simulator.admin.clearJournal();
    const found = await report("business-unit,permissions,callbacks", { ENS_EXPECT_ACCOUNT_ID: "7000003" });
    expect(withStatus(found, "failed")).toMatchObject([
      {
        subject: "business unit",
        reason: expect.stringContaining("this is business unit 7000002, and ens:expectAccountId is 7000003"),
      },
    ]);
    expect(withStatus(found, "skipped")).toHaveLength(2);
    expect((await simulator.admin.journal({ client: "rest" })).map(({ path }) => path)).toEqual([
      "/platform/v1/tokenContext",
    ]);
  });

  test("the right one is named, and one that ENS does not tell is a warning", async () => {
    expect(
      (await report("business-unit", { ENS_ACCOUNT_ID: "7000003", ENS_EXPECT_ACCOUNT_ID: "7000003" })).checks,
    ).toMatchObject([{ status: "ok", reason: "The token is for business unit 7000003." }]);
    await simulator.admin.faults([{ kind: "status", status: 404, path: "/platform/v1/tokenContext", times: 9 }]);
    expect((await report("business-unit", { ENS_ACCOUNT_ID: "7000003" })).checks).toMatchObject([
      { status: "warning", advice: expect.stringContaining("business unit 7000003 in Setup") },
    ]);
    await simulator.admin.faults([{ kind: "reset", path: "/platform/v1/tokenContext", times: 9 }]);
    expect((await report("business-unit")).checks).toMatchObject([
      { status: "failed", reason: expect.stringContaining("could not be asked") },
    ]);
  });

  test("a token for another one than was asked for fails", async () => {
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
      { status: "failed", reason: "The token is for business unit 7000009, and ENS_ACCOUNT_ID is 7000002." },
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
  /** The token endpoint of an ENS that does not say which permissions a token has. */
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
          [scope, "told"],
          [scope, "tried"],
        ] as const,
    ),
  )("without %s (%s), it alone fails, with what it rules out", async (scope, how) => {
    await limitTo(...SCOPES.filter((each) => each !== scope));
    const found = await report("permissions", how === "told" ? {} : { ENS_AUTH_URL: await silentEndpoint() });
    expect(withStatus(found, "failed")).toMatchObject([
      {
        subject: scope,
        reason: expect.stringMatching(/^The installed package lacks it, and that rules out /),
        advice: expect.stringContaining("5 minutes"),
      },
    ]);
    expect(withStatus(found, "ok").map(({ subject }) => subject)).toEqual(SCOPES.filter((each) => each !== scope));
  });

  test.each(["401", "403"] as const)(
    "tried permissions change nothing, where ENS refuses with %s",
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

  test("--read-only expects the permissions to read, and no others", async () => {
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

  test("what cannot be read for want of a permission is skipped, and what fails for another reason fails", async () => {
    await made("orders");
    await limitTo("event_notification_callback_read");
    expect((await report("callbacks")).checks).toMatchObject([
      { status: "skipped", reason: expect.stringContaining("returned 403") },
    ]);
    await simulator.admin.faults([{ kind: "html", path: "/platform/v1/ens-callbacks", times: 20 }]);
    expect((await report("callbacks")).checks).toMatchObject([
      { status: "failed", reason: expect.stringContaining("It could not be checked: GET") },
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

  test("one with a trusted certificate is ok, and gets no request", async () => {
    const { hooks, ca } = await started("localhost");
    await made("a", { url: hooks.url });
    await made("b", { url: `${hooks.url}/b` });
    expect((await report("receivers", {}, ["--ca-file", ca])).checks).toMatchObject([
      {
        status: "ok",
        subject: new URL(hooks.url).host,
        reason: expect.stringMatching(
          /of 2 callbacks \(a, b\) speaks TLSv1\.3; its certificate holds (29|30) more days/,
        ),
      },
    ]);
    expect(hooks.received).toEqual([]);
  });

  test("a certificate that nobody trusts, one of another host, and one that ends soon", async () => {
    const { hooks, ca } = await started("localhost");
    const id = await made("a", { url: hooks.url });
    expect((await report("receivers")).checks).toMatchObject([
      { status: "failed", reason: expect.stringMatching(/TLS handshake .* fails: .*(SELF|self-signed)/) },
    ]);
    const late = { ...instantClock(), now: () => Date.now() + 17 * 86_400_000 };
    expect((await report("receivers", {}, ["--ca-file", ca], late)).checks).toMatchObject([
      { status: "failed", reason: expect.stringMatching(/holds 1[23] more days only/) },
    ]);
    const other = await started("hooks.example.org");
    await simulator.admin.patch("callbacks", id, { url: other.hooks.url });
    expect((await report("receivers", {}, ["--ca-file", other.ca])).checks).toMatchObject([
      { status: "failed", advice: "Use a certificate that names this host." },
    ]);
  });

  test("a host that is not there, one where nobody listens, and plain http", async () => {
    await made("a", { url: "https://nowhere.invalid/path-marker" });
    await made("b", { url: "https://localhost:9/b" });
    await made("c", { url: "http://localhost:9/c" });
    const found = await report("receivers");
    expect(found.checks).toMatchObject([
      {
        status: "failed",
        subject: "nowhere.invalid",
        advice: "Check the host in the callback's url, and its DNS record.",
      },
      { status: "failed", subject: "localhost:9", advice: expect.stringContaining("firewall") },
      { status: "warning", reason: expect.stringContaining("plain http") },
    ]);
    expect(JSON.stringify(found)).not.toContain("path-marker");
    const proxied = await report("receivers", { HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "*" });
    expect(proxied.checks[0]).toMatchObject({ status: "warning", advice: expect.stringContaining("uses a proxy") });
  });
});

describe("callbacks", () => {
  test("subscriptions on callbacks that are not verified fail; callbacks without subscriptions are warnings", async () => {
    await subscribed(await made("good"), "s1");
    await subscribed(await made("open", { status: "unverified" }), "s2");
    await subscribed(await made("broken", { status: "suspended", statusReason: "too slow" }), "s3");
    await made("idle");
    await made("fresh", { status: "unverified" });
    await made("shop-0123456789ab-pending", { status: "unverified" });
    const found = await report("callbacks");
    const lines = found.checks.map(({ subject, status, advice = "" }) => [subject, status, advice.slice(0, 20)]);
    expect(lines).toEqual([
      ["broken", "failed", "Repair its receiver,"],
      ["fresh", "warning", "Give its key to ENS:"],
      ["idle", "warning", "Delete it when it is"],
      ["open", "failed", "Give its key to ENS:"],
      ["shop-0123456789ab-pending", "warning", "A `pulumi up` is mak"],
      ["callbacks", "ok", ""],
    ]);
    expect(found.checks[0]?.reason).toMatch(
      /^ENS calls callback .* suspended \(too slow\): 1 subscription without events\.$/,
    );
  });

  test("a unit of thirty: a report for a person, without any secret", async () => {
    await fillUnit(simulator);
    const ran = await visits(["--skip", "receivers"]);
    expect(ran.code).toBe(1);
    expect(ran.printed).toMatch(/^callbacks: which callbacks get nothing$/m);
    expect(ran.printed.match(/^failed {3}shop-\d\d/gm)).toHaveLength(6);
    expect(ran.printed).toMatch(/\n16 ok, 3 warnings, 6 failed, 6 skipped\n$/);
    expect(ran.progresses).toContain("subscriptions of 30 of 30 callbacks");
    for (const secret of [...(await secretsOf(simulator)), "path-marker"])
      expect(ran.printed + ran.noted).not.toContain(secret);
    expect((await simulator.admin.journal({ client: "auth" })).length).toBe(1);
  });

  test("an empty business unit has nothing to check", async () => {
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
      /has 24 bytes, and all known keys of ENS have 32/,
    ],
    ["Pulumi's mask", "[secret]", "failed", /which Pulumi prints in place of a secret/],
    ["hex digits", "ab".repeat(33), "failed", /base64/],
    ["nothing", "", "failed", /is empty/],
  ])("%s is judged, without a word of it", async (_, text, status, reason) => {
    const found = await report("key", {}, ["--key-file", file(text)]);
    expect(found.checks).toMatchObject([{ subject: "signature key", status, reason: expect.stringMatching(reason) }]);
    expect(JSON.stringify(found)).not.toContain(key);
    expect(await simulator.admin.journal()).toEqual([]);
  });

  test("a file that is not there fails, and none is skipped", async () => {
    expect((await report("key", {}, ["--key-file", "/nowhere"])).checks).toMatchObject([
      { status: "failed", reason: expect.stringContaining("ENOENT") },
    ]);
    expect((await report("key")).checks).toMatchObject([{ status: "skipped" }]);
  });
});

/** A server that answers as told. */
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
