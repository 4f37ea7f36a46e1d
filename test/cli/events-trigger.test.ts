import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVENT_TYPES, parseDelivery, verifySignature } from "pulumi-ens-receiver";
import { CATALOGUE, certificateFor } from "pulumi-ens-simulator";
import { events } from "../../provider/src/cli/events";
import { trigger } from "../../provider/src/cli/trigger";
import { runCommand } from "../support/cli";
import { type Hooks, startHooks } from "../support/hooks";

const key = randomBytes(32).toString("base64");
const TYPE = "EngagementEvents.EmailOpen";
let folder: string;
const open: Hooks[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trigger-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const file = (text: string, name = "file") => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
async function started(...args: Parameters<typeof startHooks>): Promise<Hooks> {
  const hooks = await startHooks(...args);
  open.push(hooks);
  return hooks;
}
const triggers = (...args: string[]) => runCommand(trigger, args, {});
const lists = (...args: string[]) => runCommand(events, args, {});

test("an unknown event type is wrong use, with the one that may be meant", async () => {
  const ran = await lists("EngagementEvents.EmailOpne");
  expect(ran).toMatchObject({ code: 2, printed: "" });
  expect(ran.noted).toBe(
    'ens: "EngagementEvents.EmailOpne" is no event type that ENS documents; EngagementEvents.EmailOpen may be meant; see ens events --help\n',
  );
});

test("all 36 event types have filter keys and a sample that is a delivery, as the simulator knows them, too", async () => {
  const { events: all } = (await lists("--json")).document<{
    events: { type: string; filterKeys: string[]; sample: object }[];
  }>();
  expect(all.map(({ type }) => type)).toEqual(Object.keys(EVENT_TYPES));
  expect(all).toHaveLength(36);
  for (const { type, filterKeys, sample } of all) {
    expect(Object.keys(CATALOGUE)).toContain(type);
    expect([type, filterKeys]).toEqual([type, EVENT_TYPES[type as typeof TYPE]]);
    expect(parseDelivery(JSON.stringify([sample]))).toMatchObject([
      { eventCategoryType: type, compositeId: expect.any(String) },
    ]);
  }
  const { printed } = await lists();
  expect(printed).toMatch(/^type +filter keys\nTransactionalSendEvents\.EmailSent +definitionKey\n/);
  expect(printed).toContain("36 types; `ens events <type>` shows a sample");
  const one = await lists(TYPE);
  expect(one.printed).toMatch(/^EngagementEvents\.EmailOpen\nIt has no documented filter keys\.\n\n\[\n/);
  expect(JSON.parse(one.printed.split("\n\n").slice(1).join("\n\n"))).toMatchObject([{ eventCategoryType: TYPE }]);
});

describe("wrong use of trigger", () => {
  const good = ["https://hooks.example.org/", "--type", TYPE];
  test.each<[string, (keyFile: string) => string[], string]>([
    ["no url", () => [], "the <url> is missing"],
    ["an ftp url", () => ["ftp://hooks.example.org/"], "the url must start with https://"],
    [
      "plain http to another machine",
      () => ["http://hooks.example.org/"],
      "the url must start with https:// (http is accepted only for loopback hosts)",
    ],
    ["a key in the url", () => ["https://a:b@hooks.example.org/"], "the url contains credentials"],
    ["no type", (keyFile) => [good[0] as string, "--key-file", keyFile], "which events is not said: give --type"],
    ["an unknown type", () => [good[0] as string, "--type", "Email"], '"Email" is no event type that ENS documents'],
    ["no key", () => good, "there is no signature key: give --key-file <file>"],
    [
      "a short key",
      () => [...good, "--key-file", file("c2hvcnQ=", "short")],
      "the key in the file that --key-file names decodes to 5 bytes",
    ],
    [
      "an unknown key form",
      (keyFile) => [...good, "--key-file", keyFile, "--key-form", "hex"],
      "--key-form must be decoded or text",
    ],
    [
      "no number",
      (keyFile) => [...good, "--key-file", keyFile, "--count", "many"],
      "--count must be a number from 1 to 1000",
    ],
    ["zero", (keyFile) => [...good, "--key-file", keyFile, "--count", "0"], "--count must be a number from 1 to 1000"],
    [
      "too many",
      (keyFile) => [...good, "--key-file", keyFile, "--count", "1001"],
      "--count must be a number from 1 to 1000",
    ],
    ["data that are not there", () => [...good, "--data", "/nowhere"], "cannot read the file that --data names"],
    [
      "data that are no JSON",
      () => [...good, "--data", file("{marker", "data")],
      "the file that --data names must hold a JSON object",
    ],
    [
      "data without events",
      () => [...good, "--data", file("[]", "data")],
      "the file that --data names must hold a JSON object",
    ],
    [
      "types beside events",
      () => [...good, "--data", file('[{"a":1}]', "data")],
      "the array of --data is sent as it is, so that --type and --count have no place beside it",
    ],
  ])("%s is told in one sentence", async (_, argsOf, message) => {
    const ran = await triggers(...argsOf(file(key)));
    expect({ code: ran.code, printed: ran.printed }).toEqual({ code: 2, printed: "" });
    expect(ran.noted).toMatch(/^ens: [^\n]*; see ens trigger --help\n$/);
    expect(ran.noted).toContain(`ens: ${message}`);
    expect(ran.noted).not.toMatch(/marker/);
    expect(ran.noted).not.toContain(key);
  });
});

test("a delivery that is signed and acknowledged has code 0, in both key forms", async () => {
  const hooks = await started({ key, isSigned: (body, signature, keys) => verifySignature({ body, signature, keys }) });
  for (const form of ["decoded", "text"]) {
    const ran = await triggers(
      hooks.url,
      "--type",
      TYPE,
      "--type",
      "TransactionalSendEvents.EmailSent",
      "--key-file",
      file(key),
      "--key-form",
      form,
    );
    expect(ran).toMatchObject({ code: 0, noted: "" });
    expect(ran.printed).toMatch(
      /^2 events to http:\/\/127\.0\.0\.1:\d+: the receiver answered 204 after \d+ ms\. That acknowledges the delivery\.\n$/,
    );
  }
  const bodies = hooks.received.map(({ body }) =>
    parseDelivery(body).map(({ eventCategoryType }) => eventCategoryType),
  );
  expect(bodies).toEqual([
    [TYPE, "TransactionalSendEvents.EmailSent"],
    [TYPE, "TransactionalSendEvents.EmailSent"],
  ]);
});

test("data go over the fields of samples, and an array is sent as it is", async () => {
  const hooks = await started({ key });
  const data = file('{ "definitionKey": "mine", "composite": { "jobId": "7" }, "__proto__": { "x": 1 } }', "data");
  await triggers(hooks.url, "--type", TYPE, "--count", "3", "--data", data, "--key-file", file(key));
  const [first, ...more] = JSON.parse(hooks.received[0]?.body ?? "") as Record<string, Record<string, unknown>>[];
  expect(more).toHaveLength(2);
  expect(first).toMatchObject({
    eventCategoryType: TYPE,
    definitionKey: "mine",
    composite: { jobId: "7", batchId: "1" },
  });
  const own = '[{"eventCategoryType":"New.Type","any":1}]';
  expect((await triggers(hooks.url, "--data", file(own, "own"), "--key-file", file(key))).code).toBe(0);
  expect(hooks.received[1]?.body).toBe(own);
});

test("what does not acknowledge has code 1, with what came back and what to do, and no secret", async () => {
  const token = "token-marker-1234";
  const other = await started({ key: randomBytes(32).toString("base64") });
  const refused = await triggers(other.url, "--type", TYPE, "--key-file", file(key));
  expect(refused.code).toBe(1);
  expect(refused.printed).toMatch(
    /answered 401 after .*does not acknowledge the delivery: ENS would send it again\.\nTo do: Check that the receiver has this key/,
  );
  const picky = await started({
    key,
    isAuthorized: (authorization) => authorization === `Bearer ${token}`,
    take: () => 302,
  });
  const ran = await triggers(
    picky.url,
    "--type",
    TYPE,
    "--key-file",
    file(key),
    "--token-file",
    file(token, "token"),
    "--json",
  );
  expect(ran.code).toBe(1);
  expect(ran.document()).toMatchObject({
    events: 1,
    status: 302,
    acknowledged: false,
    advice: expect.stringContaining("follows no redirect"),
  });
  await picky.close();
  const gone = await triggers(picky.url, "--type", TYPE, "--key-file", file(key), "--json");
  expect({ code: gone.code, ...gone.document() }).toMatchObject({
    code: 1,
    status: null,
    acknowledged: false,
    received: expect.stringContaining("the connection failed"),
    advice: "Check that the receiver runs, and its host and port.",
  });
  for (const { printed, noted } of [refused, ran, gone]) {
    for (const secret of [key, token]) expect(printed + noted).not.toContain(secret);
  }
});

test("over TLS, the certificate is checked; --ca-file is for one of a test", async () => {
  const certificate = await certificateFor(["localhost"]);
  const hooks = await started({ key }, certificate);
  const args = [hooks.url, "--type", TYPE, "--key-file", file(key)];
  expect((await triggers(...args)).printed).toMatch(/the connection failed .*(CERT|certificate)/);
  expect((await triggers(...args, "--ca-file", file(certificate.ca, "ca"))).code).toBe(0);
});
