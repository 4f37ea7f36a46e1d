import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { sweep } from "../../provider/src/cli/sweep";
import { planSweep } from "../../provider/src/cli/sweep-plan";
import { CLIENT_SECRET, environmentOf, fillUnit, runCommand, secretsOf } from "../support/cli";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ clientSecret: CLIENT_SECRET });
});
afterEach(() => simulator.close());

const sweeps = (args: string[], answers?: string[]) =>
  runCommand(sweep, args, environmentOf(simulator), answers === undefined ? {} : { answers });
const names = async () => {
  const { callbacks, subscriptions } = await simulator.admin.state();
  return [...callbacks.map((each) => each.callbackName), ...subscriptions.map((each) => each.subscriptionName)].sort();
};
const deletes = async () =>
  (await simulator.admin.journal({ method: "DELETE" })).map(({ path }) => path.split("/").at(-2) ?? "");
async function made(callbackName: string, ...subscriptionNames: string[]): Promise<void> {
  const callbackId = await simulator.admin.add("callbacks", {
    callbackName,
    url: `https://hooks.example.org/${callbackName}`,
  });
  for (const subscriptionName of subscriptionNames) {
    await simulator.admin.add("subscriptions", {
      callbackId,
      subscriptionName,
      eventCategoryTypes: ["EngagementEvents.EmailOpen"],
    });
  }
}

test.each([[], ["--prefix="], ["--prefix", " "], ["--prefix"], ["--prefix", "\t\n", "--yes"]])(
  "without a prefix (%j), no request is sent",
  async (...args) => {
    await made("a", "a-1");
    const ran = await sweeps(args);
    expect({ code: ran.code, printed: ran.printed }).toEqual({ code: 2, printed: "" });
    expect(await simulator.admin.journal()).toEqual([]);
  },
);

test("a dry run lists the objects to delete and to keep, and deletes nothing", async () => {
  await made("test-a", "test-a-1", "test-a-2");
  await made("test-b", "test-b-1", "mine");
  await made("test-c-0123abc", "test-d-0123abc");
  await made("test-e-0123456789ab-pending");
  await made("Test-f", "x-test");
  const before = await names();
  const { code, printed } = await sweeps(["--prefix", "test-", "--dry-run"]);
  expect(code).toBe(0);
  const rows = printed
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/ {2,}/).filter((_, at) => at !== 2));
  const why = "the name looks generated, so a stack may manage it; --include-generated deletes it";
  expect(rows).toEqual([
    ["delete", "subscription", "test-a-1"],
    ["delete", "subscription", "test-a-2"],
    ["delete", "subscription", "test-b-1"],
    ["delete", "callback", "test-a"],
    ["keep", "callback", "test-b", "1 subscription of this callback is kept"],
    ["keep", "subscription", "test-d-0123abc", why],
    ["keep", "callback", "test-c-0123abc", why],
    ["keep", "callback", "test-e-0123456789ab-pending", why],
  ]);
  expect(await names()).toEqual(before);
  expect((await sweeps(["--prefix", "test-", "--dry-run", "--json"])).document()).toMatchObject({
    dryRun: true,
    callbacks: [{ name: "test-a" }],
    deleted: { callbacks: [] },
    failed: [],
  });
});

test("nothing is deleted without a confirmation, for which --yes stands in a pipeline", async () => {
  await made("test-a", "test-a-1");
  const before = await names();
  const alone = await sweeps(["--prefix", "test-"]);
  expect(alone).toMatchObject({
    code: 2,
    noted: expect.stringContaining("there is no terminal. Add --yes to confirm. See `ens sweep --help`."),
  });
  const refused = await sweeps(["--prefix", "test-"], ["no"]);
  expect(refused).toMatchObject({ code: 1, questions: ["Delete 1 subscription and 1 callback? [y/N] "] });
  expect(await names()).toEqual(before);
  expect(await deletes()).toEqual([]);
  expect(await sweeps(["--prefix", "test-"], ["yes"])).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/Deleted 1 subscription and 1 callback\.\n$/),
  });
  expect(await names()).toEqual([]);
  expect(await sweeps(["--prefix", "test-", "--yes"])).toMatchObject({
    code: 0,
    printed: 'Nothing has a name that begins with "test-".\n',
  });
});

test("all subscriptions are deleted before the first of thirty callbacks, and stdout has one document", async () => {
  await fillUnit(simulator);
  await made("other", "other-1");
  const ran = await sweeps(["--prefix", "shop-", "--yes", "--json"]);
  expect(ran.code).toBe(0);
  const { deleted, kept, failed } = ran.document<
    Record<string, { length: number }> & { deleted: Record<string, unknown[]> }
  >();
  expect([deleted.subscriptions?.length, deleted.callbacks?.length, kept?.length, failed?.length]).toEqual([
    54, 30, 0, 0,
  ]);
  expect(await names()).toEqual(["other", "other-1"]);
  const order = await deletes();
  expect(order.lastIndexOf("ens-subscriptions")).toBeLessThan(order.indexOf("ens-callbacks"));
  expect(ran.progresses).toContain("deleted 84 of 84");
  for (const secret of await secretsOf(simulator)) expect(ran.printed + ran.noted).not.toContain(secret);
});

test("objects with generated names are deleted with --include-generated only", async () => {
  await made("test-c-0123abc", "test-d-0123abc");
  expect((await sweeps(["--prefix", "test-", "--yes"])).printed).toContain("keep");
  expect(await names()).toEqual(["test-c-0123abc", "test-d-0123abc"]);
  await sweeps(["--prefix", "test-", "--yes", "--include-generated"]);
  expect(await names()).toEqual([]);
});

test("an object that cannot be deleted is named, the others are deleted, and the exit code is 1", async () => {
  await made("test-a", "test-a-1");
  await made("test-b", "test-b-1");
  const { subscriptions } = await simulator.admin.state();
  const [first] = subscriptions;
  await simulator.admin.faults([
    {
      kind: "status",
      status: 403,
      method: "DELETE",
      path: `/platform/v1/ens-subscriptions/${first?.subscriptionId}`,
      times: 5,
    },
  ]);
  const ran = await sweeps(["--prefix", "test-", "--yes"]);
  expect(ran.code).toBe(1);
  expect(ran.noted).toMatch(/ens: test-a-1 was not deleted: DELETE .* returned 403/);
  expect(ran.noted).toMatch(/ens: test-a was not deleted: callback test-a still has 1 subscription: test-a-1/);
  expect(ran.printed).toMatch(/Deleted 1 subscription and 1 callback\.\n$/);
  expect(await names()).toEqual(["test-a", "test-a-1"]);
});

test("a prefix is matched literally", () => {
  const callback = { callbackId: "1", callbackName: "a.b", url: "https://hooks.example.org/" };
  const unit = [{ callback, subscriptions: [] }];
  expect(planSweep(unit, "a.", false).callbacks).toHaveLength(1);
  for (const prefix of ["a*", ".", "A.", "a.bc"])
    expect(planSweep(unit, prefix, false)).toEqual({ subscriptions: [], callbacks: [], kept: [] });
});
