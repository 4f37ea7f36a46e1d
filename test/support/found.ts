import { planProgram } from "../../provider/src/cli/import/plan";
import { programText } from "../../provider/src/cli/import/program";
import type { FoundCallback, FoundSubscription } from "../../provider/src/cli/import/unit";
import { callback } from "../../provider/src/kinds/callback";
import type { Inputs as CallbackInputs } from "../../provider/src/kinds/callback/schema";
import { subscription } from "../../provider/src/kinds/subscription";
import type { Inputs as SubscriptionInputs } from "../../provider/src/kinds/subscription/schema";

/** Returns a callback as `ens import` finds it, with one subscription for each object of properties. */
export function foundCallback(
  properties: object,
  subscriptions: readonly object[] = [],
  status = "verified",
): FoundCallback {
  const asked = { callbackName: "orders", url: "https://hooks.example.org/orders", ...properties };
  const { callbackName } = asked;
  const id = "5f3c0000-0000-4000-8000-000000000001";
  const common = { id, name: callbackName, status, subscriptions: subscriptions.map((each) => found(each, id)) };
  const parsed = callback.inputs.safeParse(asked);
  if (!parsed.success) return { ...common, problem: "no resource can describe it" };
  const inputs = { ...(parsed.data as CallbackInputs), callbackName };
  const state = { ...inputs, callbackId: id, status, statusReason: "none" };
  return { ...common, described: { inputs, state } };
}

function found(properties: object, callbackId: string): FoundSubscription {
  const asked = {
    subscriptionName: "sent",
    callbackId,
    eventCategoryTypes: ["TransactionalSendEvents.EmailSent"],
    ...properties,
  };
  const { subscriptionName } = asked;
  const id = "9b1e0000-0000-4000-8000-000000000002";
  const parsed = subscription.inputs.safeParse(asked);
  if (!parsed.success) return { id, name: subscriptionName, problem: "no resource can describe it" };
  const inputs = { ...(parsed.data as SubscriptionInputs), subscriptionName };
  return { id, name: subscriptionName, described: { inputs, state: { ...inputs, subscriptionId: id } } };
}

export const programOf = (...callbacks: FoundCallback[]): string => programText(planProgram(callbacks));

/** Awkward names of objects. */
export const AWKWARD = [
  ..."await break case class const constructor default delete enum ens eval exports function global-this if".split(" "),
  ..."import in let module new null private pulumi require return static this undefined var with yield".split(" "),
  ..."__proto__ prototype toString arguments __dirname process console".split(" "),
  ..."Orders orders ORDERS o-r-d-e-r-s or/ders 2024 2024-a 2024a a-1 a1 a--1 A1 -".split(" "),
  ...[
    "Bestellungen für Köln & Straße",
    "Zamówienia",
    "注文の確認",
    "заказы",
    "🚀",
    "🚀 launch",
    "👩‍👩‍👧",
    "🇩🇪",
    "e\u0301",
    "طلبات",
  ],
  ...[
    'say "hi"',
    "it's",
    `both ' and "`,
    "`tick`",
    ["$", "{process.exit(1)}"].join(""),
    "a\\",
    "\\n",
    "a\nb",
    "a\r\nb",
    "tab\there",
  ],
  ...[
    "*/ process.exit(1) /*",
    "// x",
    "\u2028process.exit(1)",
    "\u2029",
    "\u202eabc",
    "\u200b",
    "\ud800",
    "\u0000",
    "\u0007",
  ],
  ...[
    " ",
    " lead and trail ",
    "'); process.exit(1); ('",
    '"); process.exit(1); ("',
    "<script>",
    "%s %d",
    "$&",
    "x".repeat(200),
  ],
  ...["long words ".repeat(18), "–".repeat(200), "漢".repeat(120), "🚀".repeat(90)],
];
