import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, type SimulatorOptions, startSimulator } from "pulumi-ens-simulator";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/initialization-failed";
import type { Values } from "../../provider/src/kinds/kind";
import { formatOwner } from "../../provider/src/resources/frozen";
import { instantClock, lifecycleOf, runOf } from "../support/lifecycle";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

// Ways in which the verification key gets to ENS. The receiver of these tests does not return the key itself.

let simulator: Simulator;
let receiver: Receiver;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "verification-"));
  receiver = await startReceiver();
  receiver.verifies = false;
  await start({ connectTo: { "hooks.example.org": receiver.address } });
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});
const start = async (options: SimulatorOptions) => {
  simulator = await startSimulator(options);
};

const url = "https://hooks.example.org/orders";
const program = (verification: Values) => ({ callbackName: "orders", url, verification });
const callbacks = (clock?: ReturnType<typeof instantClock>) => lifecycleOf(callback, runOf(simulator, clock));
const stored = async () => (await simulator.admin.state()).callbacks;
type Probe = Record<"callbackId" | "verificationKey", string>;
const probe = async (): Promise<Probe> => {
  const [made] = await stored();
  return { callbackId: made?.callbackId ?? "", verificationKey: made?.verificationKey ?? "" };
};

async function failed(work: Promise<unknown>): Promise<InitializationFailed> {
  const error = await work.then(
    () => new Error("it did not fail"),
    (failure: unknown) => failure,
  );
  if (!(error instanceof InitializationFailed)) throw error;
  return error;
}

describe("file", () => {
  test("takes the key of this callback from a log with other keys, as soon as it appears", async () => {
    const path = join(folder, "probes.log");
    const made = callbacks().up(program({ strategy: "file", path, timeout: "1m" }));
    while ((await stored()).length === 0) await new Promise(setImmediate);
    const other = { callbackId: "8a3d6a0c-0e9f-4c56-9d80-1f5a1c7e6f10", verificationKey: "other" };
    writeFileSync(path, `started\n${JSON.stringify(await probe())}\n${JSON.stringify(other)}\n`);
    expect((await made).state).toMatchObject({ status: "verified" });
  });

  test("the message about an unreadable file contains the reason, but not the path", async () => {
    const path = join(folder, "path-marker");
    mkdirSync(path);
    const error = await failed(callbacks().up(program({ strategy: "file", path, timeout: "1m" })));
    expect(error.message).toContain(
      "cannot read the verification key from the file in verification.path: EISDIR, illegal operation on a directory",
    );
    expect(error.message).not.toContain("marker");
  });

  test("stops after the timeout, says what to write and where, and continues in the next run", async () => {
    const path = join(folder, "{callbackId}.json");
    const asked = program({ strategy: "file", path, timeout: "1m" });
    const error = await failed(callbacks(instantClock()).up(asked));
    expect(error.message).toContain(
      'ENS still returns status "unverified" after 1m. Write the body of ENS\'s verification request',
    );
    expect(error.message).toContain("to the file in verification.path, then run 'pulumi up' again.");
    expect(error.message).not.toContain(folder);
    writeFileSync(path.replace("{callbackId}", error.resourceId), JSON.stringify(await probe()));
    const before = { id: error.resourceId, state: error.state as Values };
    expect(await callbacks().up(asked, before)).toMatchObject({ did: "update", state: { status: "verified" } });
  });
});

