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

describe("a correct receiver passes all checks", () => {
  test("when it uses the receiver kit and sends its key to ENS", async () => {
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
    expect(resultOf(report, "verification")?.reason).toMatch(
      /^The receiver verified its callback .* at attempt [2-9]\.$/,
    );
  });

  test("when it uses the receiver kit and returns its keys at a URL", async () => {
    const pullToken = randomBytes(24).toString("hex");
    const probes = keepProbesInMemory();
    const receiver = createReceiver({ keys: key, handshake: false, probes, pullToken, enqueue() {} });
    const hooks = await started(startListener(toNodeListener(receiver)));
    for (const url of [hooks.url, `${hooks.url}/{callbackId}`]) {
      const report = await check(task(hooks.url, { pull: { url, token: pullToken }, only: ["verification"] }));
      expect(verdicts(report)).toEqual({ url: "pass", reach: "pass", verification: "pass" });
    }
  });

  test("when it does not use the receiver kit", async () => {
    const report = await checkHooks({ isAuthorized });
    expect(verdicts(report)).toEqual(RIGHT);
  });

  test("when it uses the key as text, like the check", async () => {
    const isSigned: Parts["isSigned"] = (raw, signature) =>
      signature === hmacOf(raw, Buffer.from(key).toString("base64"));
    const hooks = await started(startHooks({ key, isSigned }));
    const only = ["signed-batch-1", "bad-signature"];
    expect(withVerdict(await check(task(hooks.url, { only, keyForm: "text" })), "fail")).toEqual([]);
    const report = await check(task(hooks.url, { only }));
    expect(resultOf(report, "signed-batch-1")?.advice).toContain("Use --key-form text for the other checks.");
    expect(withVerdict(report, "skipped")).toEqual(["bad-signature"]);
  });
});

/** The check of an authorization server. */
const isAuthorized: Parts["isAuthorized"] = (header) => header === `Bearer ${TOKEN}`;
/** Bodies and signatures of earlier deliveries. */
const seen = new Set<string>();
const isRepeated = (given: unknown) => seen.size === seen.add(JSON.stringify(given)).size;
/** State of the receiver that keeps the data of a broken connection. */
let left = false;

/** Processes one delivery after another. */
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
  /** Checks that are skipped because of the failure. */
  readonly silent?: string[];
  readonly limits?: Partial<Limits>;
  /** The reason of the first failed check. */
  readonly says: RegExp;
}

