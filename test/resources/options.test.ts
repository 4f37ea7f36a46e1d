import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

// Resource options as the constructor sees them. test/full covers their effect in the engine.

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
const CASCADE = "because ENS never deletes an object together with another one, and the object would stay in ENS";
const REJECTED: [keyof typeof ONE_OF_EACH, () => Options, string][] = [
  ...KINDS.map((kind): (typeof REJECTED)[number] => [
    kind,
    () => ({ deletedWith: other() }),
    `deletedWith is not possible, ${CASCADE}; remove the option, or use retainOnDelete to keep the object in ENS`,
  ]),
  [
    "AuthScheme",
    () => ({ import: "x" }),
    "import is not supported by Pulumi's dynamic resources; remove it to create a new scheme, and replace the old authId in the callbacks",
  ],
  ...(["Callback", "Subscription"] as const).map((kind): (typeof REJECTED)[number] => [
    kind,
    () => ({ import: "x" }),
    'import is not supported by Pulumi\'s dynamic resources; use adopt: "always" for one object, or `npx ens import` for a whole business unit',
  ]),
  [
    "AuthScheme",
    () => ({ deleteBeforeReplace: true }),
    "deleteBeforeReplace is not possible, because ENS does not delete an auth scheme in use; remove the option, so that the callbacks get the new scheme before the old one is deleted",
  ],
  [
    "AuthScheme",
    () => ({ version: "1.2.3" }),
    "version selects the version of Pulumi's own plugin; remove it, because package.json selects the version of pulumi-ens",
  ],
  [
    "Callback",
    () => ({ pluginDownloadURL: "https://plugins.example.org" }),
    "pluginDownloadURL is the URL of Pulumi's own plugin, which is part of the CLI; remove it",
  ],
  ["Subscription", () => ({ envVarMappings: { FROM: "TO" } }), "envVarMappings applies only to providers; remove it"],
  [
    "Callback",
    () => ({ ignoreChanges: ["url", "authScheme"] }),
    "ignoreChanges names authScheme, which is not a property; use authId",
  ],
  [
    "Subscription",
    () => ({ ignoreChanges: ["callback.callbackId"] }),
    "ignoreChanges names callback.callbackId, which is not a property; use callbackId",
  ],
];

test.each(REJECTED)("%s rejects options that cannot work, with a message of one line (%#)", (kind, options, why) => {
  expect(() => ONE_OF_EACH[kind](options())).toThrow(`${kind} "it": the resource option ${why}`);
});

const NO_EFFECT = "has no effect on Pulumi's dynamic resources";
const UNFINISHED = "only replaces a resource that the last run did not finish, like an unverified callback; remove it";
const WARNED: [Options, string[]][] = [
  [{}, []],
  [{ replaceOnChanges: [], deleteBeforeReplace: false, ignoreChanges: ["authId", "callbackId", "filters[0]"] }, []],
  [
    { replaceOnChanges: ["url", "scope"] },
    [`replaceOnChanges ${NO_EFFECT}; run 'pulumi up --replace <urn>' to replace the resource`],
  ],
  [{ replaceOnChanges: ["url", "*"] }, [`replaceOnChanges with "*" ${UNFINISHED}`]],
  [{ replaceOnChanges: ["#initerror"] }, [`replaceOnChanges with "#initerror" ${UNFINISHED}`]],
  [
    { customTimeouts: { create: "1m" } },
    [`customTimeouts ${NO_EFFECT}; use verification.timeout to limit the wait for a callback`],
  ],
];

test.each(WARNED)("every kind warns about options without effect: %j", (options, lines) => {
  for (const kind of KINDS) {
    warned.mockClear();
    ONE_OF_EACH[kind](options);
    const shown = warned.mock.calls.map(([line]) => String(line).replace("warning: [runtime] ", ""));
    expect(shown).toEqual(lines.map((line) => `${kind} "it": the resource option ${line}`));
  }
});

test("a subscription registers the ignored paths that lead into its lists, in every notation", async () => {
  const paths = ["filters.key", "filters[0]", '["filters"].key', "eventCategoryTypes[1]"];
  const whole = ["filters", '["eventCategoryTypes"]', "status", "*"];
  const subscription = ONE_OF_EACH.Subscription({ ignoreChanges: [...paths, ...whole] });
  await new Promise((known) => subscription.urn.apply(known));
  expect(registered.at(-1)?.ignoredPaths).toEqual(paths);
});

test("the constructor does not see options that a transformation adds, and neither rejects nor registers them", async () => {
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
  /** Names in the first column of the table in a section. */
  const named = (section: string) => {
    const [, after = ""] = text.split(`\n## ${section}\n`);
    const [own = ""] = after.split("\n## ");
    const rows = own.split("\n").filter((line) => /^\| `/.test(line));
    return rows.flatMap((row) => [...(row.split(" | ", 1)[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  };

  test("lists each resource option of the SDK once", () => {
    // This does not compile if a new version of the SDK has another option.
    const options: { readonly [Option in keyof Options]-?: true } = {
      ...{ additionalSecretOutputs: true, aliases: true, customTimeouts: true, deleteBeforeReplace: true },
      ...{ deletedWith: true, dependsOn: true, envVarMappings: true, hideDiffs: true, hooks: true, id: true },
      ...{ ignoreChanges: true, import: true, parent: true, pluginDownloadURL: true, protect: true, provider: true },
      ...{ replaceOnChanges: true, replaceWith: true, replacementTrigger: true, retainOnDelete: true },
      ...{ stateMigrations: true, transformations: true, transforms: true, urn: true, version: true },
    };
    expect(named("Resource options").sort()).toEqual(Object.keys(options).sort());
  });

  test("names only commands that a test runs", () => {
    const files = ["engine/pulumi-cli", "engine/renames", "full/checkpoints-off"].map((name) =>
      readFileSync(join(root, `test/${name}.test.ts`), "utf8"),
    );
    const words = files.join(" ").replaceAll(/[^\w-]+/g, " ");
    const commands = named("The command line");
    expect(commands).toContain("--target");
    expect(commands.filter((command = "") => !words.includes(command))).toEqual([]);
  });
});
