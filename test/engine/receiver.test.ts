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

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "receiver-"));
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ orders: key }));
});
afterEach(() => {
  child?.kill();
  lines.length = 0;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The example, as a process of its own; resolves with its address. */
function start(settings: NodeJS.ProcessEnv): Promise<string> {
  const env = { ...process.env, PORT: "0", SIGNATURE_KEYS_FILE: join(folder, "keys.json"), ...settings };
  const started = spawn("node", ["examples/receiver/main.ts"], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  return new Promise((done, failed) => {
    createInterface({ input: started.stdout }).on("line", (line) => {
      lines.push(line);
      const address = /^listening on (.*)/.exec(line)?.[1];
      if (address !== undefined) done(`http://${address}/orders`);
    });
    started.once("exit", (code) => failed(new Error(`it ended with ${code}`)));
  });
}

const deliver = async (url: string, text: string, headers: Record<string, string>) =>
  (await fetch(url, { method: "POST", headers, body: text })).status;

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
    expect(lines.slice(1).map((line) => line.split(", ").slice(1).join(", "))).toEqual([
      "signature valid, bearer token missing",
      expect.stringContaining("signature valid, bearer token not valid: "),
    ]);
  });

  test("writes nothing into its log that somebody without the key has sent", async () => {
    const url = await start({ TOKEN_KEYS_URL: "" });
    await deliver(url, JSON.stringify([{ eventCategoryType: "x\ncallback 1 is verified" }]), {});
    expect(lines.slice(1)).toEqual(["/orders: something, signature not valid, bearer token not looked at"]);
  });
});
