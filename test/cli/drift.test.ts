import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drift } from "../../provider/src/cli/drift";
import { runCommand } from "../support/cli";

const OWN = "--refresh --expect-no-changes --json --show-sames --non-interactive --color never";
const { PATH } = process.env;
let folder: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drift-"));
  printed = "";
  process.env.PATH = `${folder}:${PATH}`;
  jest.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  jest.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

/** Installs a `pulumi` that records its arguments and has this output and exit code. */
function pulumi({ code = 0, prints = "{}", complains = "" }): void {
  const path = join(folder, "pulumi");
  writeFileSync(join(folder, "prints"), prints);
  writeFileSync(
    path,
    `#!/bin/sh\necho "$*" > ${folder}/args\ncat ${folder}/prints\nprintf '${complains}' >&2\nexit ${code}\n`,
  );
  chmodSync(path, 0o755);
}
const args = () => readFileSync(join(folder, "args"), "utf8").trim();

test.each([
  [["--stack", "prod", "--target", "a=b", "-c", "k=v"], `preview --target a=b -c k=v --stack prod ${OWN}`],
  [["-sx", "--summary=/dev/null", "--", "--run-program"], `preview --run-program --stack x ${OWN}`],
  [[], `preview ${OWN}`],
])("unknown options of %j are passed on to pulumi, which runs without changes and prompts", async (given, sent) => {
  pulumi({});
  expect(await drift.run(given)).toBe(0);
  expect(args()).toBe(sent);
});

test("the exit code is that of pulumi, and the summary is appended to the file", async () => {
  const file = join(folder, "summary.md");
  writeFileSync(file, "before\n");
  const steps = [{ op: "create", urn: "urn:pulumi:dev::p::pulumi-nodejs:dynamic/ens:Callback::a", newState: {} }];
  pulumi({ code: 7, prints: JSON.stringify({ steps }) });
  expect(await drift.run(["--summary", file])).toBe(7);
  expect(printed).toContain("## Drift of `dev`\n\n**1 resource differs.**");
  expect(readFileSync(file, "utf8")).toBe(`before\n${printed}`);
});

test("a failed comparison is not reported as drift, and its errors are in the summary", async () => {
  pulumi({ code: 255, prints: "", complains: "error: no ``` stack" });
  expect(await drift.run(["--stack", "a|b"])).toBe(255);
  expect(printed).toBe(
    "## Drift of <code>a&#124;b</code>\n\n**Unknown:** the comparison failed with exit code 255.\n\n" +
      "````text\nno ``` stack\n````\n",
  );
  const diagnostics = [{ severity: "error", message: "error: could not read\n" }];
  pulumi({ code: 1, prints: JSON.stringify({ diagnostics }), complains: "error: preview failed" });
  expect(await drift.run([])).toBe(1);
  expect(printed).toContain("```text\ncould not read\n```");
});

test.each([
  ["--show-secrets=true", "--show-secrets=true does not work with `ens drift`. Use it with `pulumi preview`."],
  ["--diff", "--diff does not work with `ens drift`"],
  ["-j", "-j does not work with `ens drift`"],
  ["--summary", "--summary <file> has no value"],
  ["--stack=", "--stack <name> has no value"],
  ["--json=x", "--json accepts no value"],
])("%s is rejected with exit code 2 before anything runs", async (given, message) => {
  pulumi({});
  const ran = await runCommand(drift, [given], {});
  expect(ran).toMatchObject({ code: 2, printed: "" });
  expect(ran.noted).toMatch(/^ens: [^\n]*\. See `ens drift --help`\.\n$/);
  expect(ran.noted).toContain(message);
  expect(args).toThrow("ENOENT");
});

test("with --json, stdout has one document with the differences, without Markdown and secrets", async () => {
  const urn = (name: string, kind: string) => `urn:pulumi:dev::p::pulumi-nodejs:dynamic/ens:${kind}::${name}`;
  const inputs = (more: object) => ({ inputs: { __provider: "text", ...more }, outputs: {} });
  const change = (name: string, kind: string, live: object, wanted: object) => [
    { op: "refresh", urn: urn(name, kind), oldState: inputs(wanted) },
    { op: "update", urn: urn(name, kind), oldState: inputs(live), newState: inputs(wanted) },
  ];
  const steps = [
    ...change("a|b", "Callback", { maxBatchSize: 900 }, { maxBatchSize: 500 }),
    ...change("idp", "AuthScheme", { clientSecret: "secret-marker" }, { clientSecret: "other-secret-marker" }),
    { op: "create", urn: urn("gone", "Subscription"), newState: inputs({}) },
  ];
  pulumi({ code: 7, prints: JSON.stringify({ steps }) });
  const ran = await runCommand(drift, ["--json", "--target", "x"], {});
  expect(args()).toBe(`preview --target x ${OWN}`);
  expect({ code: ran.code, ...ran.document() }).toEqual({
    code: 7,
    stack: "dev",
    result: "drift",
    exitCode: 7,
    differences: [
      {
        kind: "Callback",
        name: "a|b",
        happened: "changed in ENS",
        properties: ["maxBatchSize"],
        inEns: 900,
        inProgram: 500,
      },
      {
        kind: "AuthScheme",
        name: "idp",
        happened: "changed in ENS",
        properties: ["clientSecret"],
        inEns: "[secret]",
        inProgram: "[secret]",
      },
      {
        kind: "Subscription",
        name: "gone",
        happened: "new in the program",
        properties: [],
        inEns: null,
        inProgram: null,
      },
    ],
    notes: [],
    errors: [],
  });
  expect(ran.printed).not.toContain("secret-marker");
  pulumi({ code: 255, prints: "", complains: "error: no stack" });
  expect((await runCommand(drift, ["--json"], {})).document()).toMatchObject({
    result: "not known",
    exitCode: 255,
    differences: [],
    errors: ["no stack"],
  });
});

test("a missing Pulumi CLI is reported, and the help lists exit code 7", async () => {
  process.env.PATH = folder;
  await expect(drift.run([])).rejects.toThrow("there is no `pulumi` on the PATH. Install the Pulumi CLI.");
  expect(await drift.run(["--help"])).toBe(0);
  expect(printed).toMatch(/^ {2}7 +ENS differs from the program\.$/m);
});
