import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { CHECKS } from "../../provider/src/cli/check-receiver/checks/index";
import { checkReceiverCommand } from "../../provider/src/cli/check-receiver/index";
import type { Report } from "../../provider/src/cli/check-receiver/judge";
import { junitOf } from "../../provider/src/cli/check-receiver/junit";
import { tableOf } from "../../provider/src/cli/check-receiver/report";
import { urlProblem } from "../../provider/src/validation/url";
import { startHooks } from "../support/hooks";
import { quietPort } from "../support/port";
import { parseXml } from "../support/xml";

const key = randomBytes(32).toString("base64");
const URL_GIVEN = "https://hooks.example.org/orders";
let folder: string;
let printed: string;
let complained: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "check-"));
  [printed, complained] = ["", ""];
  jest.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  jest.spyOn(console, "error").mockImplementation((text: string) => {
    complained += `${text}\n`;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.ENS_CHECK_KEY_FILE;
  rmSync(folder, { recursive: true });
});

const file = (text: string, name = "file") => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const run = (...args: string[]) => checkReceiverCommand.run(args);

describe("wrong usage", () => {
  test.each<[string, string[], string]>([
    ["no URL", [], "<url> is missing. The URL of the receiver: https, or with --local also http on this machine."],
    ["two URLs", [URL_GIVEN, URL_GIVEN], "this command accepts one argument besides its options, but got 2."],
    ["an ftp URL", ["ftp://hooks.example.org/"], "the URL must begin with https://"],
    ["a word", ["orders"], "the URL must begin with https://"],
    ["an empty URL", [""], "<url> is empty."],
    ["an unknown option", [URL_GIVEN, "--onyl", "probe"], "there is no option --onyl. Did you mean --only?"],
    ["an unknown short option", [URL_GIVEN, "-q"], "there is no option -q."],
    ["an option without its value", [URL_GIVEN, "--junit"], "--junit <file> has no value."],
    ["an option twice", [URL_GIVEN, "--wait", "1", "--wait", "2"], "--wait is given twice. Give it once."],
    ["a value for a switch", [URL_GIVEN, "--json=yes"], "--json accepts no value."],
    ...["key:key", "signature-key:key", "secret:key", "token:token", "bearer:token", "bearer-token:token"]
      .concat("pull-token:pull-token", "pull-bearer:pull-token")
      .map((names): [string, string[], string] => {
        const [option, file] = names.split(":");
        const message = `--${option} would show a secret in the process list. Write the secret into a file and give --${file}-file <file>.`;
        return [`a secret as --${option}`, [URL_GIVEN, `--${option}=${key}`], message];
      }),
    [
      "an unknown check",
      [URL_GIVEN, "--only", "probe,prob"],
      `--only has an unknown check, "prob". Did you mean probe?`,
    ],
    [
      "unknown checks",
      [URL_GIVEN, "--skip", "everything,else"],
      `--skip has an unknown check, "everything", "else". The checks are url, reach, `,
    ],
    [
      "nothing to check",
      [URL_GIVEN, "--skip", CHECKS.map(({ id }) => id).join()],
      "--only and --skip leave no check to run.",
    ],
    ["a missing key file", [URL_GIVEN, "--key-file", "/nowhere"], "cannot read the file that --key-file names: "],
    ["a folder as key file", [URL_GIVEN, "--key-file", "/"], "cannot read the file that --key-file names: "],
    ["an unknown key form", [URL_GIVEN, "--key-form", "hex"], "--key-form must be decoded or text"],
    ["an invalid port", [URL_GIVEN, "--listen", "70000"], "--listen must be a port from 1 to 65535"],
    [
      "two ways to get the key",
      [URL_GIVEN, "--listen", "8099", "--pull-url", URL_GIVEN],
      "--listen and --pull-url exclude each other. Give one of them.",
    ],
    ["a token for nothing", [URL_GIVEN, "--pull-token-file", "x"], "--pull-token-file needs --pull-url"],
    ["an open pull url", [URL_GIVEN, "--pull-url", "http://example.org/"], "--pull-url must start with https://"],
    ["an invalid time", [URL_GIVEN, "--wait", "1m"], "--wait must be a number of seconds, at most 9999"],
    [
      "an unknown type",
      [URL_GIVEN, "--type", "EngagementEvents.EmailOpne"],
      '"EngagementEvents.EmailOpne" is not a documented event type. Did you mean EngagementEvents.EmailOpen?',
    ],
    ["a folder for JUnit", [URL_GIVEN, "--junit", "/tmp"], "--junit names a folder. Give a file."],
    [
      "a file in no folder",
      [URL_GIVEN, "--junit", "/nowhere/x.xml"],
      "--junit names a file in a folder that does not exist.",
    ],
    [
      "a token with a line break",
      [URL_GIVEN, "--token-file", "/etc/passwd"],
      "the file that --token-file names must contain only the token",
    ],
    [
      "a file without a certificate",
      [URL_GIVEN, "--ca-file", "/etc/passwd"],
      "the file that --ca-file names has no certificate in PEM format",
    ],
    ["no authority", [URL_GIVEN, "--ca-file", "/dev/null"], "the file that --ca-file names is empty"],
  ])("%s is reported in one line", async (_, args, message) => {
    expect(await run(...args)).toBe(2);
    expect(complained).toMatch(/^ens: [^\n]*[.?] See `ens check-receiver --help`\.\n$/);
    expect(complained).toContain(`ens: ${message}`);
    expect(complained).not.toMatch(/ERR_|ZodError/);
    expect(complained).not.toContain(key);
    expect(printed).toBe("");
  });

  test.each<[string, string, string]>([
    [
      "a short key",
      "c2hvcnQ=",
      "the key in the file that --key-file names decodes to 5 bytes, which is too few for a key",
    ],
    [
      "a key that Pulumi hides",
      '{ "signatureKey": "[secret]" }',
      'the key in the file that --key-file names is "[secret]"',
    ],
    ["something else", "hello world", "the key in the file that --key-file names is not base64"],
    ["other outputs", '{ "callbackId": "1" }', "the file that --key-file names has no signature key."],
    [
      "several keys",
      JSON.stringify({ a: key, b: key }),
      "the file that --key-file names has several keys: a, b. Select one with --key-name.",
    ],
    ["nothing", " \n", "the file that --key-file names is empty"],
  ])("a key file with %s is rejected, and the message does not contain the key", async (_, text, message) => {
    expect(await run(URL_GIVEN, "--key-file", file(text))).toBe(2);
    expect(complained).toContain(message);
    expect(complained).not.toContain(key);
  });

  test("an invalid certificate is reported", async () => {
    const damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    expect(await run(URL_GIVEN, "--ca-file", file(damaged))).toBe(2);
    expect(complained).toContain("the file that --ca-file names has an invalid certificate");
  });

  test("a port that is in use is reported", async () => {
    const hooks = await startHooks({ key });
    const { port } = new URL(hooks.url);
    expect(await run(hooks.url, "--local", "--listen", port)).toBe(2);
    expect(complained).toContain(`cannot listen on port ${port} (`);
    await hooks.close();
  });
});

