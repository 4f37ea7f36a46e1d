import { environmentSource } from "pulumi-ens-receiver/internal";
import { type Simulator, type SimulatorOptions, startSimulator } from "pulumi-ens-simulator";
import { z } from "zod";
import { subscription } from "../../provider/src/kinds/subscription";
import { Run } from "../../provider/src/run/run";
import { readSettings } from "../../provider/src/run/settings";
import { differenceOf, instantClock, lifecycleOf } from "../support/lifecycle";

const LIST = "/platform/v1/ens-callbacks";
const CONTEXT = "/platform/v1/tokenContext";
const HERE = "7000002";
const THERE = "7000003";

let simulator: Simulator | undefined;
afterEach(() => simulator?.close());

/** Opens a client with the required and these additional `ENS_` variables. Also returns its warnings. */
async function client(env: NodeJS.ProcessEnv, faults: Parameters<Simulator["admin"]["faults"]>[0] = []) {
  const options: SimulatorOptions = { clock: "frozen" };
  simulator = await startSimulator(options);
  await simulator.admin.faults(faults);
  const { restUrl, authUrl } = simulator;
  const own = {
    ENS_REST_URL: restUrl,
    ENS_AUTH_URL: authUrl,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
  };
  const warnings: string[] = [];
  const warn = (line: string) => void warnings.push(line);
  const as = (more: NodeJS.ProcessEnv) =>
    new Run(readSettings(environmentSource({ ...own, ...more })), { clock: instantClock(), warn });
  const run = as(env);
  const calls = async () =>
    (await simulator?.admin.journal({ client: "rest" }))?.map(({ method, path }) => `${method} ${path}`);
  return {
    ens: run,
    as,
    calls,
    warnings,
    list: () => run.ens.get(LIST, z.unknown()),
    write: () => run.ens.post(LIST, [], z.unknown()),
  };
}

test("without an expected business unit, ENS is not asked for it", async () => {
  const { list, calls } = await client({ ENS_ACCOUNT_ID: HERE });
  await list();
  expect(await calls()).toEqual([`GET ${LIST}`]);
});

test("the business unit is confirmed once, before concurrent requests", async () => {
  const { list, calls } = await client({ ENS_EXPECT_ACCOUNT_ID: HERE });
  await Promise.all([list(), list(), list()]);
  await list();
  expect(await calls()).toEqual([`GET ${CONTEXT}`, ...Array(4).fill(`GET ${LIST}`)]);
});

test("no request is sent in the wrong business unit, and the message names both and what to do", async () => {
  const { list, write, calls } = await client({ ENS_EXPECT_ACCOUNT_ID: THERE });
  const [read, written] = await Promise.allSettled([list(), write()]);
  const why =
    `the current settings use business unit ${HERE}, but ens:expectAccountId is ${THERE}. Nothing was read or changed. ` +
    `To use ${THERE}, set ens:accountId to ${THERE} and ens:clientId to a package with access to it ` +
    "(export ENS_ACCOUNT_ID (or ENS_ACCOUNT_ID_FILE)), or correct ens:expectAccountId";
  expect([read, written]).toMatchObject([{ reason: { message: why } }, { reason: { message: why, lost: false } }]);
  await expect(list()).rejects.toThrow(why);
  expect(await calls()).toEqual([`GET ${CONTEXT}`]);
});

test("contradicting settings are rejected without a request", async () => {
  const both = { ENS_ACCOUNT_ID: HERE, ENS_EXPECT_ACCOUNT_ID: THERE };
  await expect(client(both)).rejects.toThrow(
    `the current settings use business unit ${HERE}, but ens:expectAccountId is ${THERE}`,
  );
  expect(await simulator?.admin.journal()).toEqual([]);
  await simulator?.close();
  await expect(client({ ENS_EXPECT_ACCOUNT_ID: "production" })).rejects.toThrow(
    "is not a number; give the business unit's MID",
  );
});

describe.each([401, 403, 404])("when ENS returns %i instead of the business unit", (status) => {
  const silent = { kind: "status", status, path: CONTEXT, times: 2 } as const;

  test("a token that was requested for the MID is accepted with a warning", async () => {
    const { list, calls, warnings } = await client({ ENS_ACCOUNT_ID: HERE, ENS_EXPECT_ACCOUNT_ID: HERE }, [silent]);
    await Promise.all([list(), list()]);
    expect((await calls())?.filter((call) => call === `GET ${LIST}`)).toHaveLength(2);
    expect(warnings).toEqual([
      expect.stringContaining(`It is assumed to be ${HERE}, because the token was issued for`),
    ]);
  });

  test("any other token is rejected", async () => {
    const { list, write, calls, warnings } = await client({ ENS_EXPECT_ACCOUNT_ID: HERE }, [silent]);
    const why = `GET ${CONTEXT} returned ${status}`;
    await expect(list()).rejects.toThrow(why);
    await expect(write()).rejects.toMatchObject({
      message: expect.stringMatching(
        /Nothing was read or changed\. To use 7000002, set ens:accountId to 7000002 .*, or remove ens:expect/,
      ),
      gone: false,
    });
    expect(new Set(await calls())).toEqual(new Set([`GET ${CONTEXT}`]));
    expect(warnings).toEqual([]);
  });
});

test("a response without a MID does not confirm the business unit", async () => {
  const answer = { kind: "status", status: 200, message: "hello", path: CONTEXT } as const;
  const { list, warnings } = await client({ ENS_ACCOUNT_ID: HERE, ENS_EXPECT_ACCOUNT_ID: HERE }, [answer]);
  await list();
  expect(warnings).toEqual([expect.stringContaining("returned 200 with an unexpected body: organization")]);
});

