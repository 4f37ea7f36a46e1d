import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

// What the constructor sees of Pulumi's resource options. What the engine does with them is in test/engine.

type Options = pulumi.CustomResourceOptions;

const credentials = { clientId: "c", clientSecret: "s" };
const login = { grantType: "client_credentials", authUrl: "https://idp.example.org/token", ...credentials } as const;
const ONE_OF_EACH = {
  AuthScheme: (options: Options) => new ens.AuthScheme("it", login, options),
  Callback: (options: Options) => new ens.Callback("it", { url: "https://hooks.example.org/it" }, options),
  Subscription: (options: Options) =>
    new ens.Subscription("it", { callbackId: "x", eventCategoryTypes: ["EngagementEvents.EmailOpen"] }, options),
};
const KINDS = Object.keys(ONE_OF_EACH) as (keyof typeof ONE_OF_EACH)[];

const registered: Record<string, unknown>[] = [];
const warned = jest.spyOn(console, "warn").mockImplementation(() => {});
beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => {
      registered.push(inputs);
      return { id: name, state: inputs };
    },
    call: () => ({}),
  }),
);
beforeEach(() => void warned.mockClear());
afterAll(() => warned.mockRestore());

const other = () => new ens.Callback("other", { url: "https://hooks.example.org/other" });
const CASCADE = "ENS deletes no object together with another one, so it would stay in ENS and leave the state";
const REFUSED: [keyof typeof ONE_OF_EACH, () => Options, string][] = [
  ...KINDS.map((kind): (typeof REFUSED)[number] => [
    kind,
    () => ({ deletedWith: other() }),
    `deletedWith is not possible: ${CASCADE}; remove the option, or use retainOnDelete if it shall stay`,
  ]),
  [
    "AuthScheme",
    () => ({ import: "x" }),
    "import does not work with dynamic resources of Pulumi; remove it, so that another scheme is created, and give that to the callbacks in place of the old authId",
  ],
  ...(["Callback", "Subscription"] as const).map((kind): (typeof REFUSED)[number] => [
    kind,
    () => ({ import: "x" }),
    'import does not work with dynamic resources of Pulumi; adopt: "always" takes over one object, and `npx ens import` a whole business unit',
  ]),
  [
    "AuthScheme",
    () => ({ deleteBeforeReplace: true }),
    "deleteBeforeReplace is not possible: ENS deletes no auth scheme that a callback uses; remove the option, and the callbacks get the new scheme before the old one is deleted",
  ],
  [
    "AuthScheme",
    () => ({ version: "1.2.3" }),
    "version is the version of Pulumi's own plugin; remove it, package.json says which pulumi-ens this is",
  ],
  [
    "Callback",
    () => ({ pluginDownloadURL: "https://plugins.example.org" }),
    "pluginDownloadURL is the address of Pulumi's own plugin, which comes with the CLI; remove it",
  ],
  ["Subscription", () => ({ envVarMappings: { FROM: "TO" } }), "envVarMappings is for providers; remove it"],
  [
    "Callback",
    () => ({ ignoreChanges: ["url", "authScheme"] }),
    "ignoreChanges cannot name authScheme, which is no property; write authId",
  ],
  [
    "Subscription",
    () => ({ ignoreChanges: ["callback.callbackId"] }),
    "ignoreChanges cannot name callback.callbackId, which is no property; write callbackId",
  ],
];

test.each(REFUSED)("%s refuses what cannot do what it says, in one line (%#)", (kind, options, why) => {
  expect(() => ONE_OF_EACH[kind](options())).toThrow(`${kind} "it": the resource option ${why}`);
});

