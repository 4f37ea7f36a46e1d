import { looksPending } from "../../kinds/names";
import { toneOfCallback } from "../shared/status";
import { many } from "../shared/table";
import { visible } from "../shared/visible";
import { failed, ok, type Result, skipped, warning } from "./result";
import type { Visit } from "./visit";

/** Callbacks that get nothing: because ENS does not call them verified, or because nobody subscribes to them. */
export async function checkCallbacks(visit: Visit): Promise<Result[]> {
  const unit = await visit.unit();
  if (unit.length === 0) return [skipped("callbacks", "There are no callbacks.")];
  const problems = unit.flatMap(({ callback, subscriptions }): Result[] => {
    const { callbackName, callbackId, status, statusReason } = callback;
    const subject = visible(callbackName);
    const tone = toneOfCallback(status);
    if (tone === "good" && subscriptions.length > 0) return [];
    if (tone === "good") {
      return [warning(subject, `Nobody subscribes to callback ${callbackId}.`, "Delete it when it is not needed.")];
    }
    const why = statusReason && statusReason !== "none" ? ` (${visible(statusReason)})` : "";
    const state = `ENS calls callback ${callbackId} ${visible(status ?? "unknown")}${why}`;
    const advice = adviceFor(callbackName, callbackId, tone === "waiting");
    if (subscriptions.length === 0) return [warning(subject, `${state}; nobody subscribes to it.`, advice)];
    return [failed(subject, `${state}: ${many(subscriptions.length, "subscription")} without events.`, advice)];
  });
  const good = unit.length - problems.length;
  return [
    ...problems,
    ...(good > 0 ? [ok("callbacks", `${many(good, "callback")} with subscriptions can get events.`)] : []),
  ];
}

function adviceFor(name: string, id: string, isWaiting: boolean): string {
  if (looksPending(name)) return "A `pulumi up` is making it, or was interrupted: run it again.";
  if (isWaiting) return `Give its key to ENS: \`ens verify ${id}\`, or run \`pulumi up\` of its stack.`;
  return "Repair its receiver, which `ens check-receiver` judges; ENS ends a suspension by itself, within an hour.";
}
