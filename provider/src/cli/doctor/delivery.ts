import { looksPending } from "../../kinds/names";
import { toneOfCallback } from "../shared/status";
import { countOf } from "../shared/table";
import { visible } from "../shared/visible";
import type { Context } from "./context";
import { failed, ok, type Result, skipped, warning } from "./result";

/** Finds callbacks without deliveries, because they are not verified or have no subscriptions. */
export async function checkCallbacks(context: Context): Promise<Result[]> {
  const unit = await context.unit();
  if (unit.length === 0) return [skipped("callbacks", "There are no callbacks.")];
  const problems = unit.flatMap(({ callback, subscriptions }): Result[] => {
    const { callbackName, callbackId, status, statusReason } = callback;
    const subject = visible(callbackName);
    const tone = toneOfCallback(status);
    if (tone === "good" && subscriptions.length > 0) return [];
    if (tone === "good") {
      return [
        warning(subject, `Callback ${callbackId} has no subscriptions.`, "Delete the callback if it is not needed."),
      ];
    }
    const why = statusReason && statusReason !== "none" ? ` (${visible(statusReason)})` : "";
    const state = `Callback ${callbackId} has status ${visible(status ?? "unknown")}${why}`;
    const advice = adviceFor(callbackName, callbackId, tone === "waiting");
    if (subscriptions.length === 0) return [warning(subject, `${state} and no subscriptions.`, advice)];
    const affected = `Its ${countOf(subscriptions.length, "subscription")} ${subscriptions.length === 1 ? "gets" : "get"} no events.`;
    return [failed(subject, `${state}. ${affected}`, advice)];
  });
  const good = unit.length - problems.length;
  return [
    ...problems,
    ...(good > 0
      ? [ok("callbacks", `${countOf(good, "callback")} with subscriptions ${good === 1 ? "is" : "are"} verified.`)]
      : []),
  ];
}

function adviceFor(name: string, id: string, isWaiting: boolean): string {
  if (looksPending(name)) return "A `pulumi up` is creating this callback, or was interrupted. Run `pulumi up` again.";
  if (isWaiting) {
    return (
      `Run \`pulumi up\` of its stack, or \`ens verify ${id}\` with its verification key. If the receiver no longer has ` +
      "the key, replace the callback: `pulumi up --replace <urn>`. `pulumi stack --show-urns` shows the URN."
    );
  }
  return "Repair the receiver. `ens check-receiver` tests it. ENS ends a suspension by itself within an hour.";
}
