import { randomBytes } from "node:crypto";
import { CHECKS } from "../../provider/src/cli/check-receiver/checks/index";
import { checkReceiver, type Report } from "../../provider/src/cli/check-receiver/judge";
import type { Limits } from "../../provider/src/cli/check-receiver/limits";
import type { Task } from "../../provider/src/cli/check-receiver/session";
import { type Parts, startHooks } from "./hooks";
import { quietPort } from "./port";

/** Long limits for correct receivers, and short ones for waits that always take the whole limit. */
const LIMITS: Limits = {
  probeMs: 5_000,
  deliveryMs: 10_000,
  connectMs: 5_000,
  verificationMs: 5_000,
  unknownMs: 60,
  overtakingMs: 100,
  slowBodyMs: 80,
};
export const key = randomBytes(32).toString("base64");
export const TOKEN = "a-token-of-the-customers-server";

const running: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});

export async function started<Server extends { close(): Promise<unknown> }>(server: Promise<Server>): Promise<Server> {
  running.push(await server);
  return server;
}

export const task = (url: string, more: Partial<Task> = {}): Task => ({
  url,
  local: true,
  key,
  keyForm: "decoded",
  types: [],
  skip: [],
  ...more,
});
export const check = (given: Task, limits: Partial<Limits> = {}) => checkReceiver(given, {}, { ...LIMITS, ...limits });
export const verdicts = ({ results }: Report) => Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]));
export const withVerdict = (report: Report, wanted: string) =>
  report.results.filter(({ verdict }) => verdict === wanted).map(({ id }) => id);
export const resultOf = (report: Report, id: string) => report.results.find((result) => result.id === id);

/** Verdicts on a correct receiver with an http URL. */
export const RIGHT = {
  ...Object.fromEntries(CHECKS.map(({ id }) => [id, "pass"])),
  tls: "not applicable",
};

/** Starts a receiver with these parts and checks it. */
export async function checkHooks(parts: Partial<Parts>, limits: Partial<Limits> = {}): Promise<Report> {
  const port = await quietPort();
  const hooks = await started(startHooks({ key, ensUrl: `http://127.0.0.1:${port}`, ...parts }));
  return check(task(hooks.url, { listen: port, token: TOKEN }), limits);
}
