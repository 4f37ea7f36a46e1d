import fc from "fast-check";
import { DESCRIBED } from "../../provider/src/cli/commands";
import { defineCommand } from "../../provider/src/cli/shared/define-command";
import { runCommand } from "../support/cli";

const seen: unknown[] = [];
const command = defineCommand(
  {
    name: "try",
    summary: "is tried",
    about: "Tries things.",
    parameters: [
      { name: "id", text: "An id." },
      { name: "more", text: "another", isOptional: true },
    ],
    options: {
      "key-file": { type: "string", value: "file", text: "a key" },
      only: { type: "string", value: "word", multiple: true, text: "some" },
      stack: { type: "string", short: "s", value: "name", text: "a stack" },
      json: { type: "boolean", text: "a document" },
    },
    exits: { 0: "Fine.", 1: "Not fine." },
  },
  async ({ values, parameters }) => {
    seen.push({ values, parameters });
    return 0;
  },
);

afterEach(() => {
  seen.length = 0;
});

test.each<[string, string[], string]>([
  ["no argument", [], "<id> is missing. An id."],
  ["an empty argument", [" "], "<id> is empty"],
  ["an empty optional argument", ["a", ""], "<more> is empty"],
  ["too many arguments", ["a", "b", "secret-word"], "this command accepts 2 arguments besides its options, but got 3."],
  ["an option that is similar to a known one", ["a", "--jsno"], "there is no option --jsno. Did you mean --json?"],
  ["an option that is similar to none", ["a", "--verbose=secret-word"], "there is no option --verbose. See"],
  ["a short option", ["a", "-q"], "there is no option -q. See"],
  ["several short options", ["a", "-xq"], "there is no option -x. See"],
  ["an option without its value", ["a", "--stack"], "--stack <name> has no value. See"],
  ["an option with an empty value", ["a", "--stack="], "--stack <name> has no value. See"],
  [
    "an option in place of a value",
    ["a", "--stack", "--json"],
    "--stack <name> has no value. Write --stack=<name> for a value that begins with a dash.",
  ],
  ["an option twice", ["a", "--stack", "one", "-s", "two"], "--stack is given twice. Give it once."],
  ["a short option without its value", ["a", "-s"], "-s <name> has no value."],
  ["a switch with a value", ["a", "--json=secret-word"], "--json accepts no value."],
  ["a negated switch", ["a", "--no-json"], "there is no option --no-json"],
  [
    "a key",
    ["a", "--key", "secret-word"],
    "--key would show a secret in the process list. Write the secret into a file and give --key-file <file>.",
  ],
  [
    "a secret",
    ["a", "--client-secret=secret-word"],
    "--client-secret would show a secret in the process list. Set ENS_CLIENT_SECRET or ENS_CLIENT_SECRET_FILE instead.",
  ],
  [
    "a token",
    ["a", "--token", "secret-word"],
    "--token would show a secret in the process list. This command needs no such secret.",
  ],
  ["a name of every object", ["a", "--constructor"], "there is no option --constructor"],
  ["a name of every prototype", ["a", "--__proto__=1"], "there is no option --__proto__"],
])("%s is reported in one line, with exit code 2", async (_, args, message) => {
  const ran = await runCommand(command, args, {});
  expect(ran.noted).toMatch(/^ens: [^\n]*[.?] See `ens try --help`\.\n$/);
  expect(ran.noted).toContain(`ens: ${message}`);
  expect(ran.noted).not.toMatch(/ERR_|secret-word/);
  expect({ code: ran.code, printed: ran.printed, seen }).toEqual({ code: 2, printed: "", seen: [] });
});

test("values are accepted in all notations of a shell", async () => {
  await runCommand(command, ["--only", "a", "id", "--only=b", "-sdev", "--json", "--", "--more"], {});
  await runCommand(command, ["id", "-s", "dev", "--key-file=-x"], {});
  expect(seen).toEqual([
    {
      values: { only: ["a", "b"], stack: "dev", json: true, "key-file": undefined, help: false },
      parameters: ["id", "--more"],
    },
    { values: { only: [], stack: "dev", json: false, "key-file": "-x", help: false }, parameters: ["id"] },
  ]);
});

test("any command line is parsed or rejected in one line that contains no value", async () => {
  const names = ["--stack", "--only", "--key-file", "-s", "--json", "--", "--help", "-h", "--jsno", "-x"];
  const value = fc.string({ minLength: 1, unit: "binary" }).map((text) => `secret${text}`);
  const word = fc.oneof(
    fc.constantFrom(...names),
    fc.string({ unit: "binary" }),
    value,
    fc.tuple(fc.constantFrom(...names), value).map(([name, text]) => `${name}=${text}`),
    fc.string().map((text) => `-${text}`),
  );
  const anything = fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (args) => {
    const { code, noted } = await runCommand(command, args, {});
    expect([0, 2]).toContain(code);
    expect(noted).toMatch(code === 0 ? /^$/ : /^ens: .*[.?] See `ens try --help`\.\n$/);
    expect(noted).not.toContain("secret");
  });
  await fc.assert(anything, { seed: 1, numRuns: 500 });
});

test.each(DESCRIBED.map((each) => [each.description.name, each] as const))(
  "%s prints its help for --help and -h, also beside unknown options, and rejects wrong usage with exit code 2",
  async (name, each) => {
    const { description } = each;
    const [help, short, mixed] = await Promise.all(
      [["--help"], ["-h"], ["--nonsense", "-h"]].map((args) => runCommand(each, args, {})),
    );
    expect(help).toMatchObject({ code: 0, noted: "" });
    expect([short?.printed, mixed?.printed]).toEqual([help?.printed, help?.printed]);
    expect(help?.printed).toMatch(new RegExp(`^Usage: ens ${name}`));
    expect(help?.printed.split("\n").every((line) => line.length <= 120)).toBe(true);
    for (const option of Object.keys(description.options)) expect(help?.printed).toContain(`--${option}`);
    expect(help?.printed).toMatch(/^ {2}2 +Wrong usage\./m);
    if (description.callsEns) expect(help?.printed).toMatch(/does not\s+read\s+the\s+configuration\s+of\s+a\s+stack\./);
    expect(Object.keys(description.options)).toContain("json");
    if (description.passesOnTo !== undefined) return;
    const wrong = await runCommand(each, ["--nonsense"], {});
    expect(wrong).toMatchObject({ code: 2, printed: "" });
    expect(wrong.noted).toMatch(new RegExp(`^ens: [^\\n]*\\. See \`ens ${name} --help\`\\.\n$`));
  },
);

test.each(DESCRIBED.filter(({ description }) => description.callsEns && description.name !== "doctor"))(
  "without settings, $description.name names the missing settings",
  async (each) => {
    const { name, parameters = [] } = each.description;
    const args = [...parameters.filter(({ isOptional }) => !isOptional).map(() => "id"), ...(MORE[name] ?? [])];
    const run = runCommand(each, args, {}, { input: "key" });
    await expect(run).rejects.toThrow(/ens:subdomain is not set: export ENS_SUBDOMAIN.*ens:clientId is not set/);
  },
);

const MORE: Readonly<Record<string, string[]>> = { "rotate-key": ["--show-key"], sweep: ["--prefix", "x"] };