const NO_EFFECT = "has no effect on dynamic resources of Pulumi";
const ANEW = "only creates anew what a run could not finish, like a callback that is not verified yet; remove it";
const WARNED: [Options, string[]][] = [
  [{}, []],
  [{ replaceOnChanges: [], deleteBeforeReplace: false, ignoreChanges: ["authId", "callbackId", "filters[0]"] }, []],
  [
    { replaceOnChanges: ["url", "scope"] },
    [`replaceOnChanges ${NO_EFFECT}; use \`pulumi up --replace <urn>\` when it shall be replaced`],
  ],
  [{ replaceOnChanges: ["url", "*"] }, [`replaceOnChanges with "*" ${ANEW}`]],
  [{ replaceOnChanges: ["#initerror"] }, [`replaceOnChanges with "#initerror" ${ANEW}`]],
  [
    { customTimeouts: { create: "1m" } },
    [`customTimeouts ${NO_EFFECT}; verification.timeout says how long a callback may take`],
  ],
];

test.each(WARNED)("every kind warns of what does nothing: %j", (options, lines) => {
  for (const kind of KINDS) {
    warned.mockClear();
    ONE_OF_EACH[kind](options);
    const shown = warned.mock.calls.map(([line]) => String(line).replace("warning: [runtime] ", ""));
    expect(shown).toEqual(lines.map((line) => `${kind} "it": the resource option ${line}`));
  }
});

test("a subscription tells check which ignored paths lead into its lists, however they are written", async () => {
  const paths = ["filters.key", "filters[0]", '["filters"].key', "eventCategoryTypes[1]"];
  const whole = ["filters", '["eventCategoryTypes"]', "status", "*"];
  const subscription = ONE_OF_EACH.Subscription({ ignoreChanges: [...paths, ...whole] });
  await new Promise((known) => subscription.urn.apply(known));
  expect(registered.at(-1)?.ignoredPaths).toEqual(paths);
});

test("what a transformation adds is not seen: neither refused nor told", async () => {
  const added: Options = { ignoreChanges: ["filters[0]"], deletedWith: other(), import: "x" };
  const transformations: Options["transformations"] = [({ props, opts }) => ({ props, opts: { ...opts, ...added } })];
  const subscription = ONE_OF_EACH.Subscription({ transformations });
  await new Promise((known) => subscription.urn.apply(known));
  expect(registered.at(-1)).toMatchObject({ callbackId: "x" });
  expect(registered.at(-1)).not.toHaveProperty("ignoredPaths");
});

describe("the document", () => {
  const root = resolve(__dirname, "../..");
  const text = readFileSync(join(root, "docs/pulumi-options.md"), "utf8");
  /** What the first column of a section's table names. */
  const named = (section: string) => {
    const [, after = ""] = text.split(`\n## ${section}\n`);
    const [own = ""] = after.split("\n## ");
    const rows = own.split("\n").filter((line) => /^\| `/.test(line));
    return rows.flatMap((row) => [...(row.split(" | ", 1)[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  };

  test("has each resource option of the SDK once", () => {
    // A new version of the SDK with another option does not compile here.
    const options: { readonly [Option in keyof Options]-?: true } = {
      ...{ additionalSecretOutputs: true, aliases: true, customTimeouts: true, deleteBeforeReplace: true },
      ...{ deletedWith: true, dependsOn: true, envVarMappings: true, hideDiffs: true, hooks: true, id: true },
      ...{ ignoreChanges: true, import: true, parent: true, pluginDownloadURL: true, protect: true, provider: true },
      ...{ replaceOnChanges: true, replaceWith: true, replacementTrigger: true, retainOnDelete: true },
      ...{ stateMigrations: true, transformations: true, transforms: true, urn: true, version: true },
    };
    expect(named("Resource options").sort()).toEqual(Object.keys(options).sort());
  });

  test("names no command that no test runs", () => {
    const files = ["pulumi-cli", "renames", "checkpoints-off"].map((name) =>
      readFileSync(join(root, `test/engine/${name}.test.ts`), "utf8"),
    );
    const words = files.join(" ").replaceAll(/[^\w-]+/g, " ");
    const commands = named("The command line");
    expect(commands).toContain("--target");
    expect(commands.filter((command = "") => !words.includes(command))).toEqual([]);
  });
});
