import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import { subscription } from "../../provider/src/kinds/subscription";
import type { Run } from "../../provider/src/run/run";
import { checked, differenceOf, instantClock, lifecycleOf, ownerOf, runOf } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";
import { type ScriptedServer, startScripted } from "../support/scripted";

// Any input may be a secret in a program. Every input contains a marker, and no message may contain it, whatever ENS,
// a program or the file system returns. Messages show names, ids, numbers, and words of which only some are possible.

const MARKER = "m4rk3r-s3cr3t";
const SENT = "TransactionalSendEvents.EmailSent";
const url = `https://hooks.example.org/${MARKER}`;
const scheme = {
  grantType: "password",
  authUrl: `https://login.example.org/${MARKER}?key=${MARKER}`,
  clientId: `${MARKER}-client`,
  clientSecret: `${MARKER}-secret`,
  username: `${MARKER}-user`,
  password: `${MARKER}-password`,
  scope: `${MARKER}-scope`,
};
const orders = { owner: ownerOf("orders"), url };
const sent = {
  owner: ownerOf("sent"),
  callbackId: "5f3c0000-0000-4000-8000-000000000001",
  eventCategoryTypes: [`Invented.${MARKER}`, SENT],
  filters: { [`${MARKER}-key`]: `${MARKER}-value`, definitionKey: `${MARKER}(?=x)` },
  statusReason: `${MARKER}-reason`,
};

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), `${MARKER}-`));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const running = (simulator: Pick<Simulator, "restUrl" | "authUrl">): Run =>
  runOf(simulator, instantClock(), said, { report: (line) => void said.push(line) });

/** Returns all reported lines and messages of failures. There must be some. */
async function messagesOf(...work: (() => Promise<unknown>)[]): Promise<string[]> {
  for (const each of work) {
    await each().then(
      () => undefined,
      (error: Error) => said.push(error.message),
    );
  }
  expect(said.length).toBeGreaterThan(0);
  return said;
}

const expectClean = (lines: readonly string[]) => {
  for (const line of lines) expect(line).not.toContain(MARKER);
};

const WRONG: readonly [kind: unknown, good: object, property: string, value: unknown][] = [
  ...Object.entries({ authUrl: MARKER, clientId: [MARKER], username: [MARKER], scope: [MARKER] }).map(
    ([property, value]) => [authScheme, scheme, property, value] as [unknown, object, string, unknown],
  ),
  [authScheme, scheme, "authUrl", `${MARKER}://login`],
  [authScheme, scheme, "authUrl", `https://user:${MARKER}@login.example.org`],
  [callback, orders, "url", `${url}?key=${MARKER}`],
  [callback, orders, "url", `https://hooks.example.org:8443/${MARKER}`],
  [callback, orders, "url", `http://hooks.example.org/${MARKER}`],
  [callback, orders, "url", `https://hooks.example.org/${MARKER} ${MARKER}`],
  [callback, orders, "verification", MARKER],
  [callback, orders, "verification", { timeout: MARKER }],
  [callback, orders, "verification", { strategy: "pull", url: MARKER }],
  [callback, orders, "verification", { strategy: "command", command: MARKER }],
  [callback, orders, "verification", { strategy: "manual", verificationKey: `${MARKER} ${MARKER}` }],
  [callback, orders, "verification", { strategy: "manual", verificationKey: `{"key":"${MARKER}"}` }],
  [callback, orders, "verification", { strategy: "listener", port: MARKER }],
  [callback, orders, "signatureKeySink", MARKER],
  [callback, orders, "signatureKeySink", { file: MARKER, command: [MARKER] }],
  [callback, orders, "maxBatchSize", MARKER],
  [subscription, sent, "eventCategoryTypes", [MARKER]],
  [subscription, sent, "eventCategoryTypes", MARKER],
  [subscription, sent, "filters", [MARKER]],
  [subscription, sent, "filters", [` definitionKey=${MARKER}`]],
  [subscription, sent, "filters", { definitionKey: [MARKER] }],
  [subscription, sent, "filters", { definitionKey: `${MARKER}\n` }],
];

test.each(WRONG)("a message does not repeat a rejected input, %#", (kind, good, property, value) => {
  const { failures } = checked(kind, { ...good, [property]: value });
  expect(failures.length).toBeGreaterThan(0);
  expectClean(failures.map((failure) => `${failure.property} ${failure.reason}`));
});

test("warnings and labels repeat no input, including warnings before a replacement", () => {
  const { warnings, failures } = checked(subscription, sent);
  expect(failures).toEqual([]);
  expect(warnings).toHaveLength(3);
  expectClean(warnings);
  expectClean(checked(authScheme, { ...scheme, clientSecret: `${MARKER}\n` }).warnings);
  const state = { ...orders, callbackId: "a", callbackName: "orders", status: "verified", verifiedAt: "2026-01-01" };
  expectClean([String(differenceOf(callback, state, { ...orders, url: `${url}-other` }).warning)]);
  for (const [kind, inputs] of [
    [callback, orders],
    [authScheme, scheme],
    [subscription, sent],
  ] as const) {
    expectClean([(kind as { label(inputs: object): string }).label(inputs)]);
  }
});

