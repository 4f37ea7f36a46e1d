import { randomBytes } from "node:crypto";
import { createReceiver, keepProbesInMemory } from "pulumi-ens-receiver";
import { toNodeListener } from "pulumi-ens-receiver/node";
import type { Limits } from "../../provider/src/cli/check-receiver/limits";
import {
  check,
  checkHooks,
  key,
  RIGHT,
  resultOf,
  started,
  TOKEN,
  task,
  verdicts,
  withVerdict,
} from "../support/check-receiver";
import { hmacOf, type Parts, startHooks, startListener } from "../support/hooks";
import { quietPort } from "../support/port";

describe("receivers that are right pass all checks", () => {
  test("one that is made with the kit and verifies itself", async () => {
    const port = await quietPort();
    const url = `http://127.0.0.1:${port}`;
    const handshake = { restUrl: url, authUrl: url, clientId: "check-client", clientSecret: "check-secret" };
    const types = new Set<string>();
    const receiver = createReceiver({
      keys: key,
      handshake,
      authorize: (token) => token === TOKEN,
      enqueue(events) {
        for (const { eventCategoryType } of events) types.add(eventCategoryType);
      },
      onError: () => {},
    });
    const hooks = await started(startListener(toNodeListener(receiver)));
    const report = await check(task(hooks.url, { listen: port, token: TOKEN }));
    expect(verdicts(report)).toEqual(RIGHT);
    expect(types.size).toBe(37);
    expect(resultOf(report, "verification")?.reason).toMatch(/^The receiver gave the key back .* at try [2-9]\.$/);
  });

  test("one that is made with the kit and hands its keys out", async () => {
    const pullToken = randomBytes(24).toString("hex");
    const probes = keepProbesInMemory();
    const receiver = createReceiver({ keys: key, handshake: false, probes, pullToken, enqueue() {} });
    const hooks = await started(startListener(toNodeListener(receiver)));
    for (const url of [hooks.url, `${hooks.url}/{callbackId}`]) {
      const report = await check(task(hooks.url, { pull: { url, token: pullToken }, only: ["verification"] }));
      expect(verdicts(report)).toEqual({ url: "pass", reach: "pass", verification: "pass" });
    }
  });

  test("one without the kit", async () => {
    const report = await checkHooks({ isAuthorized });
    expect(verdicts(report)).toEqual(RIGHT);
  });

  test("one that uses the key as text, when the check does", async () => {
    const isSigned: Parts["isSigned"] = (raw, signature) =>
      signature === hmacOf(raw, Buffer.from(key).toString("base64"));
    const hooks = await started(startHooks({ key, isSigned }));
    const only = ["signed-batch-1", "bad-signature"];
    expect(withVerdict(await check(task(hooks.url, { only, keyForm: "text" })), "fail")).toEqual([]);
    const report = await check(task(hooks.url, { only }));
    expect(resultOf(report, "signed-batch-1")?.advice).toContain("--key-form text checks the rest");
    expect(withVerdict(report, "skipped")).toEqual(["bad-signature"]);
  });
});

/** What an authorization server would check. */
const isAuthorized: Parts["isAuthorized"] = (header) => header === `Bearer ${TOKEN}`;
/** Bodies and signatures that came before. */
const seen = new Set<string>();
const isRepeated = (given: unknown) => seen.size === seen.add(JSON.stringify(given)).size;
/** What "keeps what a broken connection has left" keeps. */
let left = false;

/** One delivery after another, as a program that sleeps while it works. */
function oneByOne(milliseconds: number): Parts["take"] {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setTimeout(resolve, milliseconds)));
    return last.then(() => 204);
  };
}

interface Mistake {
  readonly mistake: string;
  readonly parts: Partial<Parts>;
  readonly failing: string[];
  /** Checks that say nothing then. */
  readonly silent?: string[];
  readonly limits?: Partial<Limits>;
  /** What the report says of the first that fails. */
  readonly says: RegExp;
}

