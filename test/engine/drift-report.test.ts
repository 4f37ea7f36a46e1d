import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { blocksOf } from "../support/document";
import { CREDENTIALS, shop, startWorld, type World } from "../support/world";

const ROOT = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** The commands of the page, by heading. */
const shell = blocksOf(read("docs/drift.md")).filter(({ language }) => language === "sh");
const commands = Object.fromEntries(shell.map(({ section, text }) => [section, text]));
const { "With Pulumi's CLI alone": plain = "", "With a summary": summed = "", Repair: repair = "" } = commands;
interface Workflow {
  readonly jobs: { readonly drift: { readonly steps: { readonly run?: string; readonly env?: object }[] } };
}
const workflow = parse(read("examples/ci-drift/.github/workflows/drift.yml")) as Workflow;
const nightly = workflow.jobs.drift.steps.at(-1);

let world: World;
beforeAll(async () => {
  world = await startWorld({ switches: { authGet: "on" } });
  world.stack.program(shop());
  await world.stack.ok("up");
});
afterAll(() => world?.close());

/** Runs the nightly job as GitHub does. */
async function runNightly() {
  const file = join(world.stack.folder, "summary.md");
  const ran = await world.stack.shell(`: > "$GITHUB_STEP_SUMMARY"\n${nightly?.run}`, { GITHUB_STEP_SUMMARY: file });
  return { ...ran, summary: readFileSync(file, "utf8") };
}

test("the page has these commands and no others", () => {
  expect(Object.keys(commands)).toEqual(["With Pulumi's CLI alone", "With a summary", "Repair"]);
  expect(workflow.jobs.drift.steps.flatMap(({ run }) => run ?? [])).toEqual(["npm ci", expect.any(String)]);
  expect(Object.keys(nightly?.env ?? {})).toContain("ENS_CLIENT_SECRET");
});

test("without drift, each command exits with code 0 and reports no drift", async () => {
  expect(await world.stack.shell(plain)).toMatchObject({
    code: 0,
    output: expect.stringMatching(/ENS is as the program says\.\n$/),
  });
  const none = "## Drift of `dev`\n\n**No drift:** ENS matches the program.\n";
  expect(await world.stack.shell(summed)).toEqual({ code: 0, output: none, errors: "ens: comparing ENS with dev …\n" });
  expect(await runNightly()).toMatchObject({ code: 0, output: none, summary: none });
});

test("with drift, each command exits with code 7, the summary lists each difference and no secret, and the repair works", async () => {
  const { admin } = world.simulator;
  const { callbacks, subscriptions, authentications } = await admin.state();
  const [callback, subscription, scheme] = [callbacks[0], subscriptions[0], authentications[0]];
  await admin.patch("callbacks", callback?.callbackId ?? "", {
    maxBatchSize: 900,
    callbackName: "a|`b`\n<script>",
    status: "suspended",
    statusReason: "too slow",
  });
  await admin.patch("subscriptions", subscription?.subscriptionId ?? "", { filters: [], status: "paused" });
  await admin.patch("authentications", scheme?.authId ?? "", { authUrl: "https://login.example.org/other" });
  // The program made these changes, and nobody changed anything in Setup.
  const types = ["TransactionalSendEvents.EmailSent", "EngagementEvents.EmailOpen"];
  world.stack.program(
    `${shop({ subscription: { eventCategoryTypes: types } })}
     new ens.Callback("extra", { url: "https://hooks.example.org/extra" });`,
  );

  const shown = await world.stack.shell(plain);
  expect(shown).toMatchObject({ code: 7, output: expect.stringMatching(/ENS differs, as shown above\.\n$/) });
  expect(shown.output).toMatch(/~ maxBatchSize *: 900 => 500/);

  const table = [
    '| AuthScheme `idp` | changed in ENS | `authUrl` | `"https://login.example.org/other"` | `"https://login.example.org/token"` |',
    "| Callback `extra` | new in the program | – | – | – |",
    `| Callback \`orders\` | changed in ENS | \`callbackName\` | <code>&#34;a&#124;&#96;b&#96;&#92;n&#60;script&#62;&#34;</code> | \`"${callback?.callbackName}"\` |`,
    "| Callback `orders` | changed in ENS | `maxBatchSize` | `900` | `500` |",
    '| Subscription `sent` | changed in ENS | `filters` | `{}` | `{"definitionKey":"order-confirm"}` |',
    '| Subscription `sent` | changed in ENS | `status` | `"paused"` | `"active"` |',
    '| Subscription `sent` | changed in the program | `eventCategoryTypes` | `[…, "TransactionalSendEvents.EmailNotSent"]` | `[…, "EngagementEvents.EmailOpen"]` |',
  ];
  const { code, output, summary } = await runNightly();
  expect({ code, summary }).toEqual({ code: 7, summary: output });
  expect(
    output
      .split("\n")
      .filter((line) => /^\| (?!resource|---)/.test(line))
      .sort(),
  ).toEqual(table);
  expect(output).toContain("**4 resources differ.**");
  expect(output).toContain("> **Note:** Callback `orders` has status `suspended`, `too slow`.");

  expect((await world.stack.shell(repair)).code).toBe(0);
  await admin.patch("callbacks", callback?.callbackId ?? "", { status: "verified", statusReason: "none" });
  expect((await world.stack.shell(summed)).code).toBe(0);
  const { callbacks: after } = await admin.state();
  for (const secret of [CREDENTIALS.clientSecret, ...after.map(({ signatureKey }) => signatureKey)]) {
    expect(world.stack.seen()).not.toContain(secret);
  }
});

test("the summary lists a deleted object and the replacement of its dependents, and a failed comparison is not drift", async () => {
  const { admin } = world.simulator;
  await world.stack.edit((text) => text.replace(/("createdAt": ")[^"]*/g, "$12026-01-01T00:00:00.000Z"));
  const { callbacks } = await admin.state();
  const orders = callbacks.find(({ url }) => url.endsWith("/orders"))?.callbackId ?? "";
  await admin.remove("callbacks", orders);
  const { code, output } = await world.stack.shell(summed);
  expect(code).toBe(7);
  expect(output).toContain("| Callback `orders` | deleted in ENS | – | – | – |");
  expect(output).toContain(
    `| Subscription \`sent\` | depends on another resource, will be replaced | \`callbackId\` | \`"${orders}"\` | known after \`up\` |`,
  );
  const path = "/platform/v1/ens-callbacks";
  await admin.faults([{ kind: "status", status: 403, method: "GET", path, times: 1000 }]);
  const failed = await runNightly();
  expect(failed.code).toBe(1);
  expect(failed.summary).toContain("**Unknown:** the comparison failed with exit code 1.");
  expect(failed.summary).toContain("needs event_notification_callback_read");
  expect(await world.stack.shell(plain)).toMatchObject({ code: 1, output: expect.stringContaining("not be compared") });
});
