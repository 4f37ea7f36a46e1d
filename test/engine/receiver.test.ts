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

/** Nobody listens there. Without any, the receiver would say at its start that it cannot verify callbacks. */
const ENS = {
  ...{ ENS_REST_URL: "http://127.0.0.1:9", ENS_AUTH_URL: "http://127.0.0.1:9" },
  ...{ ENS_CLIENT_ID: "client", ENS_CLIENT_SECRET: "secret" },
};

/** The example, as a process of its own; resolves with its address. */
async function start(settings: NodeJS.ProcessEnv): Promise<string> {
  const env = { ...process.env, ...ENS, PORT: "0", SIGNATURE_KEYS_FILE: join(folder, "keys.json"), ...settings };
  receiver = openTerminal("exec node examples/receiver/receiver.mts", { cwd: ROOT, env });
  const [, address] = await receiver.until(/listening on (.*)/);
  return `http://${address}/orders`;
}

const deliver = async (url: string, text: string, headers: Record<string, string>) =>
  (await fetch(url, { method: "POST", headers, body: text })).status;

/** What it has logged since it listens, when it has logged so many lines; it may log after its answer. */
async function logged(count: number): Promise<string[]> {
  await receiver?.until(new RegExp(`listening on.*\n(.*\n){${count}}`));
  return receiver?.printed().trimEnd().split("\n").slice(1) ?? [];
}

describe("the example receiver", () => {
  test("takes what is signed with its key and nothing else", async () => {
    const url = await start({ TOKEN_KEYS_URL: "" });
    expect(await deliver(url, body, { "x-sfmc-ens-signature": sign(body) })).toBe(204);
    expect(await deliver(url, `${body} `, { "x-sfmc-ens-signature": sign(body) })).toBe(401);
    expect(await deliver(url, body, {})).toBe(401);
    expect((await fetch(url)).status).toBe(405);
  });

  test("asks for a token where it knows an authorization server", async () => {
    const url = await start({ TOKEN_KEYS_URL: "http://127.0.0.1:9/jwks" });
    const signed = { "x-sfmc-ens-signature": sign(body) };
    expect(await deliver(url, body, signed)).toBe(401);
    expect(await deliver(url, body, { ...signed, authorization: "Bearer null" })).toBe(401);
    const refused = [expect.stringContaining("the token is not valid: "), "rejected a delivery without a valid token"];
    expect(await logged(4)).toEqual([...refused, ...refused]);
  });

  test("writes nothing into its log that somebody without the key has sent", async () => {
    const url = await start({ TOKEN_KEYS_URL: "" });
    await deliver(url, JSON.stringify([{ eventCategoryType: "x\ncallback 1 is verified" }]), {});
    expect(await logged(1)).toEqual(["rejected a request without a valid signature"]);
  });

  test("writes no line of its log as somebody who posts a probe wants it", async () => {
    const url = await start({ TOKEN_KEYS_URL: "" });
    const probe = JSON.stringify({ callbackId: "1\ncallback 1 is verified", verificationKey: "x" });
    expect(await deliver(url, probe, {})).toBe(401);
    expect(await logged(1)).toEqual(["rejected a request without a valid signature"]);
  });

  test("does not start with a key that cannot be right, and does not repeat the key", async () => {
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

  test("starts before there is a key, and takes deliveries as soon as there is one", async () => {
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
    expect((await logged(1))[0]).toBe("there is no signature key yet: ENS gets a 503 for a delivery, and repeats it");
  });
});