/** Each is wrong in one way, as somebody would write it. */
const MISTAKES: readonly Mistake[] = [
  {
    mistake: "answers the probe with 202",
    parts: { probe: (_, response) => void response.writeHead(202).end() },
    failing: ["probe"],
    silent: ["verification"],
    says: /answered 202 after .*, and ENS wants exactly 200 within 5 s\.$/,
  },
  {
    mistake: "never answers the probe",
    parts: { probe: () => {} },
    failing: ["probe"],
    silent: ["verification"],
    limits: { probeMs: 200 },
    says: /had sent no complete answer after 2\d\d ms, and ENS wants exactly 200/,
  },
  {
    mistake: "redirects the probe",
    parts: { probe: (_, response) => void response.writeHead(307, { location: "https://hooks.example.org/" }).end() },
    failing: ["probe", "redirect"],
    silent: ["verification"],
    says: /answered 307/,
  },
  {
    mistake: "gives the key back before it answers the probe",
    parts: {
      probe: async (_, response, giveBack) => {
        await giveBack();
        response.writeHead(200).end();
      },
    },
    failing: ["probe"],
    silent: ["verification"],
    limits: { probeMs: 500 },
    says: /because it gave the key back first\.$/,
  },
  {
    mistake: "tries once to give the key back before it answers the probe",
    parts: {
      probe: async (_, response, giveBack) => {
        await giveBack();
        response.writeHead(200).end();
      },
      tries: () => false,
    },
    failing: ["verification"],
    says: /^The receiver gave the key back before it had answered the probe\.$/,
  },
  {
    mistake: "does not try again after a 404",
    parts: { tries: () => false },
    failing: ["verification"],
    limits: { verificationMs: 1_000 },
    says: /: it gave up after the first 404\.$/,
  },
  {
    mistake: "drops the key",
    parts: { probe: (_, response) => void response.writeHead(200).end() },
    failing: ["verification"],
    limits: { verificationMs: 300 },
    says: /: it made no call\.$/,
  },
  {
    mistake: "accepts any signature",
    parts: { isSigned: (_, signature) => signature !== undefined },
    failing: ["bad-signature"],
    silent: ["tampered-body", "signature-of-parsed-body"],
    says: /answered 204 .* to a delivery signed by another key\.$/,
  },
  {
    mistake: "accepts a delivery without a signature",
    parts: { isSigned: (raw, signature) => signature === undefined || signature === hmacOf(raw, key) },
    failing: ["missing-signature"],
    says: /to a delivery without a signature\.$/,
  },
  {
    mistake: "checks the signature over JSON that it has written again",
    parts: { isSigned: (raw, signature) => signature === hmacOf(JSON.stringify(JSON.parse(raw.toString())), key) },
    failing: ["signature-of-parsed-body"],
    says: /answered 401/,
  },
  {
    mistake: "trusts a signature that it has seen",
    parts: {
      isSigned: (raw, signature = "") => {
        const right = seen.has(signature) || signature === hmacOf(raw, key);
        if (right) seen.add(signature);
        return right;
      },
    },
    failing: ["signature-of-parsed-body"],
    says: /to a delivery written again, with the old signature\.$/,
  },
  {
    mistake: "takes a body that has one other byte",
    parts: { isSigned: (raw, signature) => [raw, healed(raw)].some((text) => signature === hmacOf(text, key)) },
    failing: ["tampered-body"],
    silent: ["signature-of-parsed-body"],
    says: /to a delivery with one byte changed\.$/,
  },
  {
    mistake: "refuses duplicates",
    parts: { take: (given) => (isRepeated(given) ? 409 : 204) },
    failing: ["duplicate"],
    says: /answered 409/,
  },
  {
    mistake: "refuses unknown types",
    parts: { take: (given) => (JSON.stringify(given).includes('"CheckEvents.') ? 400 : 204) },
    failing: ["unknown-event-type"],
    says: /answered 400/,
  },
  {
    mistake: "refuses bodies of more than 100 kB",
    parts: { largestBytes: 100_000 },
    failing: ["signed-batch-1000"],
    says: /answered 413/,
  },
  {
    mistake: "keeps what a broken connection has left",
    parts: {
      brokenOff: () => {
        left = true;
      },
      take: () => {
        const was = left;
        left = false;
        return was ? 500 : 204;
      },
    },
    failing: ["slow-body"],
    says: /^After a connection that broke, the receiver answered 500/,
  },
  {
    mistake: "accepts any token",
    parts: { isAuthorized: () => true },
    failing: ["wrong-bearer"],
    says: /to a signed delivery with a wrong token\.$/,
  },
  {
    mistake: "answers a wrong token with an error",
    parts: { isAuthorized: (header) => isAuthorized(header) || refuse() },
    failing: ["wrong-bearer"],
    says: /answered 500/,
  },
  {
    mistake: "works on one delivery after another",
    parts: { take: oneByOne(100) },
    failing: ["parallel"],
    limits: { deliveryMs: 2_000 },
    says: /^\d\d of 50 deliveries were not acknowledged within 2 s; the slowest took 2(\.\d)? s\.$/,
  },
];

function healed(raw: Buffer): string {
  return raw.toString().replace('"mie":', '"mid":');
}

function refuse(): boolean {
  throw new Error("what nobody catches");
}

describe("a receiver fails at the rule that it breaks and at nothing else", () => {
  test.each(MISTAKES)("when it $mistake", async ({ parts, failing, silent = [], limits = {}, says }) => {
    const report = await checkHooks({ isAuthorized, ...parts }, limits);
    const changed = [...failing.map((id) => [id, "fail"]), ...silent.map((id) => [id, "skipped"])];
    expect(verdicts(report)).toEqual({ ...RIGHT, ...Object.fromEntries(changed) });
    for (const id of failing) expect(resultOf(report, id)?.advice).toMatch(/^[A-Z].*\.$/);
    expect(resultOf(report, failing[0] ?? "")?.reason).toMatch(says);
  });

  test("when it never answers a forgery", async () => {
    const deaf = startListener(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const signature = request.headers["x-sfmc-ens-signature"];
      if (signature === hmacOf(Buffer.concat(chunks), key)) response.writeHead(204).end();
    });
    const { url } = await started(deaf);
    const only = ["signed-batch-1", "bad-signature", "missing-signature"];
    const report = await check(task(url, { only }), { deliveryMs: 300 });
    expect(withVerdict(report, "fail")).toEqual(["bad-signature", "missing-signature"]);
  });

  test("when it refuses an event without an array, as a warning", async () => {
    const report = await checkHooks({ isAuthorized, take: (given) => (Array.isArray(given) ? 204 : 400) });
    expect(verdicts(report)).toEqual({ ...RIGHT, "single-object": "warning" });
  });

  test("when it refuses forgeries by errors, as a warning", async () => {
    const isSigned: Parts["isSigned"] = (raw, signature) => signature === hmacOf(raw, key) || refuse();
    const report = await checkHooks({ isAuthorized, isSigned });
    expect(withVerdict(report, "warning")).toEqual([
      "bad-signature",
      "missing-signature",
      "tampered-body",
      "signature-of-parsed-body",
    ]);
    expect(withVerdict(report, "fail")).toEqual([]);
  });
});
