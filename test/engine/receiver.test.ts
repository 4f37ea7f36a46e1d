import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openTerminal, type Terminal } from "../support/shell";

const ROOT = resolve(__dirname, "../..");
const key = randomBytes(32).toString("base64");
const body = JSON.stringify([{ eventCategoryType: "EngagementEvents.EmailOpen" }]);
const sign = (text: string) => createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");

let folder: string;
let receiver: Terminal | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "receiver-"));
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ orders: key }));
});
afterEach(() => receiver?.close());
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Nothing listens at these URLs. Without them, the receiver would report at its start that it cannot verify callbacks.
 */
const ENS = {
  ...{ ENS_REST_URL: "http://127.0.0.1:9", ENS_AUTH_URL: "http://127.0.0.1:9" },
  ...{ ENS_CLIENT_ID: "client", ENS_CLIENT_SECRET: "secret" },
};

/** Starts the example in a separate process. Resolves with its URL. */
async function start(settings: NodeJS.ProcessEnv): Promise<string> {
  const env = { ...process.env, ...ENS, PORT: "0", SIGNATURE_KEYS_FILE: join(folder, "keys.json"), ...settings };
  receiver = openTerminal("exec node examples/receiver/receiver.mts", { cwd: ROOT, env });
  const [, address] = await receiver.until(/listening on (.*)/);
  return `http://${address}/orders`;
}

const deliver = async (url: string, text: string, headers: Record<string, string>) =>
  (await fetch(url, { method: "POST", headers, body: text })).status;

/** Waits until the receiver has logged this number of lines since its start. It may log after its response. */
async function waitForLog(count: number): Promise<string[]> {
  await receiver?.until(new RegExp(`listening on.*\n(.*\n){${count}}`));
  return receiver?.printed().trimEnd().split("\n").slice(1) ?? [];
}

describe("the example receiver", () => {
  test("accepts events that are signed with its key, and rejects all others", async () => {
    const url = await start({ TOKEN_KEYS_URL: "" });
    expect(await deliver(url, body, { "x-sfmc-ens-signature": sign(body) })).toBe(204);
    expect(await deliver(url, `${body} `, { "x-sfmc-ens-signature": sign(body) })).toBe(401);
    expect(await deliver(url, body, {})).toBe(401);
    expect((await fetch(url)).status).toBe(405);
  });

  test("requires a token when an authorization server is configured", async () => {
    const url = await start({ TOKEN_KEYS_URL: "http://127.0.0.1:9/jwks" });
    const signed = { "x-sfmc-ens-signature": sign(body) };
    expect(await deliver(url, body, signed)).toBe(401);
    expect(await deliver(url, body, { ...signed, authorization: "Bearer null" })).toBe(401);
    const refused = [expect.stringContaining("the token is not valid: "), "rejected a delivery without a valid token"];
    expect(await waitForLog(4)).toEqual([...refused, ...refused]);
  });

  test("logs nothing that was sent without the key", async () => {
    const url = await start({ TOKEN_KEYS_URL: "" });
    await deliver(url, JSON.stringify([{ eventCategoryType: "x\ncallback 1 is verified" }]), {});
    expect(await waitForLog(1)).toEqual(["rejected a request without a valid signature"]);
  });

  test("does not let a verification request control the lines of its log", async () => {
    const url = await start({ TOKEN_KEYS_URL: "" });
    const probe = JSON.stringify({ callbackId: "1\ncallback 1 is verified", verificationKey: "x" });
    expect(await deliver(url, probe, {})).toBe(401);
    expect(await waitForLog(1)).toEqual(["rejected a request without a valid signature"]);
  });

  test("does not start with an invalid key, and does not print the key", async () => {
    const file = (text: string) => {
      const path = join(folder, "unfit.json");
      writeFileSync(path, text);
      return { SIGNATURE_KEYS_FILE: path, TOKEN_KEYS_URL: "" };
    };
    const refusal = (text: string) => start(file(text)).then(String, (error: Error) => error.message);
    const short = key.slice(0, 12);
    const bad = await refusal(JSON.stringify({ orders: key, news: short }));
    expect(bad).toContain("keys[1] decodes to 9 bytes");
    expect(await refusal('"[secret]"')).toContain('keys is "[secret]", which Pulumi prints');
    const unfit = await refusal(key);
    expect(unfit).toContain("SIGNATURE_KEYS_FILE names has no JSON of keys in it");
    expect(bad + unfit).not.toContain(short);
  });

  test("starts before a key exists, and accepts deliveries when the key exists", async () => {
    const path = join(folder, "later.json");
    const url = await start({ SIGNATURE_KEYS_FILE: path, TOKEN_KEYS_URL: "" });
    const signed = { "x-sfmc-ens-signature": sign(body) };
    expect(await deliver(url, body, signed)).toBe(503);
    writeFileSync(path, JSON.stringify({ orders: "" }));
    expect(await deliver(url, body, signed)).toBe(503);
    writeFileSync(path, "");
    expect(await deliver(url, body, signed)).toBe(503);
    writeFileSync(path, JSON.stringify({ orders: `${key}\n` }));
    expect(await deliver(url, body, signed)).toBe(204);
    expect((await waitForLog(1))[0]).toBe(
      "there is no signature key yet: ENS gets a 503 for a delivery, and repeats it",
    );
  });
});
