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

test.each(["EmailOpen", "emailopen", "TransactionalSendEvents.EmailOpen", "EngagementEvent.EmailOpn"])(
  "%s is rejected with the event type that is probably meant",
  async (type) => {
    const message = `"${type}" is not a documented event type. Did you mean EngagementEvents.EmailOpen?`;
    expect((await lists(type)).noted).toBe(`ens: ${message} See \`ens events --help\`.\n`);
    const ran = await triggers("https://hooks.example.org/", "--type", type, "--key-file", file(key));
    expect(ran.noted).toBe(`ens: ${message} See \`ens trigger --help\`.\n`);
  },
);

test("an unknown event type is rejected with a similar one", async () => {
  const ran = await lists("EngagementEvents.EmailOpne");
  expect(ran).toMatchObject({ code: 2, printed: "" });
  expect(ran.noted).toBe(
    'ens: "EngagementEvents.EmailOpne" is not a documented event type. Did you mean EngagementEvents.EmailOpen? See `ens events --help`.\n',
  );
});

test("all 36 event types are listed with the filter keys of the receiver kit and a sample that is a delivery", async () => {
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
  expect(printed).toContain("36 event types. Run `ens events <type>` for a sample.");
  const one = await lists(TYPE);
  expect(one.printed).toMatch(/^EngagementEvents\.EmailOpen\nNo filter keys are documented\.\n\n\[\n/);
  expect(JSON.parse(one.printed.split("\n\n").slice(1).join("\n\n"))).toMatchObject([{ eventCategoryType: TYPE }]);
});

describe("wrong usage of trigger", () => {
  const good = ["https://hooks.example.org/", "--type", TYPE];
  test.each<[string, (keyFile: string) => string[], string]>([
    [
      "nothing",
      () => [],
      "<url>, --type <type> and --key-file <file> are missing. A local receiver is http://127.0.0.1:8080/ens, for example. Run `ens events` to see the event types. See",
    ],
    [
      "no URL",
      (keyFile) => ["--type", TYPE, "--key-file", keyFile],
      "<url> is missing. A local receiver is http://127.0.0.1:8080/ens, for example. See",
    ],
    ["an ftp URL", () => ["ftp://hooks.example.org/"], "the URL must start with https://"],
    [
      "plain http to another machine",
      () => ["http://hooks.example.org/"],
      "the URL must start with https:// (http is accepted only for loopback hosts). A local receiver is http://127.0.0.1:8080/ens, for example.",
    ],
    ["a key in the URL", () => ["https://a:b@hooks.example.org/"], "the URL contains credentials"],
    [
      "neither type nor key",
      () => [good[0] as string],
      "--type <type> and --key-file <file> are missing. Run `ens events` to see the event types.",
    ],
    [
      "no type",
      (keyFile) => [good[0] as string, "--key-file", keyFile],
      "--type <type> is missing. Run `ens events` to see the event types.",
    ],
    ["an unknown type", () => [good[0] as string, "--type", "Email"], '"Email" is not a documented event type.'],
    ["no key", () => good, "--key-file <file> is missing. See"],
    [
      "events without a key",
      () => [good[0] as string, "--data", file("[{}]", "data")],
      "--key-file <file> is missing. See",
    ],
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
    [
      "a data file that does not exist",
      () => [...good, "--data", "/nowhere"],
      "cannot read the file that --data names",
    ],
    [
      "data that are not JSON",
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
      (keyFile) => [...good, "--key-file", keyFile, "--data", file('[{"a":1}]', "data")],
      "--data has an array of events, which is sent unchanged. Omit --type and --count.",
    ],
  ])("%s is reported in one line", async (_, argsOf, message) => {
    const ran = await triggers(...argsOf(file(key)));
    expect({ code: ran.code, printed: ran.printed }).toEqual({ code: 2, printed: "" });
    expect(ran.noted).toMatch(/^ens: [^\n]*[.?] See `ens trigger --help`\.\n$/);
    expect(ran.noted).toContain(`ens: ${message}`);
    expect(ran.noted).not.toMatch(/marker/);
    expect(ran.noted).not.toContain(key);
  });
});

test("a signed delivery that is acknowledged has exit code 0, with both key forms", async () => {
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
      /^Sent 2 events to http:\/\/127\.0\.0\.1:\d+\. The receiver returned 204 after \d+ ms\. The delivery is acknowledged\.\n$/,
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

test("the fields of --data replace those of samples, and an array is sent unchanged", async () => {
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

test("without an acknowledgment, the exit code is 1 and the output has the response, advice and no secret", async () => {
  const token = "token-marker-1234";
  const other = await started({ key: randomBytes(32).toString("base64") });
  const refused = await triggers(other.url, "--type", TYPE, "--key-file", file(key));
  expect(refused.code).toBe(1);
  expect(refused.printed).toMatch(
    /returned 401 after .*The delivery is not acknowledged\. ENS would send it again\.\nTo do: Check that the receiver has this key/,
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
    advice: "Start the receiver, or correct the host and port of the URL.",
  });
  for (const { printed, noted } of [refused, ran, gone]) {
    for (const secret of [key, token]) expect(printed + noted).not.toContain(secret);
  }
});

test("the certificate of the receiver is checked, also against --ca-file", async () => {
  const certificate = await certificateFor(["localhost"]);
  const hooks = await started({ key }, certificate);
  const args = [hooks.url, "--type", TYPE, "--key-file", file(key)];
  expect((await triggers(...args)).printed).toMatch(/the connection failed .*(CERT|certificate)/);
  expect((await triggers(...args, "--ca-file", file(certificate.ca, "ca"))).code).toBe(0);
});