describe("a run", () => {
  const only = ["--local", "--only", "probe,signed-batch-1,verification"];

  test.each<[string, string]>([
    ["the key alone", `${key}\n`],
    ["a text in JSON", JSON.stringify(key)],
    ["an object of keys", JSON.stringify({ orders: key })],
    [
      "the outputs of a stack",
      JSON.stringify({ id: "7000002", other: `${"A".repeat(43)}=`, signatureKey: key, more: { a: 1 } }),
    ],
  ])("accepts %s in the key file, prints a table and has exit code 0", async (_, text) => {
    const hooks = await startHooks({ key });
    process.env.ENS_CHECK_KEY_FILE = file(text);
    expect(await run(hooks.url, ...only)).toBe(0);
    await hooks.close();
    expect(printed.replace(/\d+ ms/g, "0 ms").split("\n")).toEqual([
      `Receiver ${new URL(hooks.url).origin}`,
      "",
      `pass     url             The URL ${urlProblem(hooks.url, { port: false, query: false })}. --local allows this for a test.`,
      "pass     reach           The receiver accepts connections.",
      "pass     probe           The receiver returned 200 after 0 ms.",
      "skipped  verification    Neither --listen nor --pull-url was given.",
      "pass     signed-batch-1  The receiver returned 204 after 0 ms.",
      "",
      "4 passed, 0 failed, 1 skipped",
      "",
    ]);
    expect(complained).toBe("");
  });

  test("has exit code 1 after a failure and gives advice in the table, JSON and JUnit", async () => {
    const hooks = await startHooks({ key: randomBytes(32).toString("base64") });
    const junit = join(folder, "junit.xml");
    const args = [hooks.url, ...only, "--key-file", file(key), "--junit", junit];
    expect(await run(...args)).toBe(1);
    expect(printed).toMatch(
      /\nFAIL {5}signed-batch-1 {2}The receiver returned 401 after \d+ ms\. ENS requires 200 to 204 /,
    );
    expect(printed).toContain("to do     Check that the receiver has this key");
    printed = "";
    expect(await run(...args, "--json")).toBe(1);
    await hooks.close();
    const document = JSON.parse(printed);
    expect(document).toMatchObject({ passed: 3, failed: 1, skipped: 1, warnings: 0, exitCode: 1 });
    expect(document.checks.at(-1)).toMatchObject({ id: "signed-batch-1", verdict: "fail", source: "§6.1, §6.2, §6.3" });
    const xml = parseXml(readFileSync(junit, "utf8"));
    expect(xml.attributes).toMatchObject({ tests: "5", failures: "1", skipped: "1" });
    const cases = xml.children[0]?.children ?? [];
    expect(cases.map(({ attributes }) => attributes.name)).toEqual([
      "url",
      "reach",
      "probe",
      "verification",
      "signed-batch-1",
    ]);
    expect(cases.at(-1)?.children[0]).toMatchObject({
      name: "failure",
      text: expect.stringContaining("received: returned 401"),
    });
  });

  test("prints one line for consecutive checks that were skipped for the same reason, but not in JSON and JUnit", async () => {
    const junit = join(folder, "junit.xml");
    const args = ["http://127.0.0.1:9/", "--junit", junit];
    expect(await run(...args)).toBe(1);
    expect(
      printed
        .split("\n")
        .slice(2)
        .filter((line) => !line.startsWith("   ")),
    ).toEqual([
      expect.stringMatching(/^FAIL {5}url {8}The URL /),
      `skipped  ${CHECKS.length - 1} checks  Not checked, because url failed.`,
      "",
      `0 passed, 1 failed, ${CHECKS.length - 1} skipped`,
      "",
    ]);
    expect(parseXml(readFileSync(junit, "utf8")).children[0]?.children).toHaveLength(CHECKS.length);
    printed = "";
    await run(...args, "--json");
    expect(JSON.parse(printed).checks).toHaveLength(CHECKS.length);
  });

  test("has exit code 3 when the receiver cannot be reached, and 1 for a skipped check with --strict", async () => {
    expect(await run(`http://127.0.0.1:${await quietPort()}/`, "--local")).toBe(3);
    const hooks = await startHooks({ key });
    expect(await run(hooks.url, ...only, "--strict")).toBe(1);
    expect(await run(hooks.url, "--local", "--only", "probe", "--strict")).toBe(0);
    await hooks.close();
  });

  test("prints the table even if the JUnit file cannot be written", async () => {
    const hooks = await startHooks({ key });
    expect(await run(hooks.url, "--local", "--only", "probe", "--junit", "/dev/full")).toBe(2);
    await hooks.close();
    expect(printed).toContain("3 passed, 0 failed, 0 skipped");
    expect(complained).toMatch(/^ens: cannot write the file that --junit names: .*ENOSPC/);
  });

  test("prints the settings for the receiver on stderr", async () => {
    const hooks = await startHooks({ key });
    const port = await quietPort();
    await run(hooks.url, "--local", "--only", "probe", "--listen", String(port));
    await hooks.close();
    expect(complained).toContain(`export ENS_REST_URL=http://127.0.0.1:${port}\n`);
    expect(complained).toContain("export ENS_CLIENT_ID=check-client\n");
  });
});