describe("command", () => {
  const node = (code: string) =>
    program({ strategy: "command", command: [process.execPath, "-e", code], timeout: "1m" });

  test.each([
    ["as it is", "verificationKey"],
    ["in quotation marks", "JSON.stringify(verificationKey)"],
    ["in the body that ENS posted", "JSON.stringify({ callbackId, verificationKey }, null, 2)"],
    ["as one line of a log", '"started\\n" + JSON.stringify({ verificationKey, callbackId })'],
  ])("takes the key that the program prints %s for the id in its environment", async (_, printed) => {
    const admin = JSON.stringify(simulator.adminUrl);
    const code = `fetch(${admin} + "/state").then(r => r.json()).then(({callbacks}) => {
      const { callbackId, verificationKey } = callbacks.find(c =>
        c.callbackId === process.env.ENS_CALLBACK_ID && c.url === process.env.ENS_CALLBACK_URL);
      console.log(${printed});
    })`;
    expect((await callbacks().up(node(code))).state).toMatchObject({ status: "verified" });
  });

  const other = { callbackId: "8a3d6a0c-0e9f-4c56-9d80-1f5a1c7e6f10", verificationKey: "key-marker" };
  test.each([
    [
      'console.error("no such log"); process.exit(3)',
      "the program in verification.command exited with code 3: no such log",
    ],
    ["", "the output of the program in verification.command is empty"],
    [
      'console.log("two key-markers")',
      "the output of the program in verification.command contains white space, so it is not a key",
    ],
    [
      'console.log(JSON.stringify({ key: "key-marker" }))',
      "the output of the program in verification.command is JSON without callbackId and verificationKey",
    ],
    [
      `console.log(${JSON.stringify(JSON.stringify(other))})`,
      "the output of the program in verification.command belongs to another callback",
    ],
  ])("a program that does %s fails the run, and the callback is kept", async (code, words) => {
    const error = await failed(callbacks().up(node(code)));
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("marker");
    expect(await stored()).toMatchObject([{ callbackId: error.resourceId, status: "unverified", wrongKeys: 0 }]);
  });

  test("the message about a program that does not start contains the reason, but not the program", async () => {
    const asked = program({ strategy: "command", command: ["./not-there-marker"], timeout: "1m" });
    const { message } = await failed(callbacks().up(asked));
    expect(message).toContain("the program in verification.command did not start: ENOENT, no such file or directory");
    expect(message).not.toContain("marker");
  });

  test("a program that does not end is killed with its child processes after the timeout", async () => {
    const file = join(folder, "pid");
    const code = `const c = require("child_process").spawn(process.execPath, ["-e", "setInterval(()=>{},1000)"]);
      require("fs").writeFileSync(${JSON.stringify(file)}, String(c.pid)); setInterval(()=>{},1000)`;
    const asked = program({ strategy: "command", command: [process.execPath, "-e", code], timeout: "1s" });
    expect((await failed(callbacks().up(asked))).message).toContain('ENS still returns status "unverified" after 1s');
    const { readFileSync } = await import("node:fs");
    const pid = Number(readFileSync(file, "utf8"));
    // A killed process disappears with a delay.
    while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("pull", () => {
  let server: Server;
  let asked: IncomingMessage[];
  let answer: () => Promise<{ status: number; body?: string; location?: string }>;
  let address: string;
  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(request);
      void answer().then(({ status, body = "", location }) => {
        response.writeHead(status, location === undefined ? {} : { location }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys/{callbackId}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const pulling = (more: Values = {}) => program({ strategy: "pull", url: address, timeout: "1m", ...more });

  test("asks until the key appears, with a token and a signature that the receiver can check", async () => {
    answer = async () => (asked.length < 3 ? { status: 404 } : { status: 200, body: JSON.stringify(await probe()) });
    const made = await callbacks().up(pulling({ bearerToken: "bearer-marker", hmacSecret: "hmac-marker" }));
    expect(made.state).toMatchObject({ status: "verified" });
    const { headers, url: path } = asked[2] as IncomingMessage;
    expect(path).toBe(`/keys/${made.id}`);
    expect(headers.authorization).toBe("Bearer bearer-marker");
    const signed = `${headers["x-ens-timestamp"]}.${made.id}`;
    expect(headers["x-ens-signature"]).toBe(createHmac("sha256", "hmac-marker").update(signed).digest("base64"));
  });

  test.each([
    [{ status: 302, location: "https://example.org/" }, "returned a redirect (302), which is not followed"],
    [{ status: 403 }, "returned 403"],
    [
      { status: 200, body: '{"callbackId":"x","verificationKey":"other-key"}' },
      "returned 200 without the verificationKey",
    ],
    [{ status: 200, body: "x".repeat(100_000) }, "no response from http://127.0.0.1"],
  ])("stops at %j, and the message does not repeat the response", async (given, words) => {
    answer = async () => given;
    const error = await failed(callbacks().up(pulling({ bearerToken: "bearer-marker" })));
    expect(error.message).toContain(words);
    expect(error.message).not.toMatch(/other-key|bearer-marker|xxx/);
  });
});

describe("listener", () => {
  const port = async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port: free } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return free;
  };
  const listening = (free: number, path = "/orders") => ({
    ...program({ strategy: "listener", port: free, timeout: "1s" }),
    callbackName: path,
    url: `https://tunnel.example.org${path}`,
  });

  test("receives the verification requests of several callbacks through one tunnel, and closes", async () => {
    const free = await port();
    await simulator.close();
    await start({ connectTo: { "tunnel.example.org": `127.0.0.1:${free}` } });
    const here = callbacks();
    const made = await Promise.all(["/a", "/b", "/c"].map((path) => here.up(listening(free, path))));
    expect(made.map(({ state }) => state.status)).toEqual(["verified", "verified", "verified"]);
    await expect(fetch(`http://127.0.0.1:${free}/a`, { method: "POST" })).rejects.toThrow();
  });

  test("accepts a verification request at the path of the URL and rejects other requests", async () => {
    const free = await port();
    const local = `http://127.0.0.1:${free}`;
    const made = failed(callbacks().up(listening(free)));
    const send = (path: string, method: string, body: string | null) => fetch(local + path, { method, body });
    const answers: number[] = [];
    // The port opens before the callback is created, with a short delay.
    for (;;) {
      const first = await send("/other", "POST", '{"verificationKey":"k"}').catch(() => undefined);
      if (first === undefined) continue;
      answers.push(first.status);
      break;
    }
    answers.push((await send("/orders", "GET", null)).status, (await send("/orders", "POST", "{}")).status);
    expect(answers).toEqual([404, 404, 404]);
    // There is no tunnel, so ENS's verification request fails.
    await expect(made).rejects.toThrow("no callback is left behind");
  });

  test("is not needed for a verified callback, so a port in use does not prevent an update", async () => {
    const free = await port();
    await simulator.close();
    await start({ connectTo: { "tunnel.example.org": `127.0.0.1:${free}` } });
    const made = await callbacks().up(listening(free));
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(free, "127.0.0.1", resolve));
    const done = await callbacks().up({ ...listening(free), maxBatchSize: 100 }, made);
    expect(done).toMatchObject({ did: "update", state: { maxBatchSize: 100, status: "verified" } });
    await new Promise((resolve) => other.close(resolve));
  });

  test("a client that disconnects during a request causes no error", async () => {
    const free = await port();
    await simulator.close();
    await start({ connectTo: { "tunnel.example.org": `127.0.0.1:${free}` }, faults: { seed: 1, rate: 0 } });
    await simulator.admin.faults([{ method: "POST", path: "/platform/v1/ens-callbacks", kind: "slow", seconds: 0.3 }]);
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);
    const made = callbacks().up(listening(free));
    let socket: Socket | undefined;
    while (socket === undefined) {
      socket = await new Promise<Socket | undefined>((resolve) => {
        const trial = connect(free, "127.0.0.1", () => resolve(trial)).once("error", () => resolve(undefined));
      });
    }
    socket.write("POST /orders HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf");
    socket.resetAndDestroy();
    expect((await made).state).toMatchObject({ status: "verified" });
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("the message about a port in use says what to do", async () => {
    const taken = Number(receiver.address.split(":")[1]);
    await expect(callbacks().up(listening(taken))).rejects.toThrow(
      /^cannot listen on port \d+: .*EADDRINUSE.*\. Set verification\.port to another port$/,
    );
    expect(await stored()).toEqual([]);
  });

  test("a missed key is lost: the next run says so, and the following run replaces the callback", async () => {
    const free = await port();
    const asked = { ...listening(free), url };
    const half = await failed(callbacks().up(asked));
    const again = await failed(callbacks().up(asked, { id: half.resourceId, state: half.state as Values }));
    expect(again.message).toContain("Its verification key is lost. The next 'pulumi up' replaces the callback.");
    const replacing = { ...asked, verification: { strategy: "none" } };
    const done = await callbacks().up(replacing, { id: again.resourceId, state: again.state as Values });
    expect(done.did).toBe("replace");
    expect((await stored()).map(({ callbackId }) => callbackId)).toEqual([done.id]);
  });
});

describe("manual", () => {
  test("the first run ends with instructions, and the next run takes the key", async () => {
    const half = await failed(callbacks().up(program({ strategy: "manual" })));
    expect(half.message).toContain(
      "Find the verificationKey that ENS posted to the receiver at https://hooks.example.org, run 'pulumi config set --secret",
    );
    expect(half.message).not.toContain("/orders");
    const { verificationKey } = await probe();
    const before = { id: half.resourceId, state: half.state as Values };
    const done = await callbacks().up(program({ strategy: "manual", verificationKey }), before);
    expect(done).toMatchObject({ did: "update", id: half.resourceId, state: { status: "verified" } });
  });

  test.each([
    ["in quotation marks", ({ verificationKey }: Probe) => `'${verificationKey}'`],
    ["with white space around", ({ verificationKey }: Probe) => ` ${verificationKey}\n`],
    ["in the body that ENS posted", (posted: Probe) => JSON.stringify(posted, null, 2)],
  ])("a key is accepted %s", async (_, given) => {
    const half = await failed(callbacks().up(program({ strategy: "manual" })));
    const asked = program({ strategy: "manual", verificationKey: given(await probe()) });
    const done = await callbacks().up(asked, { id: half.resourceId, state: half.state as Values });
    expect(done).toMatchObject({ did: "update", id: half.resourceId, state: { status: "verified" } });
  });

  test("the key of another callback is not sent, because a wrong key may invalidate the right one", async () => {
    const verificationKey = JSON.stringify({ callbackId: "other", verificationKey: "key-marker" });
    const half = await failed(callbacks().up(program({ strategy: "manual", verificationKey })));
    expect(half.message).toContain(
      "verification.verificationKey belongs to another callback. Set the key that ENS posted for callback " +
        `${half.resourceId}, or the whole JSON that contains it.`,
    );
    expect(half.message).not.toContain("marker");
    expect(await stored()).toMatchObject([{ wrongKeys: 0 }]);
  });

  test("a wrong key is rejected and not repeated in the message", async () => {
    const half = await failed(callbacks().up(program({ strategy: "manual", verificationKey: "wrong-key-marker" })));
    expect(half.message).toContain("ENS rejected the verification key");
    expect(half.message).not.toContain("wrong-key-marker");
  });
});

describe("none", () => {
  test("leaves the callback unverified, which is not a difference", async () => {
    const made = await callbacks().up(program({ strategy: "none" }));
    expect(made).toMatchObject({ did: "create", state: { status: "unverified" } });
    expect(await callbacks().up(program({ strategy: "none" }), made)).toMatchObject({ did: "nothing" });
  });

  test("a refresh after the four hours of the key is not a difference", async () => {
    const clock = instantClock();
    const made = await callbacks(clock).up(program({ strategy: "none" }));
    clock.slept += 5 * 3600 * 1000;
    const read = await callbacks(clock).read(made);
    expect(read?.props).toEqual(made.state);
  });
});

describe("a verification request that fails", () => {
  test.each([
    ["a host without a DNS record", "https://hooks.example.invalid/orders", "Check the host in `url`"],
    ["a host that accepts no connection", "https://closed.example.org/orders", "Check the host in `url`"],
    ["a receiver that returns 503", url, "Make the receiver return 200 to ENS's verification request"],
  ])("%s gets suitable advice after the quoted message of ENS", async (_, address, advice) => {
    receiver.probeStatus = 503;
    await simulator.close();
    await start({ connectTo: { "hooks.example.org": receiver.address, "closed.example.org": "127.0.0.1:9" } });
    const made = callbacks().up({ ...program({ strategy: "receiver" }), url: address });
    const { message } = (await made.catch((error: unknown) => error)) as Error;
    const [said = "", ours = "", ...rest] = message.split("\n");
    expect(said).toMatch(
      /^POST \/platform\/v1\/ens-callbacks returned 400 \(errorcode 30000\), because ENS's verification request failed\. ENS returned: "MCMS_.*To retry please delete.*"$/,
    );
    expect(ours).toMatch(/^The callback that ENS had created was deleted, so no callback is left behind\. /);
    expect(ours).toContain(advice);
    expect(ours).toMatch(/Then run 'pulumi up' again\.$/);
    expect(rest).toEqual([]);
    expect(await stored()).toEqual([]);
  });
});

describe("the progress line", () => {
  const owner = formatOwner(["shop", "dev", "", "orders"]);
  const start = "waiting for the receiver at https://hooks.example.org to return the verification key to ENS";
  const hint =
    ". Look at the receiver's terminal. If the receiver was restarted and has lost its key, stop this run and get a new " +
    "verification request: pulumi up --replace 'urn:pulumi:dev::shop::pulumi-nodejs:dynamic/ens:Callback::orders'";

  test("explains what to do after 30 s, and at once in a later run", async () => {
    const lines: string[] = [];
    const { callbackName: _, ...asked } = program({ strategy: "receiver", timeout: "40s" });
    const wait = (before?: { id: string; state: Values }) => {
      const run = runOf(simulator, instantClock(), [], { report: (line) => lines.push(line) });
      return failed(lifecycleOf(callback, run).up({ ...asked, owner }, before));
    };
    const half = await wait();
    expect(lines.splice(0)).toEqual([`${start}, 15 s so far`, `${start}, 30 s so far${hint}`]);
    await wait({ id: half.resourceId, state: half.state as Values });
    expect(lines).toEqual([`${start}${hint}`, `${start}, 15 s so far${hint}`, `${start}, 30 s so far${hint}`]);
  });
});

describe("any verification", () => {
  test("a verification by another program during the wait counts", async () => {
    const path = join(folder, "never.json");
    const made = callbacks().up(program({ strategy: "file", path, timeout: "1m" }));
    while ((await stored()).length === 0) await new Promise(setImmediate);
    const token = await tokenOf(simulator.authUrl);
    await post(`${simulator.restUrl}/platform/v1/ens-verify`, JSON.stringify(await probe()), token);
    expect((await made).state).toMatchObject({ status: "verified", verifiedAt: expect.any(String) });
  });

  test.each([
    ["", "pulumi-nodejs:dynamic/ens:Callback"],
    ["urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "pulumi-nodejs:dynamic/ens:Callback"],
    ["urn:pulumi:dev::shop::shop:index:Team::team", "shop:index:Team$pulumi-nodejs:dynamic/ens:Callback"],
    ["urn:pulumi:dev::shop::a:b:C$d:e:F::f", "a:b:C$d:e:F$pulumi-nodejs:dynamic/ens:Callback"],
  ])(
    "the message for a receiver that has lost its key contains the command for the resource in %j",
    async (parent, type) => {
      const owner = formatOwner(["shop", "dev", parent, "orders"]);
      const { callbackName: _, ...auto } = program({ strategy: "receiver", timeout: "1s" });
      const half = await failed(callbacks(instantClock()).up({ ...auto, owner }));
      expect(half.message).toContain(
        `If the receiver has lost its verification key, get a new verification request: pulumi up --replace 'urn:pulumi:dev::shop::${type}::orders'`,
      );
    },
  );

  test("after four hours the key is invalid: the next run says so, and the following run replaces the callback", async () => {
    const clock = instantClock();
    const asked = program({ strategy: "receiver", timeout: "1s" });
    const half = await failed(callbacks(clock).up(asked));
    clock.slept += 4 * 3600 * 1000 + 1000;
    const before = { id: half.resourceId, state: half.state as Values };
    const read = await callbacks(clock).read(before);
    expect(read?.props).toMatchObject({ status: "unverified", verificationKeyLost: true });
    const again = await failed(callbacks(clock).up(asked, before));
    expect(again.message).toContain("Its verification key is lost. The next 'pulumi up' replaces the callback.");
    receiver.verifies = true;
    receiver.verifyAt(simulator);
    const done = await callbacks().up(asked, { id: again.resourceId, state: again.state as Values });
    expect(done).toMatchObject({ did: "replace", state: { status: "verified" } });
    expect((await stored()).map(({ callbackId }) => callbackId)).toEqual([done.id]);
  });

  test("a callback that was verified after its run is kept, even after four hours", async () => {
    const clock = instantClock();
    const asked = program({ strategy: "receiver", timeout: "1s" });
    const half = await failed(callbacks(clock).up(asked));
    const token = await tokenOf(simulator.authUrl);
    await post(`${simulator.restUrl}/platform/v1/ens-verify`, JSON.stringify(await probe()), token);
    clock.slept += 5 * 3600 * 1000;
    const done = await callbacks(clock).up(asked, { id: half.resourceId, state: half.state as Values });
    expect(done).toMatchObject({ did: "update", id: half.resourceId, state: { status: "verified" } });
  });
});
