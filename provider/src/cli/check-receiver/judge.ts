import { shownUrl } from "../../ens/shown-url";
import { endSentence } from "../shared/sentence";
import { type Check, type Finding, fail, type Result, skipped } from "./check";
import { ALWAYS, CHECKS } from "./checks/index";
import { LIMITS, type Limits } from "./limits";
import { Session, type Task } from "./session";

/** Results of a run. It contains no secret and neither the path nor the query of the URL. */
export interface Report {
  readonly receiver: string;
  readonly addresses: readonly string[];
  readonly startedAt: string;
  readonly milliseconds: number;
  readonly results: readonly Result[];
}

/** Receives events of a run. */
export interface Listener {
  /** Called when the stand-in for ENS listens, with the environment variables for the receiver. */
  ready?(settings: Readonly<Record<string, string>>): void;
  /** Called before each check. */
  begins?(check: Check): void;
}

/** Runs the checks against a receiver. Rejects only when the stand-in cannot listen. */
export async function checkReceiver(task: Task, listener: Listener = {}, limits: Limits = LIMITS): Promise<Report> {
  const [startedAt, started] = [new Date().toISOString(), performance.now()];
  const session = new Session(task, limits);
  const results = new Map<string, Result>();
  try {
    if (task.listen !== undefined && session.standIn !== undefined) {
      await session.standIn.listen(task.listen);
      listener.ready?.(session.standIn.settings);
    }
    for (const check of CHECKS.filter(({ id }) => isWanted(id, task))) {
      listener.begins?.(check);
      results.set(check.id, await resultOf(check, session, results));
    }
  } finally {
    await session.standIn?.close();
  }
  const milliseconds = Math.round(performance.now() - started);
  const { addresses } = session;
  return { receiver: shownUrl(task.url), addresses, startedAt, milliseconds, results: [...results.values()] };
}

/** Returns whether a check runs. */
export function isWanted(id: string, { only, skip }: Task): boolean {
  return !skip.includes(id) && (only === undefined || only.includes(id) || ALWAYS.includes(id));
}

async function resultOf(check: Check, session: Session, earlier: ReadonlyMap<string, Result>): Promise<Result> {
  const { id, title, rule, source, confidence, needs } = check;
  const started = performance.now();
  session.checkId = id;
  const failed = needs.find((need) => earlier.get(need)?.verdict === "fail");
  const finding = failed === undefined ? await run(check, session) : skipped(`Not checked, because ${failed} failed.`);
  const milliseconds = Math.round(performance.now() - started);
  return { id, title, rule, source, confidence, ...finding, milliseconds };
}

/** Runs one check. An internal error becomes a finding, so that the other checks still run. */
async function run(check: Check, session: Session): Promise<Finding> {
  try {
    return await check.run(session);
  } catch (error) {
    const reason = session.mask(error instanceof Error ? error.message : String(error));
    return fail(`The check itself failed: ${endSentence(reason)}`, { advice: "Report this as a bug in pulumi-ens." });
  }
}
