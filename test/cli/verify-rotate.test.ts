import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { rotateKey } from "../../provider/src/cli/rotate-key";
import { verify } from "../../provider/src/cli/verify";
import { CLIENT_SECRET, environmentOf, runCommand, secretsOf } from "../support/cli";

let simulator: Simulator;
let folder: string;
beforeEach(async () => {
  simulator = await startSimulator({ clientSecret: CLIENT_SECRET });
  folder = mkdtempSync(join(tmpdir(), "keys-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await simulator.close();
});

const KEY = "dmVyaWZpY2F0aW9uLWtleS1tYXJrZXI=";
const verifies = (args: string[], input = "") => runCommand(verify, args, environmentOf(simulator), { input });
const rotates = (args: string[], answers?: string[]) =>
  runCommand(rotateKey, args, environmentOf(simulator), answers === undefined ? {} : { answers });
const made = (fields: object = {}) =>
  simulator.admin.add("callbacks", { callbackName: "orders", url: "https://hooks.example.org/orders", ...fields });
const unverified = () => made({ status: "unverified", verificationKey: KEY, keyState: "live" });
const file = (text: string, name = "key") => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const callbackIn = async () => (await simulator.admin.state()).callbacks[0];

describe("verify", () => {
  test.each<[string, string, string]>([
    ["nothing", " \n", "the text on stdin is empty"],
    ["other JSON", '{"key":"x"}', "the text on stdin is JSON without callbackId and verificationKey"],
    ["two words", "not a-key", "the text on stdin contains white space"],
    [
      "the verification request of another callback",
      `{"callbackId":"other","verificationKey":"${KEY}"}`,
      "the text on stdin belongs to another callback",
    ],
  ])("%s is rejected as a key without a request to ENS", async (_, input, message) => {
    const ran = await verifies([await unverified()], input);
    expect({ code: ran.code, printed: ran.printed }).toEqual({ code: 2, printed: "" });
    expect(ran.noted).toContain(message);
    expect(ran.noted).not.toContain(KEY);
    expect(await simulator.admin.journal()).toEqual([]);
  });

  test("a key file that does not exist and a key as an argument are wrong usage", async () => {
    const id = await unverified();
    expect(await verifies([id, "--key-file", join(folder, "nowhere")])).toMatchObject({
      code: 2,
      noted: expect.stringContaining("the text of --key-file cannot be read"),
    });
    const ran = await verifies([id, KEY]);
    expect(ran).toMatchObject({ code: 2, noted: expect.stringContaining("accepts one argument") });
    expect(ran.noted).not.toContain(KEY);
    expect((await verifies([id, "--key", KEY])).noted).toContain(
      "would show a secret in the process list. Write the secret into a file and give --key-file <file>.",
    );
  });

  test.each<[string, (id: string) => string]>([
    ["alone", () => `${KEY}\n`],
    ["in quotes", () => `"${KEY}"`],
    [
      "in the JSON body of the verification request",
      (callbackId) => JSON.stringify({ callbackId, verificationKey: KEY }),
    ],
  ])("a key %s is sent to ENS, from stdin and from a file", async (_, textOf) => {
    for (const source of ["stdin", "file"]) {
      await simulator.admin.reset();
      const id = await unverified();
      const ran = await (source === "stdin"
        ? verifies([id], textOf(id))
        : verifies([id, "--key-file", file(textOf(id))]));
      expect(ran).toMatchObject({ code: 0, printed: `Callback ${id} is verified.\n`, noted: "" });
      expect((await callbackIn())?.status).toBe("verified");
      expect((await verifies([id, "--json"], textOf(id))).document()).toEqual({
        callbackId: id,
        status: "verified",
        verifiedBefore: true,
      });
    }
  });

  test("a wrong key and an unknown callback fail, and a lost response does not", async () => {
    const id = await unverified();
    const wrong = verifies([id], "d3Jvbmc=");
    await expect(wrong).rejects.toThrow(
      /^ENS rejected the key \(.*404.*\)\. The key is wrong, was used before, or is older than four hours\. Replace/,
    );
    for (const other of ["nonsense", "00000000-0000-4000-8000-000000000000"]) {
      await expect(verifies([other], KEY)).rejects.toThrow(
        `business unit 7000002 has no callback ${other}. Run \`ens list callbacks\` to see all ids`,
      );
    }
    await simulator.admin.faults([{ kind: "answer-lost", method: "POST", path: "/platform/v1/ens-verify" }]);
    expect(await verifies([id], KEY)).toMatchObject({ code: 0, printed: `Callback ${id} is verified.\n` });
  });
});

describe("rotate-key", () => {
  test.each<[string, string[], string]>([
    ["no place", [], "give either --key-file <file> or --show-key for the new key"],
    ["two places", ["--show-key", "--key-file", "x"], "give either --key-file <file> or --show-key"],
    ["a folder", ["--key-file", tmpdir()], "--key-file names a folder. Give a file."],
    ["a file in no folder", ["--key-file", "/nowhere/key"], "cannot write the file that --key-file names"],
  ])("%s is rejected without a request to ENS", async (_, args, message) => {
    const ran = await rotates([await made(), ...args, "--yes"]);
    expect(ran).toMatchObject({ code: 2, printed: "" });
    expect(ran.noted).toContain(message);
    expect(await simulator.admin.journal()).toEqual([]);
  });

  test("nothing is changed without a confirmation, and no file remains", async () => {
    const id = await made();
    const before = await callbackIn();
    const path = join(folder, "new");
    const alone = await rotates([id, "--key-file", path]);
    expect(alone).toMatchObject({ code: 2, printed: "" });
    expect(alone.noted).toContain(
      "this command asks for confirmation, and there is no terminal. Add --yes to confirm.",
    );
    for (const answer of ["", "n", "yess", "no"]) {
      const ran = await rotates([id, "--key-file", path], [answer]);
      expect(ran).toMatchObject({
        code: 1,
        printed: "",
        questions: ["Create a new signature key for callback orders? [y/N] "],
      });
      expect(ran.noted).toContain("nothing was changed");
    }
    expect(await callbackIn()).toEqual(before);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("the new key is written only to a file that only its owner may read", async () => {
    const id = await made({ callbackName: "orders-0123abc" });
    const old = (await callbackIn())?.signatureKey;
    const path = join(folder, "new");
    const ran = await rotates([id, "--key-file", path], ["Y"]);
    expect(ran.code).toBe(0);
    const signatureKey = (await callbackIn())?.signatureKey;
    expect(signatureKey).not.toBe(old);
    expect(readFileSync(path, "utf8")).toBe(`${signatureKey}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(ran.noted).toContain(
      "a stack probably manages callback orders-0123abc. In that case, change signatureKeyVersion of the resource",
    );
    expect(ran.printed).toBe(`Callback orders-0123abc has a new key in ${path}.\n`);
    for (const secret of await secretsOf(simulator)) expect(ran.printed + ran.noted).not.toContain(secret);
    expect(await rotates([id, "--key-file", path, "--yes"])).toMatchObject({
      code: 2,
      noted: expect.stringContaining("the file that --key-file names exists. Add --force to replace it."),
    });
    chmodSync(path, 0o644);
    expect((await rotates([id, "--key-file", path, "--yes", "--force", "--json"])).document()).toEqual({
      callbackId: id,
      callbackName: "orders-0123abc",
      keyFile: path,
    });
    expect(readFileSync(path, "utf8")).toBe(`${(await callbackIn())?.signatureKey}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["new"]);
  });

  test("a link is replaced and not followed", async () => {
    const target = file("mine", "target");
    symlinkSync(target, join(folder, "link"));
    await rotates([await made(), "--key-file", join(folder, "link"), "--yes", "--force"]);
    expect(readFileSync(target, "utf8")).toBe("mine");
    expect(statSync(join(folder, "link")).isFile()).toBe(true);
  });

  test("with --show-key, stdout has the key alone, or the document with it", async () => {
    const id = await made();
    const ran = await rotates([id, "--show-key", "--yes"]);
    expect(ran.printed).toBe(`${(await callbackIn())?.signatureKey}\n`);
    expect(ran.noted).toContain("a stack may manage callback orders.");
    const document = (await rotates([id, "--show-key", "--yes", "--json"])).document();
    expect(document).toEqual({
      callbackId: id,
      callbackName: "orders",
      signatureKey: (await callbackIn())?.signatureKey,
    });
  });

  test("when ENS returns no key or an error, the message says so and no file remains", async () => {
    const id = await made();
    const before = await callbackIn();
    for (const [status, message] of [
      [304, "ENS returned no new key for callback"],
      [403, "Run `ens doctor` to see all missing permissions."],
    ] as const) {
      await simulator.admin.faults([{ kind: "status", status, method: "PUT", path: "/platform/v1/ens-regenerate" }]);
      await expect(rotates([id, "--key-file", join(folder, "new"), "--yes"])).rejects.toThrow(message);
    }
    expect(readdirSync(folder)).toEqual([]);
    expect(await callbackIn()).toEqual(before);
  });

  test("an unknown callback, a lost response, and a file that cannot be written after all fail", async () => {
    const id = await made();
    await expect(rotates(["nonsense", "--show-key", "--yes"])).rejects.toThrow(
      "this business unit has no callback nonsense. Run `ens list callbacks`",
    );
    await simulator.admin.faults([
      { kind: "answer-lost", method: "PUT", path: "/platform/v1/ens-regenerate", times: 9 },
    ]);
    await expect(rotates([id, "--show-key", "--yes"])).rejects.toThrow(
      `ENS may have created a new key for callback ${id}: `,
    );
    await simulator.admin.faults([]);
    const path = join(folder, "new");
    const question = { answers: [] as string[] };
    const ask = async () => {
      mkdirSync(path);
      return "y";
    };
    question.answers.shift = ask as never;
    await expect(rotates([id, "--key-file", path], question.answers)).rejects.toThrow(
      "the callback has a new key, but the key could not be written to the file",
    );
  });
});