test("a lost response fails only one request, and the next request asks again", async () => {
  const dead = { kind: "reset", path: CONTEXT, times: 5 } as const;
  const { list, write, calls } = await client({ ENS_EXPECT_ACCOUNT_ID: HERE }, [dead]);
  await expect(write()).rejects.toMatchObject({
    message: expect.stringContaining("could not find out which business unit the token is for"),
    lost: false,
  });
  await list();
  expect((await calls())?.filter((call) => call !== `GET ${CONTEXT}`)).toEqual([`GET ${LIST}`]);
});

describe("an object that was created in another business unit", () => {
  const program = { subscriptionName: "opens", eventCategoryTypes: ["EngagementEvents.EmailOpen"] };

  async function made(env: NodeJS.ProcessEnv, faults: Parameters<Simulator["admin"]["faults"]>[0] = []) {
    const { ens, as, calls } = await client(env, faults);
    const callback = {
      callbackName: "c",
      url: "https://a.example.org/c",
      mid: Number(HERE),
      status: "verified",
    } as const;
    const callbackId = await simulator?.admin.add("callbacks", callback);
    const done = await lifecycleOf(subscription, ens).up({ ...program, callbackId });
    const live = async () => (await simulator?.admin.state())?.subscriptions.length;
    return { ens, done, as, calls, live, inputs: { ...program, callbackId, filters: [], status: "active" } };
  }

  test("is replaced, and is not read or deleted in the wrong business unit", async () => {
    const { done, as, live, inputs } = await made({ ENS_ACCOUNT_ID: HERE });
    expect(done.state).toMatchObject({ accountId: HERE });
    const there = lifecycleOf(subscription, as({ ENS_ACCOUNT_ID: THERE }));
    const where = `this object belongs to business unit ${HERE}, but the current settings use ${THERE}. Nothing was read or changed.`;
    await expect(there.read(done)).rejects.toThrow(where);
    await expect(there.remove(done)).rejects.toThrow(where);
    expect(await live()).toBe(1);
    expect(differenceOf(subscription, done.state, inputs, THERE)).toMatchObject({
      changes: true,
      replaces: ["accountId"],
      deleteBeforeReplace: true,
      warning: expect.stringContaining(
        `this object belongs to business unit ${HERE}, but the current settings use ${THERE}. `,
      ),
    });
    expect(differenceOf(subscription, done.state, inputs, HERE)).toMatchObject({ changes: false });
    expect(differenceOf(subscription, done.state, inputs)).toMatchObject({ changes: false });
    const here = lifecycleOf(subscription, as({ ENS_EXPECT_ACCOUNT_ID: HERE }));
    expect((await here.read(done))?.props).toEqual(done.state);
    await here.remove(done);
    expect(await live()).toBe(0);
  });

  test("is recognized without a setting, because ENS was asked when it was created", async () => {
    const { done, as, live, calls } = await made({});
    expect(done.state).toMatchObject({ accountId: HERE });
    expect((await calls())?.filter((call) => call === `GET ${CONTEXT}`)).toHaveLength(1);
    const there = lifecycleOf(subscription, as({ ENS_ACCOUNT_ID: THERE }));
    await expect(there.remove(done)).rejects.toThrow(
      `this object belongs to business unit ${HERE}, but the current settings use ${THERE}`,
    );
    expect(await live()).toBe(1);
  });

  test("is created although the response was lost, and the next create asks again", async () => {
    const { ens, done, inputs } = await made({}, [{ kind: "reset", path: CONTEXT, times: 5 }]);
    expect(done.state).not.toHaveProperty("accountId");
    const next = await lifecycleOf(subscription, ens).up({ ...inputs, subscriptionName: "clicks" });
    expect(next.state).toMatchObject({ accountId: HERE });
  });

  test("does not count as deleted before ENS was asked for the business unit", async () => {
    const { done, as, live, calls, inputs } = await made({});
    const moved = { ...done, state: { ...done.state, accountId: THERE } };
    await simulator?.admin.clearJournal();
    const asking = lifecycleOf(subscription, as({}));
    expect((await asking.read(moved))?.props).toEqual(moved.state);
    expect(await calls()).not.toContain(`GET ${CONTEXT}`);
    const where = `this object belongs to business unit ${THERE}, but the current settings use ${HERE}. Nothing was read or changed.`;
    await expect(lifecycleOf(subscription, as({})).remove(moved)).rejects.toThrow(where);
    expect(await live()).toBe(1);
    await simulator?.admin.remove("subscriptions", done.id);
    await expect(lifecycleOf(subscription, as({})).read(moved)).rejects.toThrow(where);
    await expect(lifecycleOf(subscription, as({})).up({ ...inputs, status: "paused" }, moved)).rejects.toThrow(where);
    expect(await lifecycleOf(subscription, as({})).read(done)).toBeUndefined();
  });

  test("is not recognized when the business unit is unknown, and the next update that knows it records it", async () => {
    const { done, as, inputs } = await made({}, [{ kind: "status", status: 404, path: CONTEXT }]);
    expect(done.state).not.toHaveProperty("accountId");
    expect(differenceOf(subscription, done.state, inputs, THERE)).toMatchObject({ changes: false });
    const named = lifecycleOf(subscription, as({ ENS_ACCOUNT_ID: HERE }));
    expect(await named.up({ ...inputs, status: "paused" }, done)).toMatchObject({
      did: "update",
      state: { accountId: HERE },
    });
  });
});
