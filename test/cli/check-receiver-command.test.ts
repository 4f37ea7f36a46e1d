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

describe("wrong use", () => {
  test.each<[string, string[], string]>([
    ["no url", [], "the url of the receiver is missing"],
    ["two urls", [URL_GIVEN, URL_GIVEN], "one url is checked at a time, and 2 were given"],
    ["an ftp url", ["ftp://hooks.example.org/"], "the url must begin with https://"],
    ["no url at all", ["orders"], "the url must begin with https://"],
    ["an empty url", [""], "the url must begin with https://"],
    ["an unknown option", [URL_GIVEN, "--onyl", "probe"], "there is no option --onyl; --only may be meant"],
    ["an unknown short option", [URL_GIVEN, "-q"], "there is no option -q"],
    ["an option without its value", [URL_GIVEN, "--junit"], "option '--junit <value>' argument missing"],
    ["a value for a switch", [URL_GIVEN, "--json=yes"], "option '--json' does not take an argument"],
    [
      "a key",
      [URL_GIVEN, "--key", key],
      "--key would show a secret in the list of processes; write it into a file for --key-file",
    ],
    [
      "a token",
      [URL_GIVEN, `--token=${key}`],
      "--token would show a secret in the list of processes; write it into a file for --token-file",
    ],
    [
      "an unknown check",
      [URL_GIVEN, "--only", "probe,prob"],
      `--only names no check with "prob"; the checks are url, reach, `,
    ],
    ["nothing to check", [URL_GIVEN, "--skip", CHECKS.map(({ id }) => id).join()], "--skip leaves no check"],
    ["a missing key file", [URL_GIVEN, "--key-file", "/nowhere"], "cannot read the file that --key-file names: "],
    ["a folder as key file", [URL_GIVEN, "--key-file", "/"], "cannot read the file that --key-file names: "],
    ["an unknown key form", [URL_GIVEN, "--key-form", "hex"], "--key-form must be decoded or text"],
    ["a port that is none", [URL_GIVEN, "--listen", "70000"], "--listen must be a port from 1 to 65535"],
    [
      "two ways for the key",
      [URL_GIVEN, "--listen", "8099", "--pull-url", URL_GIVEN],
      "--listen and --pull-url are two ways",
    ],
    ["a token for nothing", [URL_GIVEN, "--pull-token-file", "x"], "--pull-token-file needs --pull-url"],
    ["an open pull url", [URL_GIVEN, "--pull-url", "http://example.org/"], "--pull-url must start with https://"],
    ["a time that is none", [URL_GIVEN, "--wait", "1m"], "--wait must be a number of seconds, at most 9999"],
    [
      "an unknown type",
      [URL_GIVEN, "--type", "EngagementEvents.EmailOpne"],
      '"EngagementEvents.EmailOpne" is no event type that ENS documents; EngagementEvents.EmailOpen may be meant',
    ],
    ["a folder for JUnit", [URL_GIVEN, "--junit", "/tmp"], "--junit names a folder; give a file"],
    ["a file in no folder", [URL_GIVEN, "--junit", "/nowhere/x.xml"], "--junit names a file in no folder"],
    [
      "a token with a line break",
      [URL_GIVEN, "--token-file", "/etc/passwd"],
      "the file that --token-file names must hold the token alone",
    ],
    [
      "a file without a certificate",
      [URL_GIVEN, "--ca-file", "/etc/passwd"],
      "the file that --ca-file names has no certificate in PEM form",
    ],
    ["no authority", [URL_GIVEN, "--ca-file", "/dev/null"], "the file that --ca-file names is empty"],
  ])("%s is told in one sentence", async (_, args, message) => {
    expect(await run(...args)).toBe(2);
    expect(complained).toMatch(/^ens: [^\n]*; see ens check-receiver --help\n$/);
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
    ["other outputs", '{ "callbackId": "1" }', "the file that --key-file names has no signature key in it"],
    [
      "several keys",
      JSON.stringify({ a: key, b: key }),
      "the file that --key-file names has several keys: a, b; --key-name chooses one",
    ],
    ["nothing", " \n", "the file that --key-file names is empty"],
  ])("a key file with %s is refused without a word of it", async (_, text, message) => {
    expect(await run(URL_GIVEN, "--key-file", file(text))).toBe(2);
    expect(complained).toContain(message);
    expect(complained).not.toContain(key);
  });

  test("a damaged certificate is told", async () => {
    const damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    expect(await run(URL_GIVEN, "--ca-file", file(damaged))).toBe(2);
    expect(complained).toContain("the file that --ca-file names has a damaged certificate");
  });

  test("a port that somebody else has is told", async () => {
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
  ])("takes %s from the key file, prints a table and ends with 0", async (_, text) => {
    const hooks = await startHooks({ key });
    process.env.ENS_CHECK_KEY_FILE = file(text);
    expect(await run(hooks.url, ...only)).toBe(0);
    await hooks.close();
    expect(printed.replace(/\d+ ms/g, "0 ms").split("\n")).toEqual([
      `Receiver ${new URL(hooks.url).origin}`,
      "",
      "pass     url             The url does not start with https://, but ENS accepts only https; --local allows that for a test.",
      "pass     reach           The receiver takes connections.",
      "pass     probe           The receiver answered 200 after 0 ms.",
      "skipped  verification    Neither --listen nor --pull-url says how the key comes back.",
      "pass     signed-batch-1  The receiver answered 204 after 0 ms.",
      "",
      "4 passed, 0 failed, 1 skipped",
      "",
    ]);
    expect(complained).toBe("");
  });

  test("with a failure ends with 1 and says what to do, as table, JSON and JUnit", async () => {
    const hooks = await startHooks({ key: randomBytes(32).toString("base64") });
    const junit = join(folder, "junit.xml");
    const args = [hooks.url, ...only, "--key-file", file(key), "--junit", junit];
    expect(await run(...args)).toBe(1);
    expect(printed).toMatch(
      /\nFAIL {5}signed-batch-1 {2}The receiver answered 401 after \d+ ms, and ENS wants 200 to 204 /,
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
      text: expect.stringContaining("received: answered 401"),
    });
  });

  test("ends with 3 when the receiver cannot be reached, and with 1 for a skipped check under --strict", async () => {
    expect(await run(`http://127.0.0.1:${await quietPort()}/`, "--local")).toBe(3);
    const hooks = await startHooks({ key });
    expect(await run(hooks.url, ...only, "--strict")).toBe(1);
    expect(await run(hooks.url, "--local", "--only", "probe", "--strict")).toBe(0);
    await hooks.close();
  });

  test("keeps its table when the file for JUnit cannot be written", async () => {
    const hooks = await startHooks({ key });
    expect(await run(hooks.url, "--local", "--only", "probe", "--junit", "/dev/full")).toBe(2);
    await hooks.close();
    expect(printed).toContain("3 passed, 0 failed, 0 skipped");
    expect(complained).toMatch(/^ens: cannot write the file that --junit names: .*ENOSPC/);
  });

  test("tells the settings that the receiver needs", async () => {
    const hooks = await startHooks({ key });
    const port = await quietPort();
    const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    await run(hooks.url, "--local", "--only", "probe", "--listen", String(port));
    await hooks.close();
    const said = write.mock.calls.join("");
    expect(said).toContain(`export ENS_REST_URL=http://127.0.0.1:${port}\n`);
    expect(said).toContain("export ENS_CLIENT_ID=check-client\n");
  });
});

test("the help and the page name every check and every exit code", async () => {
  expect(await run("--help")).toBe(0);
  const page = readFileSync(resolve(__dirname, "../../docs/check-receiver.md"), "utf8").replace(/\s+/g, " ");
  for (const { id, rule, source, confidence } of CHECKS) {
    expect(printed).toContain(`  ${id} `);
    expect(printed).toContain(rule);
    expect(page).toContain(`### ${id} ${rule} (${source}, ${confidence})`);
  }
  expect(printed).toContain("Exit code: 0 when");
});

test("a check needs earlier checks only", () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [at, { needs }] of CHECKS.entries()) expect(ids.slice(0, at)).toEqual(expect.arrayContaining([...needs]));
});

/** What XML 1.0 has as characters. Source: its section 2.2. */
const VALID = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

test("JUnit XML is well-formed and a table has its lines, whatever a receiver answers", () => {
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
