import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { quietPort } from "../support/port";
import { firstLine } from "../support/program";

const ROOT = resolve(__dirname, "../..");
let folder: string;
let receiver: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "check-"));
});
afterEach(() => {
  receiver?.kill();
  rmSync(folder, { recursive: true });
});

/** Runs the built command as a shell would. */
function ens(...args: string[]): Promise<{ code: number; printed: string; complained: string }> {
  return new Promise((done) => {
    const child = execFile("node", [join(ROOT, "provider/bin/ens.mjs"), ...args], (_, printed, complained) => {
      done({ code: child.exitCode ?? -1, printed, complained });
    });
  });
}

test("the example receiver passes all checks of the built command", async () => {
  const ensUrl = `http://127.0.0.1:${await quietPort()}`;
  const keys = join(folder, "keys.json");
  writeFileSync(keys, JSON.stringify({ orders: randomBytes(32).toString("base64") }));
  const settings = { ENS_REST_URL: ensUrl, ENS_AUTH_URL: ensUrl, ENS_CLIENT_ID: "check-client" };
  const secret = { ENS_CLIENT_SECRET: "check-secret", SIGNATURE_KEYS_FILE: keys, PORT: "0", TOKEN_KEYS_URL: "" };
  receiver = spawn("node", ["examples/receiver/receiver.mts"], {
    cwd: ROOT,
    env: { ...process.env, ...settings, ...secret },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const address = (await firstLine(receiver)).replace("listening on ", "");
  receiver.stdout?.resume();
  const junit = join(folder, "junit.xml");
  const { port } = new URL(ensUrl);
  const own = ["--local", "--key-file", keys, "--listen", port, "--junit", junit];
  const { code, printed, complained } = await ens("check-receiver", `http://${address}/orders`, ...own);
  expect(printed).toMatch(/^pass +verification +The receiver verified its callback/m);
  expect(printed).toMatch(/\n16 passed, 0 failed, 2 skipped\n$/);
  expect(complained).toContain(`export ENS_REST_URL=${ensUrl}`);
  expect(readFileSync(junit, "utf8")).toContain('<testsuite name="ens check-receiver" tests="18" failures="0"');
  expect(code).toBe(0);
});

test("the built command is in the list of commands, has a help and rejects unknown options", async () => {
  expect((await ens("--help")).printed).toContain("  check-receiver  Test a webhook receiver with");
  expect(await ens("check-receiver", "--help")).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/\nExit codes:\n {2}0 /),
  });
  const complained = "ens: there is no option --port. See `ens check-receiver --help`.\n";
  expect(await ens("check-receiver", "https://hooks.example.org/", "--port", "1")).toEqual({
    code: 2,
    printed: "",
    complained,
  });
});
