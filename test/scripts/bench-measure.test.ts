import { startSimulator } from "pulumi-ens-simulator";
import { measure, parseStat, userSecondsIn } from "../../bench/measure.ts";
import { startAdapter } from "../../bench/tenant/adapter.ts";
import { startReceiver } from "../../bench/tenant/receiver.ts";

const HERE = { cwd: __dirname, env: process.env };

describe("what a command takes", () => {
  test("is read from /proc, whatever the program is called", async () => {
    const rest = "S 17 42 42 0 -1 4194560 1000 0 0 0 321 65 7 8 20 0 11 0 98765 1234567 4242 184467 1 1";
    expect(parseStat(`42 (a) b (c) ${rest}`)).toEqual({
      pid: 42,
      parent: 17,
      userTicks: 321,
      start: 98765,
      pages: 4242,
    });
  });

  test("is read from the shell's times of its children", async () => {
    expect(userSecondsIn("0m0.00s 0m0.01s\n1m2.50s 0m9.00s\n")).toBe(62.5);
    expect(userSecondsIn("0m0,000s 0m0,010s\n0m2,250s 0m9,000s\n")).toBe(2.25);
    expect(userSecondsIn("")).toBe(0);
  });

  test("includes what its children take", async () => {
    const spin = "while (process.cpuUsage().user < 400_000);";
    const start = `const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(spin)}]);
      child.on("exit", () => process.exit());`;
    const { cpuSeconds, peakBytes } = await measure(process.execPath, ["-e", start], HERE);
    expect(cpuSeconds).toBeGreaterThanOrEqual(0.38);
    if (process.platform === "linux") expect(peakBytes).toBeGreaterThan(40e6);
  });

  test("is nothing when it fails; its output is in the error", async () => {
    const failing = measure(process.execPath, ["-e", 'console.log("what it said"); process.exit(3)'], HERE);
    await expect(failing).rejects.toThrow(/exited with code 3:\nwhat it said/);
  });
});

describe("the adapter", () => {
  test("is a plain REST API over ENS: objects in and out, ids in paths, one token, callbacks verified", async () => {
    const receiver = await startReceiver();
    const simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
    receiver.verifyAt(simulator);
    const adapter = await startAdapter(simulator);
    const send = async (method: string, path: string, body?: object) => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await fetch(`${adapter.url}${path}`, { method, ...sent });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    try {
      const callback = await send("POST", "/callbacks", { callbackName: "c", url: "https://hooks.example.org/c" });
      expect(callback).toMatchObject({ status: 201, body: { callbackName: "c", status: "verified" } });
      const { callbackId } = callback.body;
      const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
      const made = await send("POST", "/subscriptions", { subscriptionName: "s", callbackId, eventCategoryTypes });
      const path = `/subscriptions/${made.body.subscriptionId}`;
      await send("PUT", path, { subscriptionName: "t", callbackId, eventCategoryTypes });
      expect((await send("GET", path)).body).toMatchObject({ subscriptionName: "t", callbackId });
      expect((await send("DELETE", path)).status).toBe(200);
      expect((await send("GET", path)).status).toBe(404);
      const tokens = await simulator.admin.journal({ client: "auth" });
      expect(tokens.filter(({ request }) => request.headers["user-agent"] !== receiver.userAgent)).toHaveLength(1);
    } finally {
      await simulator.close();
      await adapter.close();
      await receiver.close();
    }
  });
});
