import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { Clock } from "../simulator/src/clock";
import { type Receiver, startReceiver } from "../support/receiver";
import { advance, EVENT, mail, subscribed } from "./delivery-setup";
import { sessionOf } from "./suite";

/** Records the name and the time of each task, in seconds from the start. */
function diary(clock: Clock) {
  const start = clock.now();
  const lines: string[] = [];
  const due = (seconds: number, what: string) =>
    clock.at(start + seconds * 1000, () => lines.push(`${what} at ${(clock.now() - start) / 1000}`));
  return { lines, due };
}

test("a frozen clock runs due tasks in order, each at its own time, and none before it is advanced", async () => {
  const clock = new Clock("frozen");
  const { lines, due } = diary(clock);
  due(7 * 86_400, "week");
  due(3, "c");
  due(1, "a");
  due(3, "d");
  due(2, "b");
  expect(lines).toEqual([]);
  await clock.advance(3);
  expect(lines).toEqual(["a at 1", "b at 2", "c at 3", "d at 3"]);
  await clock.advance(7 * 86_400);
  expect(lines.at(-1)).toBe("week at 604800");
});

test("a task that a due task creates runs in the same advance if it is due by then", async () => {
  const clock = new Clock("frozen");
  const start = clock.now();
  const at: number[] = [];
  const again = () => {
    at.push((clock.now() - start) / 1000);
    clock.at(clock.now() + 10_000, again);
  };
  clock.at(start + 10_000, again);
  await clock.advance(35);
  expect(at).toEqual([10, 20, 30]);
  expect(clock.now() - start).toBe(35_000);
});

test("canceled and cleared tasks do not run", async () => {
  const clock = new Clock("frozen");
  const { lines, due } = diary(clock);
  const cancel = due(1, "canceled");
  due(2, "done");
  due(9, "cleared");
  cancel();
  await clock.advance(2);
  clock.clear();
  await clock.advance(60);
  expect(lines).toEqual(["done at 2"]);
});

test("advances wait for one another", async () => {
  const clock = new Clock("frozen");
  const { lines, due } = diary(clock);
  for (const seconds of [1, 2, 3]) due(seconds, "due");
  await Promise.all([clock.advance(1), clock.advance(2)]);
  expect(lines).toEqual(["due at 1", "due at 2", "due at 3"]);
});

describe("with a simulator", () => {
  let simulator: Simulator;
  let receiver: Receiver;

  const start = async (clock: "real" | "frozen") => {
    receiver = await startReceiver();
    receiver.verifies = false;
    simulator = await startSimulator({ clock, connectTo: { "hooks.example.org": receiver.address } });
    return sessionOf(simulator, receiver, receiver);
  };

  afterEach(async () => {
    await simulator.close();
    await receiver.close();
  });

  test("a real clock triggers retries by itself, and can be advanced too", async () => {
    const ens = await start("real");
    await subscribed(ens);
    receiver.answers = [503];
    const emitted = ens.simulator.admin.emit(EVENT);
    await receiver.arrived(2);
    expect((await emitted).deliveries).toMatchObject([{ attempts: 2, outcome: "delivered" }]);
    receiver.answers = [503, 503, 503];
    const later = ens.simulator.admin.emit(mail("later"));
    await receiver.arrived(3);
    await advance(ens, 3);
    expect((await later).deliveries).toMatchObject([{ attempts: 3, outcome: "deferred" }]);
    await advance(ens, 600);
    expect(await ens.simulator.admin.deliveries()).toMatchObject([{}, { attempts: 4, outcome: "delivered" }]);
  });

  test("everything that became due is done when the response arrives", async () => {
    const ens = await start("frozen");
    await subscribed(ens, { callback: { maxBatchSize: 100 } });
    receiver.answers = Array(20).fill(503);
    await ens.simulator.admin.emit(Array.from({ length: 2000 }, (_, index) => mail(`order-${index}`)));
    expect(receiver.received).toHaveLength(20);
    await advance(ens, 1);
    expect(receiver.received).toHaveLength(40);
    expect(new Set((await ens.simulator.admin.deliveries()).map(({ outcome }) => outcome))).toEqual(
      new Set(["delivered"]),
    );
  });

  test("after a reset, earlier deliveries are not sent and callers do not wait for them", async () => {
    const ens = await start("real");
    await subscribed(ens);
    await ens.simulator.admin.switches({ retryIntervals: [0, 600, 600] });
    receiver.answers = [503, 503, 503];
    const emitted = ens.simulator.admin.emit(EVENT);
    await receiver.arrived(1);
    await ens.simulator.admin.reset();
    expect((await emitted).deliveries).toMatchObject([{ attempts: expect.any(Number) }]);
    await advance(ens, 86_400);
    expect(receiver.received).toHaveLength(1);
    expect(await ens.simulator.admin.deliveries()).toEqual([]);
  });

  test("a closed simulator sends nothing, and closes although a receiver never responds", async () => {
    const ens = await start("frozen");
    await subscribed(ens);
    receiver.answers = ["never"];
    const emitted = ens.simulator.admin.emit(EVENT).catch((error: Error) => error);
    await receiver.arrived(1);
    await simulator.close();
    expect(await emitted).toBeInstanceOf(Error);
    expect(receiver.received).toHaveLength(1);
  });
});
