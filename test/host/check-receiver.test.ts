import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Ran, type Running, run, start } from "../../scripts/run.cjs";
import { quietPort } from "../support/port";

const ROOT = resolve(__dirname, "../..");
let folder: string;
let receiver: Running | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "check-"));
});
afterEach(async () => {
  await receiver?.stop();
  rmSync(folder, { recursive: true });
});

/** Runs the built command as a shell would. */
function ens(...args: string[]): Promise<Ran> {
  return run("node", [join(ROOT, "provider/bin/ens.mjs"), ...args]);
}

test("the example receiver passes all checks of the built command", async () => {
  const ensUrl = `http://127.0.0.1:${await quietPort()}`;
  const keys = join(folder, "keys.json");
  writeFileSync(keys, JSON.stringify({ orders: randomBytes(32).toString("base64") }));
  const settings = { ENS_REST_URL: ensUrl, ENS_AUTH_URL: ensUrl, ENS_CLIENT_ID: "check-client" };
  const secret = { ENS_CLIENT_SECRET: "check-secret", SIGNATURE_KEYS_FILE: keys, PORT: "0", TOKEN_KEYS_URL: "" };
  receiver = start("node", ["examples/receiver/receiver.mts"], {
    cwd: ROOT,
    env: { ...process.env, ...settings, ...secret },
  });
  const address = (await receiver.firstLine()).replace("listening on ", "");
  const junit = join(folder, "junit.xml");
  const { port } = new URL(ensUrl);
  const own = ["--local", "--key-file", keys, "--listen", port, "--junit", junit];
  const { code, stdout, stderr } = await ens("check-receiver", `http://${address}/orders`, ...own);
  expect(stdout).toMatch(/^pass +verification +The receiver verified its callback/m);
  expect(stdout).toMatch(/\n16 passed, 0 failed, 2 skipped\n$/);
  expect(stderr).toContain(`export ENS_REST_URL=${ensUrl}`);
  expect(readFileSync(junit, "utf8")).toContain('<testsuite name="ens check-receiver" tests="18" failures="0"');
  expect(code).toBe(0);
});

test("the built command is in the list of commands, prints a help and rejects unknown options", async () => {
  expect((await ens("--help")).stdout).toContain("  check-receiver  Test a webhook receiver with");
  expect(await ens("check-receiver", "--help")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\nExit codes:\n {2}0 /),
  });
  const stderr = "ens: there is no option --port. See `ens check-receiver --help`.\n";
  expect(await ens("check-receiver", "https://hooks.example.org/", "--port", "1")).toMatchObject({
    code: 2,
    stdout: "",
    stderr,
  });
});