describe("an ENS that repeats everything that it receives", () => {
  let echo: ScriptedServer;
  let run: Run;
  beforeEach(async () => {
    echo = await startScripted(
      () => [],
      ({ method, path, body }, response) => {
        if (path.endsWith("/v2/token")) {
          response.writeHead(200, { "content-type": "application/json" }).end('{"access_token":"t","expires_in":1000}');
          return true;
        }
        if (method === "GET") return false;
        const [element] = [JSON.parse(body || "{}")].flat() as [Record<string, unknown>];
        const words = Object.entries(element).map(([key, value]) => `${key} '${[value].flat().join("', '")}' is wrong`);
        const paths = [element.url, element.authUrl].flatMap((each) => (each ? [new URL(String(each)).pathname] : []));
        // A service may repeat only a part of a filter.
        const filters = [element.filters ?? []].flat().map((filter) => String(filter).replace("=", " and "));
        const message = `Could not use ${body}: ${[...words, ...paths, ...filters].join("; ")}`;
        response
          .writeHead(400, { "content-type": "application/json" })
          .end(JSON.stringify({ message, errorcode: 10005 }));
        return true;
      },
    );
    const address = `http://${echo.address}`;
    run = running({ restUrl: address, authUrl: address });
  });
  afterEach(async () => {
    await run.close();
    await echo.close();
  });

  test("does not bring a secret into a message", async () => {
    const { inputs: _, ...known } = { inputs: 0, callbackName: "orders", callbackId: "a", status: "verified" };
    const state = {
      ...orders,
      ...known,
      maxBatchSize: 500,
      verifiedAt: "2026-01-01",
      signatureKey: "key",
      signatureKeyVersion: 1,
    };
    const old = {
      ...sent,
      subscriptionId: "s",
      subscriptionName: "old",
      filters: ["definitionKey=a"],
      status: "active",
    };
    const lines = await messagesOf(
      () => lifecycleOf(authScheme, run).up(scheme),
      () => lifecycleOf(authScheme, run).up(scheme, { id: "a", state: { ...scheme, authId: "a", scope: "other" } }),
      () => lifecycleOf(callback, run).up({ ...orders, authId: "scheme" }),
      () => lifecycleOf(callback, run).up({ ...orders, callbackName: "orders", maxBatchSize: 700 }, { id: "a", state }),
      () => lifecycleOf(callback, run).remove({ id: "a", state }),
      () => lifecycleOf(subscription, run).up(sent),
      () => lifecycleOf(subscription, run).up({ ...sent, subscriptionName: "old" }, { id: "s", state: old }),
    );
    expect(lines.filter((line) => line.includes("returned 400")).length).toBeGreaterThan(4);
    expectClean(lines);
  });
});

describe("a callback that is not verified", () => {
  let simulator: Simulator;
  let receiver: Receiver;
  let run: Run;
  beforeEach(async () => {
    receiver = await startReceiver();
    receiver.verifies = false;
    simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
    run = running(simulator);
  });
  afterEach(async () => {
    await run.close();
    await simulator.close();
    await receiver.close();
  });

  test.each([
    ["receiver", () => ({ timeout: "1m" })],
    [
      "pull",
      () => ({ strategy: "pull", url: `http://127.0.0.1:9/${MARKER}?a=${MARKER}`, bearerToken: MARKER, timeout: "1m" }),
    ],
    ["file", () => ({ strategy: "file", path: join(folder, "probe.json"), timeout: "1m" })],
    ["a folder as file", () => ({ strategy: "file", path: folder, timeout: "1m" })],
    ["command", () => ({ strategy: "command", command: [join(folder, "missing"), MARKER], timeout: "1m" })],
    [
      "a command that prints its arguments",
      () => ({
        strategy: "command",
        command: [process.execPath, "-e", "throw process.argv[1]", MARKER],
        timeout: "1m",
      }),
    ],
    ["listener", () => ({ strategy: "listener", port: 18_473, timeout: "1m" })],
    ["manual", () => ({ strategy: "manual" })],
    ["a wrong key by hand", () => ({ strategy: "manual", verificationKey: MARKER })],
  ])("because of %s has a message that names the property instead", async (_name, verification) => {
    const lines = await messagesOf(() => lifecycleOf(callback, run).up({ ...orders, verification: verification() }));
    expect(lines.some((line) => line.includes("is not verified"))).toBe(true);
    expectClean(lines);
  });

  test("a failed key sink, a failed preflight, a failed verification request and a used URL", async () => {
    const sinks = [
      { file: join(folder, "no", "key") },
      { command: [process.execPath, "-e", "throw process.argv[1]", MARKER] },
    ];
    writeFileSync(join(folder, "no"), "");
    const lines = await messagesOf(
      ...sinks.map((signatureKeySink) => () => lifecycleOf(callback, run).up({ ...orders, signatureKeySink })),
      () => lifecycleOf(callback, run).up({ ...orders, url: `https://nowhere.example.org/${MARKER}`, preflight: true }),
      async () => {
        receiver.probeStatus = 503;
        await lifecycleOf(callback, run).up(orders);
      },
      async () => {
        const taken = `${url}-taken`;
        await simulator.admin.add("callbacks", { callbackName: "theirs", url: taken, status: "verified" });
        await lifecycleOf(callback, run).up({ ...orders, url: taken });
      },
    );
    expect(lines.some((line) => line.includes("signatureKeySink.file: "))).toBe(true);
    expect(lines.some((line) => line.includes("the preflight of https://nowhere.example.org failed"))).toBe(true);
    expect(lines.some((line) => line.includes("already exists at https://hooks.example.org"))).toBe(true);
    expectClean(lines);
  });
});
