import { writeFile } from "node:fs/promises";
import { check, heading } from "./report.mjs";
import { answerOf, COMMANDS, pulumi } from "./stack.mjs";

/** @typedef {import("./world.mjs").World} World */

/** The life of one environment. Every step is checked against what is really in ENS. @param {World} world */
export async function play(world) {
  heading("`up`: scheme, then callbacks, then subscriptions, as Pulumi.dev.yaml describes them");
  await pulumi(world, COMMANDS.init);
  const made = await pulumi(world, COMMANDS.up);
  const before = await world.admin.state();
  check("ENS has 1 auth scheme, 2 callbacks and 3 subscriptions", sizes(before) === "1, 2, 3", before);
  const { callbacks } = before;
  check("both callbacks are verified: the receiver gave their keys back", callbacks.every(isVerified), callbacks);
  const order = made.map(({ name }) => name);
  const chains = [
    ["idp", "orders", "orders-sent"],
    ["orders", "orders-failed"],
    ["engagement", "opens-and-clicks"],
  ];
  const ordered = chains.every((chain) => `${order.filter((name) => chain.includes(name))}` === `${chain}`);
  check("each was made after what it needs: scheme, callback, subscription", ordered, order);

  heading("An event: ENS signs in to the authorization server, signs the event and delivers it");
  await writeFile(world.keysFile, await answerOf(world, COMMANDS.keys));
  await deliver(world);

  heading("Somebody changes one subscription in Setup and deletes another");
  const changed = await subscription(world, "orders-sent");
  const deleted = await subscription(world, "opens-and-clicks");
  await world.admin.patch("subscriptions", changed.subscriptionId, { filters: ["definitionKey=somebody-elses"] });
  await world.admin.remove("subscriptions", deleted.subscriptionId);
  const drifted = await world.admin.state();
  check("ENS has 2 subscriptions, one with another filter", sizes(drifted) === "1, 2, 2", drifted);

  heading("`preview` finds exactly that, and a pipeline sees it in the exit code");
  const planned = await pulumi(world, COMMANDS.drift, 7);
  const changes = planned.filter(({ op }) => op !== "same" && op !== "refresh");
  const wanted = ["create opens-and-clicks", "update orders-sent"];
  const found = changes.map(({ op, name }) => `${op} ${name}`).sort();
  check(`exit code 7, and the plan is: ${wanted.join(", ")}`, `${found}` === `${wanted}`, planned);
  const untouched = await world.admin.state();
  check("a preview changed nothing in ENS", JSON.stringify(untouched) === JSON.stringify(drifted), untouched);

  heading("`up` repairs it");
  await pulumi(world, COMMANDS.repair);
  check("the filter is back", `${(await subscription(world, "orders-sent")).filters}` === `${changed.filters}`);
  const again = await subscription(world, "opens-and-clicks");
  check("the deleted subscription is there again", again.callbackId === deleted.callbackId, again);
  await pulumi(world, COMMANDS.noDrift);
  check("nothing differs any more: exit code 0", true);

  heading("`destroy`: subscriptions, callbacks, scheme");
  await pulumi(world, COMMANDS.destroy);
  const after = await world.admin.state();
  check("ENS is empty", sizes(after) === "0, 0, 0", after);
}

/** @param {World} world */
async function deliver({ admin, receiverUrl, received }) {
  const event = { eventCategoryType: "TransactionalSendEvents.EmailSent", definitionKey: "order-confirmation" };
  const from = received.length;
  const newsletter = { ...event, definitionKey: "newsletter" };
  const { deliveries } = await admin.emit(event);
  const accepted = deliveries.map(({ status, attempts }) => `${status} at attempt ${attempts}`);
  check("it is delivered once and accepted: 204 at attempt 1", `${accepted}` === "204 at attempt 1", deliveries);
  const line = received.slice(from).find((each) => each.startsWith("/orders")) ?? "nothing";
  const wanted = `/orders: ${event.eventCategoryType}`;
  check(`the receiver, which checks signature and token, says "${line}"`, line === wanted, received.slice(from));
  const other = await admin.emit(newsletter);
  check("an event that the filter excludes goes nowhere", other.deliveries.length === 0, other);
  const forged = await fetch(`${receiverUrl}/orders`, { method: "POST", body: JSON.stringify([event]) });
  check("the same event from somebody else is refused with 401", forged.status === 401, forged.status);
}

/** @param {World} world @param {string} name of the resource; the name in ENS has seven digits more */
async function subscription({ admin }, name) {
  const { subscriptions } = await admin.state();
  const found = subscriptions.find(({ subscriptionName }) => subscriptionName.replace(/-\w{7}$/, "") === name);
  check(`there is a subscription ${name}`, found !== undefined, subscriptions);
  return /** @type {NonNullable<typeof found>} */ (found);
}

/** @typedef {Awaited<ReturnType<World["admin"]["state"]>>} State */

/** @param {State} state */
const sizes = ({ authentications, callbacks, subscriptions }) =>
  [authentications.length, callbacks.length, subscriptions.length].join(", ");

/** @param {State["callbacks"][number]} callback */
const isVerified = ({ status }) => status === "verified";
