import { writeFile } from "node:fs/promises";
import { check, heading } from "./report.ts";
import { COMMANDS, pulumi, runHidden } from "./stack.ts";
import type { World } from "./world.ts";

/** Plays the life of one environment, and checks each step against the state of ENS. */
export async function play(world: World) {
  heading("`pulumi up` creates the auth scheme, then the callbacks, then the subscriptions of Pulumi.dev.yaml");
  await pulumi(world, COMMANDS.init);
  const made = await pulumi(world, COMMANDS.up);
  const before = await world.admin.state();
  check("ENS has 1 auth scheme, 2 callbacks and 3 subscriptions", sizes(before) === "1, 2, 3", before);
  const { callbacks } = before;
  check(
    "both callbacks are verified: the receiver returned their verification keys",
    callbacks.every(isVerified),
    callbacks,
  );
  const order = made.map(({ name }) => name);
  const chains = [
    ["idp", "orders", "orders-sent"],
    ["orders", "orders-failed"],
    ["engagement", "opens-and-clicks"],
  ];
  const ordered = chains.every((chain) => `${order.filter((name) => chain.includes(name))}` === `${chain}`);
  check("each object was created after its dependencies: auth scheme, callback, subscription", ordered, order);

  heading("ENS requests a token from the authorization server, signs an event and delivers it");
  await writeFile(world.keysFile, await runHidden(world, COMMANDS.keys));
  await deliver(world);

  heading("An administrator changes one subscription in Setup and deletes another");
  const changed = await subscription(world, "orders-sent");
  const deleted = await subscription(world, "opens-and-clicks");
  await world.admin.patch("subscriptions", changed.subscriptionId, { filters: ["definitionKey=somebody-elses"] });
  await world.admin.remove("subscriptions", deleted.subscriptionId);
  const drifted = await world.admin.state();
  check("ENS has 2 subscriptions, one of them with another filter", sizes(drifted) === "1, 2, 2", drifted);

  heading("`pulumi preview` reports exactly this drift, with an exit code for pipelines");
  const planned = await pulumi(world, COMMANDS.drift, 7);
  const changes = planned.filter(({ op }) => op !== "same" && op !== "refresh");
  const wanted = ["create opens-and-clicks", "update orders-sent"];
  const found = changes.map(({ op, name }) => `${op} ${name}`).sort();
  check(`the exit code is 7 and the plan is: ${wanted.join(", ")}`, `${found}` === `${wanted}`, planned);
  const untouched = await world.admin.state();
  check("the preview changed nothing in ENS", JSON.stringify(untouched) === JSON.stringify(drifted), untouched);

  heading("`pulumi up` repairs the drift");
  await pulumi(world, COMMANDS.repair);
  check(
    "the filter has its old value again",
    `${(await subscription(world, "orders-sent")).filters}` === `${changed.filters}`,
  );
  const again = await subscription(world, "opens-and-clicks");
  check("the deleted subscription was re-created", again.callbackId === deleted.callbackId, again);
  await pulumi(world, COMMANDS.noDrift);
  check("there is no drift, so the exit code is 0", true);

  heading("`pulumi destroy` deletes the subscriptions, the callbacks and the auth scheme");
  await pulumi(world, COMMANDS.destroy);
  const after = await world.admin.state();
  check("ENS is empty", sizes(after) === "0, 0, 0", after);
}

async function deliver({ admin, receiverUrl, received }: World) {
  const event = { eventCategoryType: "TransactionalSendEvents.EmailSent", definitionKey: "order-confirmation" };
  const from = received().length;
  const newsletter = { ...event, definitionKey: "newsletter" };
  const { deliveries } = await admin.emit(event);
  const accepted = deliveries.map(({ status, attempts }) => `${status} at attempt ${attempts}`);
  check(
    "the event is delivered at the first attempt with status 204",
    `${accepted}` === "204 at attempt 1",
    deliveries,
  );
  const line =
    received()
      .slice(from)
      .find((each) => each.startsWith("/orders")) ?? "nothing";
  const wanted = `/orders: ${event.eventCategoryType}`;
  check(`the receiver checked signature and token, and printed "${line}"`, line === wanted, received().slice(from));
  const other = await admin.emit(newsletter);
  check("an event that the filter excludes is not delivered", other.deliveries.length === 0, other);
  const forged = await fetch(`${receiverUrl}/orders`, { method: "POST", body: JSON.stringify([event]) });
  check("the same event without a signature is rejected with 401", forged.status === 401, forged.status);
}

/** @param name name of the resource. The name in ENS ends with seven more characters. */
async function subscription({ admin }: World, name: string) {
  const { subscriptions } = await admin.state();
  const found = subscriptions.find(({ subscriptionName }) => subscriptionName.replace(/-\w{7}$/, "") === name);
  check(`ENS has the subscription ${name}`, found !== undefined, subscriptions);
  return found as NonNullable<typeof found>;
}

export type State = Awaited<ReturnType<World["admin"]["state"]>>;

const sizes = ({ authentications, callbacks, subscriptions }: State) =>
  [authentications.length, callbacks.length, subscriptions.length].join(", ");

const isVerified = ({ status }: State["callbacks"][number]) => status === "verified";
