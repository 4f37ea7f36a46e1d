import { randomBytes } from "node:crypto";
import { CHECKS } from "../../provider/src/cli/check-receiver/checks/index";
import { checkReceiver, type Report } from "../../provider/src/cli/check-receiver/judge";
import type { Limits } from "../../provider/src/cli/check-receiver/limits";
import type { Task } from "../../provider/src/cli/check-receiver/session";
import { type Parts, startHooks } from "./hooks";
import { quietPort } from "./port";

/** Long where a receiver answers at once, short where a run waits for the whole of it. */
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

/** What every check of a receiver comes to that is right, by plain http. */
export const RIGHT = {
  ...Object.fromEntries(CHECKS.map(({ id }) => [id, "pass"])),
  tls: "not applicable",
};

/** A receiver with mistakes, and ENS for it, which is at `ensUrl`. */
export async function checkHooks(parts: Partial<Parts>, limits: Partial<Limits> = {}): Promise<Report> {
  const port = await quietPort();
  const hooks = await started(startHooks({ key, ensUrl: `http://127.0.0.1:${port}`, ...parts }));
  return check(task(hooks.url, { listen: port, token: TOKEN }), limits);
}
