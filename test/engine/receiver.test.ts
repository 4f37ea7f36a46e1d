import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const ROOT = resolve(__dirname, "../..");
const key = randomBytes(32).toString("base64");
const body = JSON.stringify([{ eventCategoryType: "EngagementEvents.EmailOpen" }]);
const sign = (text: string) => createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");

let folder: string;
let child: ChildProcess | undefined;
const lines: string[] = [];
/** What it writes to its standard error. */
let errors = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "receiver-"));
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ orders: key }));
});
afterEach(async () => {
  // What it has written may still be on its way.
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    const closed = new Promise((done) => child?.once("close", done));
    child.kill();
    await closed;
  }
  lines.length = 0;
  errors = "";
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The example, as a process of its own; resolves with its address. */
function start(settings: NodeJS.ProcessEnv): Promise<string> {
  const env = { ...process.env, PORT: "0", SIGNATURE_KEYS_FILE: join(folder, "keys.json"), ...settings };
  const started = spawn("node", ["examples/receiver/main.ts"], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = started;
  started.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return new Promise((done, failed) => {
    createInterface({ input: started.stdout }).on("line", (line) => {
      lines.push(line);
      const address = /^listening on (.*)/.exec(line)?.[1];
      if (address !== undefined) done(`http://${address}/orders`);
    });
    started.once("close", (code) => failed(new Error(`it ended with ${code}: ${errors}`)));
  });
}

const deliver = async (url: string, text: string, headers: Record<string, string>) =>
  (await fetch(url, { method: "POST", headers, body: text })).status;

/** What it has logged since it listens; it may log after its answer. */
async function logged(count: number): Promise<string[]> {
  while (lines.length < count + 1) await new Promise((resolve) => setTimeout(resolve, 10));
  return lines.slice(1);
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
    expect((await logged(2)).map((line) => line.split(", ").slice(1).join(", "))).toEqual([
      "signature valid, bearer token missing",
      expect.stringContaining("signature valid, bearer token not valid: "),
    ]);
  });

  test("writes nothing into its log that somebody without the key has sent", async () => {
    const url = await start({ TOKEN_KEYS_URL: "" });
    await deliver(url, JSON.stringify([{ eventCategoryType: "x\ncallback 1 is verified" }]), {});
    expect(await logged(1)).toEqual(["/orders: something, signature not valid, bearer token not looked at"]);
  });

  test("writes no line of its log as somebody who posts a probe wants it", async () => {
    const url = await start({ TOKEN_KEYS_URL: "" });
    const probe = JSON.stringify({ callbackId: "1\ncallback 1 is verified", verificationKey: "x" });
    expect(await deliver(url, probe, {})).toBe(401);
    expect(await logged(1)).toEqual(["/orders: something, signature not valid, bearer token not looked at"]);
    expect(errors).toBe("");
  });

  test("does not start with a key that cannot be right, and does not repeat the key", async () => {
    const file = (text: string) => {
      const path = join(folder, "unfit.json");
      writeFileSync(path, text);
      return { SIGNATURE_KEYS_FILE: path, TOKEN_KEYS_URL: "" };
    };
    const short = key.slice(0, 12);
    await expect(start(file(JSON.stringify({ orders: key, news: short })))).rejects.toThrow(
      "keys[1] decodes to 9 bytes",
    );
    await expect(start(file('"[secret]"'))).rejects.toThrow('keys is "[secret]", which Pulumi prints');
    await expect(start(file(key))).rejects.toThrow("SIGNATURE_KEYS_FILE names has no JSON object of keys in it");
    expect(errors).not.toContain(short);
  });

  test("starts before there is a key, and takes deliveries as soon as there is one", async () => {
    const path = join(folder, "later.json");
    const url = await start({ SIGNATURE_KEYS_FILE: path, TOKEN_KEYS_URL: "" });
    const signed = { "x-sfmc-ens-signature": sign(body) };
    expect(await deliver(url, body, signed)).toBe(500);
    writeFileSync(path, JSON.stringify({ orders: "" }));
    expect(await deliver(url, body, signed)).toBe(500);
    writeFileSync(path, "");
    expect(await deliver(url, body, signed)).toBe(500);
    writeFileSync(path, JSON.stringify({ orders: `${key}\n` }));
    expect(await deliver(url, body, signed)).toBe(204);
    expect(lines[1]).toBe("there is no signature key yet: a delivery is answered with 500, and ENS repeats it");
  });
});