/** Receivers with one common mistake each. */
const MISTAKES: readonly Mistake[] = [
  {
    mistake: "returns 202 for the verification request",
    parts: { probe: (_, response) => void response.writeHead(202).end() },
    failing: ["probe"],
    silent: ["verification"],
    says: /returned 202 after .*\. ENS requires exactly 200 within 5 s\.$/,
  },
  {
    mistake: "never responds to the verification request",
    parts: { probe: () => {} },
    failing: ["probe"],
    silent: ["verification"],
    limits: { probeMs: 200 },
    says: /had not sent a complete response after 2\d\d ms\. ENS requires exactly 200/,
  },
  {
    mistake: "redirects the verification request",
    parts: { probe: (_, response) => void response.writeHead(307, { location: "https://hooks.example.org/" }).end() },
    failing: ["probe", "redirect"],
    silent: ["verification"],
    says: /returned 307/,
  },
  {
    mistake: "sends the key before it responds to the verification request",
    parts: {
      probe: async (_, response, giveBack) => {
        await giveBack();
        response.writeHead(200).end();
      },
    },
    failing: ["probe"],
    silent: ["verification"],
    limits: { probeMs: 500 },
    says: /because it sent the key to ENS first\.$/,
  },
  {
    mistake: "sends the key once before it responds to the verification request",
    parts: {
      probe: async (_, response, giveBack) => {
        await giveBack();
        response.writeHead(200).end();
      },
      tries: () => false,
    },
    failing: ["verification"],
    says: /^The receiver sent the key before its response to the verification request\.$/,
  },
  {
    mistake: "does not retry after a 404",
    parts: { tries: () => false },
    failing: ["verification"],
    limits: { verificationMs: 1_000 },
    says: /: it gave up after the first 404\.$/,
  },
  {
    mistake: "ignores the key",
    parts: { probe: (_, response) => void response.writeHead(200).end() },
    failing: ["verification"],
    limits: { verificationMs: 300 },
    says: /: it sent no request to ENS\.$/,
  },
  {
    mistake: "accepts any signature",
    parts: { isSigned: (_, signature) => signature !== undefined },
    failing: ["bad-signature"],
    silent: ["tampered-body", "signature-of-parsed-body"],
    says: /returned 204 .* for a delivery signed with another key\.$/,
  },
  {
    mistake: "accepts a delivery without a signature",
    parts: { isSigned: (raw, signature) => signature === undefined || signature === hmacOf(raw, key) },
    failing: ["missing-signature"],
    says: /for a delivery without a signature\.$/,
  },
  {
    mistake: "computes the signature over JSON that it has serialized again",
    parts: { isSigned: (raw, signature) => signature === hmacOf(JSON.stringify(JSON.parse(raw.toString())), key) },
    failing: ["signature-of-parsed-body"],
    says: /returned 401/,
  },
  {
    mistake: "trusts a signature that it has verified before",
    parts: {
      isSigned: (raw, signature = "") => {
        const right = seen.has(signature) || signature === hmacOf(raw, key);
        if (right) seen.add(signature);
        return right;
      },
    },
    failing: ["signature-of-parsed-body"],
    says: /for a delivery serialized again, with the old signature\.$/,
  },
  {
    mistake: "accepts a body with one changed byte",
    parts: { isSigned: (raw, signature) => [raw, healed(raw)].some((text) => signature === hmacOf(text, key)) },
    failing: ["tampered-body"],
    silent: ["signature-of-parsed-body"],
    says: /for a delivery with one byte changed\.$/,
  },
  {
    mistake: "rejects duplicates",
    parts: { take: (given) => (isRepeated(given) ? 409 : 204) },
    failing: ["duplicate"],
    says: /returned 409/,
  },
  {
    mistake: "rejects unknown event types",
    parts: { take: (given) => (JSON.stringify(given).includes('"CheckEvents.') ? 400 : 204) },
    failing: ["unknown-event-type"],
    says: /returned 400/,
  },
  {
    mistake: "rejects bodies of more than 100 kB",
    parts: { largestBytes: 100_000 },
    failing: ["signed-batch-1000"],
    says: /returned 413/,
  },
  {
    mistake: "keeps the data of a broken connection",
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
    says: /^After a broken connection, the receiver returned 500/,
  },
  {
    mistake: "accepts any token",
    parts: { isAuthorized: () => true },
    failing: ["wrong-bearer"],
    says: /for a signed delivery with a wrong token\.$/,
  },
  {
    mistake: "returns 500 for a wrong token",
    parts: { isAuthorized: (header) => isAuthorized(header) || refuse() },
    failing: ["wrong-bearer"],
    says: /returned 500/,
  },
  {
    mistake: "processes one delivery after another",
    parts: { take: oneByOne(100) },
    failing: ["parallel"],
    limits: { deliveryMs: 2_000 },
    says: /^\d\d of 50 deliveries were not acknowledged within 2 s\. The slowest took 2(\.\d)? s\.$/,
  },
];

function healed(raw: Buffer): string {
  return raw.toString().replace('"mie":', '"mid":');
}

function refuse(): boolean {
  throw new Error("not caught");
}

describe("a receiver fails only the check of the rule that it breaks", () => {
  test.each(MISTAKES)("when it $mistake", async ({ parts, failing, silent = [], limits = {}, says }) => {
    const report = await checkHooks({ isAuthorized, ...parts }, limits);
    const changed = [...failing.map((id) => [id, "fail"]), ...silent.map((id) => [id, "skipped"])];
    expect(verdicts(report)).toEqual({ ...RIGHT, ...Object.fromEntries(changed) });
    for (const id of failing) expect(resultOf(report, id)?.advice).toMatch(/^[A-Z].*\.$/);
    expect(resultOf(report, failing[0] ?? "")?.reason).toMatch(says);
  });

  test("when it never responds to a forgery", async () => {
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

  test("with a warning when it rejects an event without an array", async () => {
    const report = await checkHooks({ isAuthorized, take: (given) => (Array.isArray(given) ? 204 : 400) });
    expect(verdicts(report)).toEqual({ ...RIGHT, "single-object": "warning" });
  });

  test("with warnings when it rejects forgeries with errors", async () => {
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
