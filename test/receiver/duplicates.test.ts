import fc from "fast-check";
import type { EnsEvent } from "pulumi-ens-receiver";
import { Duplicates } from "../../receiver/src/duplicates";

const event = (id: number): EnsEvent => ({ eventCategoryType: "EngagementEvents.EmailOpen", timestampUTC: id });
const ids = (events: readonly EnsEvent[]) => events.map(({ timestampUTC }) => timestampUTC);

function windowOf(options: { seconds?: number; mostEvents?: number } = {}) {
  let now = 0;
  const accepted: number[] = [];
  const duplicates = new Duplicates(options, () => now);
  return {
    accepted,
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
    take: (...some: number[]) =>
      duplicates.acceptOnce(some.map(event), async (fresh) => {
        accepted.push(...ids(fresh));
      }),
    fail: (...some: number[]) =>
      duplicates.acceptOnce(some.map(event), () => Promise.reject(new Error("the queue is down"))),
    hold(...some: number[]) {
      let settle: (error?: Error) => void = () => {};
      const done = duplicates.acceptOnce(some.map(event), (fresh) => {
        return new Promise((resolve, reject) => {
          settle = (error) => {
            if (error === undefined) accepted.push(...ids(fresh));
            if (error === undefined) resolve();
            else reject(error);
          };
        });
      });
      done.catch(() => {});
      return { done, settle: (error?: Error) => settle(error) };
    },
  };
}

test("an event is passed on once, whichever batch repeats it", async () => {
  const { take, accepted } = windowOf();
  expect(await take(1, 2)).toBe(0);
  expect(await take(2, 3)).toBe(1);
  expect(await take(1, 2, 3)).toBe(3);
  expect(accepted).toEqual([1, 2, 3]);
});

test("an event that occurs twice in a batch is passed on once", async () => {
  const { take, accepted } = windowOf();
  expect(await take(1, 1, 2)).toBe(1);
  expect(accepted).toEqual([1, 2]);
});

test("an event that could not be stored is passed on again", async () => {
  const { take, fail, accepted } = windowOf();
  await expect(fail(1, 2)).rejects.toThrow("the queue is down");
  expect(await take(1, 2)).toBe(0);
  expect(accepted).toEqual([1, 2]);
});

test("a duplicate waits until the event that is being stored succeeds or fails", async () => {
  const { take, hold, accepted } = windowOf();
  const first = hold(1);
  const second = take(1, 2);
  first.settle();
  expect([await first.done, await second]).toEqual([0, 1]);
  expect(accepted).toEqual([1, 2]);

  const third = hold(3);
  const [fourth, fifth] = [take(3), take(3)];
  third.settle(new Error("the queue is down"));
  await expect(third.done).rejects.toThrow("the queue is down");
  expect(await Promise.all([fourth, fifth])).toEqual([0, 1]);
  expect(accepted).toEqual([1, 2, 3]);
});

test("events are forgotten after the time window and beyond the limit, the oldest first", async () => {
  const { take, advance, accepted } = windowOf({ seconds: 60, mostEvents: 3 });
  await take(1);
  advance(59);
  expect(await take(1)).toBe(1);
  advance(1);
  expect(await take(1)).toBe(0);
  await take(2, 3, 4);
  expect(await take(4)).toBe(1);
  expect(await take(1)).toBe(0);
  expect(accepted).toEqual([1, 1, 2, 3, 4, 1]);
});

test("each event is finally accepted exactly once, despite failures and concurrent batches", async () => {
  const batch = fc.record({ events: fc.array(fc.nat(8), { minLength: 1, maxLength: 5 }), fails: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 12 }), fc.scheduler(), async (batches, scheduler) => {
      const accepted: number[] = [];
      const duplicates = new Duplicates({}, () => 0);
      const all = batches.map(({ events, fails }) =>
        duplicates
          .acceptOnce(events.map(event), async (fresh) => {
            await scheduler.schedule(Promise.resolve());
            if (fails) throw new Error("the queue is down");
            accepted.push(...ids(fresh));
          })
          .catch(() => {}),
      );
      await scheduler.waitFor(Promise.all(all));
      const wanted = batches.flatMap(({ events, fails }) => (fails ? [] : events));
      // Events that occurred only in failing batches may be missing. All acknowledged events must be stored once.
      expect([...accepted].sort()).toEqual([...new Set(accepted)].sort());
      expect(accepted).toEqual(expect.arrayContaining([...new Set(wanted)]));
    }),
  );
});