test("the help and docs/check-receiver.md have every check", async () => {
  expect(await run("--help")).toBe(0);
  const help = printed.replace(/\s+/g, " ");
  const page = readFileSync(resolve(__dirname, "../../docs/check-receiver.md"), "utf8").replace(/\s+/g, " ");
  for (const { id, rule, source, confidence } of CHECKS) {
    expect(printed).toContain(`\n  ${id} `);
    expect(help).toContain(` ${id} ${rule} `);
    expect(page).toContain(`### ${id} ${rule} (${source}, ${confidence})`);
  }
  expect(printed).toMatch(/\n {2}3 {2}The receiver cannot be reached\.\n/);
});

test("a check needs earlier checks only", () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [at, { needs }] of CHECKS.entries()) expect(ids.slice(0, at)).toEqual(expect.arrayContaining([...needs]));
});

/** Characters that XML 1.0 allows. Source: its section 2.2. */
const VALID = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

test("JUnit XML is well-formed and the table is complete for any response of a receiver", () => {
  const word = fc.string({ unit: "binary", maxLength: 30 });
  const verdict = fc.constantFrom("pass" as const, "warning" as const, "fail" as const, "skipped" as const);
  const result = fc.record({ verdict, reason: word, received: word, advice: word });
  fc.assert(
    fc.property(fc.array(result, { minLength: 1, maxLength: 5 }), (found) => {
      const common = {
        id: "probe",
        title: "Probe",
        rule: "<&>",
        source: "§1",
        confidence: "assumed",
        milliseconds: 1,
      } as const;
      const report: Report = {
        receiver: "https://hooks.example.org",
        addresses: [],
        startedAt: new Date(0).toISOString(),
        milliseconds: 1,
        results: found.map((each) => ({ ...common, ...each })),
      };
      const cases = parseXml(junitOf(report)).children[0]?.children ?? [];
      expect(cases).toHaveLength(found.length);
      for (const [at, { verdict: given, reason }] of found.entries()) {
        const [inside] = cases[at]?.children ?? [];
        if (given === "fail" && VALID.test(reason)) expect(inside?.attributes.message).toBe(reason);
        if (given === "pass") expect(inside).toBeUndefined();
      }
      expect(tableOf(report)).toMatch(/\n\d passed, \d failed, \d skipped$/);
    }),
    { numRuns: 200 },
  );
});
