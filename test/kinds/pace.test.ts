import type { Clock } from "../../provider/src/ens/clock";
import { EnsError } from "../../provider/src/ens/errors";
import { Pace } from "../../provider/src/ens/pace";
import { type Attempt, RetryBudget, retry } from "../../provider/src/ens/retry";

/** A clock that advances when nothing else happens, so that concurrent sleeps end in order. */
class VirtualClock implements Clock {
  #now = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  readonly now = () => this.#now;
  readonly sleep = (milliseconds: number) =>
    new Promise<void>((wake) => {
      this.#sleepers.push({ at: this.#now + milliseconds, wake });
    });

  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const end = () => {
      isDone = true;
    };
    work.then(end, end);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return work;
      this.#sleepers.sort((one, other) => one.at - other.at);
      const first = this.#sleepers.shift();
      if (first === undefined) throw new Error("nobody sleeps, and the work is not done");
      this.#now = first.at;
      first.wake();
    }
  }
}

const PER_SECOND = 50;
/** Ways in which a service limits requests. Each function returns whether the service accepts a request at this time. */
const limits: Record<string, () => (now: number) => boolean> = {
  "in each second of the clock": () => {
    let [second, count] = [0, 0];
    return (now) => {
      if (Math.floor(now / 1000) !== second) [second, count] = [Math.floor(now / 1000), 0];
      count += 1;
      return count <= PER_SECOND;
    };
  },
  "within any second": () => {
    let taken: number[] = [];
    return (now) => {
      taken = taken.filter((time) => time > now - 1000);
      if (taken.length >= PER_SECOND) return false;
      taken.push(now);
      return true;
    };
  },
  "by a bucket of a second": () => {
    let [left, filled] = [PER_SECOND, 0];
    return (now) => {
      left = Math.min(PER_SECOND, left + ((now - filled) * PER_SECOND) / 1000);
      filled = now;
      if (left < 1) return false;
      left -= 1;
      return true;
    };
  },
};
const cases = Object.keys(limits).flatMap((limit) => [0, 1].map((retryAfter) => [limit, retryAfter] as const));

/** Sends requests in 16 parallel lanes like the engine. Returns the number of rejections and the total time in milliseconds. */
async function call(times: number, takes: (now: number) => boolean, retryAfter: number) {
  const clock = new VirtualClock();
  const [budget, pace] = [new RetryBudget(), new Pace(clock)];
  let refused = 0;
  const once = async (): Promise<Attempt<string>> => {
    await clock.sleep(10);
    const isTaken = takes(clock.now());
    await clock.sleep(10);
    if (isTaken) return { value: "done" };
    refused += 1;
    const error = new EnsError("too many", { status: 429 });
    return retryAfter === 0 ? { error } : { error, retryAfterSeconds: retryAfter };
  };
  let left = times;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await retry(clock, budget, pace, "POST", once);
    }
  };
  await clock.run(Promise.all(Array.from({ length: 16 }, lane)));
  return { refused, milliseconds: clock.now() };
}

test.each(cases)(
  `1,000 requests to a service that accepts ${PER_SECOND} %s (Retry-After: %d) take at most 1.3 times the shortest time`,
  async (limit, retryAfter) => {
    const { refused, milliseconds } = await call(1000, (limits[limit] as () => (now: number) => boolean)(), retryAfter);
    expect(milliseconds).toBeLessThanOrEqual((1.3 * 1000 * 1000) / PER_SECOND);
    expect(refused).toBeLessThanOrEqual(100);
  },
);

test.each([0, 2])("a clock that is set back by a day delays no request, after %d rejections", async (refusals) => {
  const slept: number[] = [];
  let now = 2 * 86_400_000;
  const pace = new Pace({
    now: () => now,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
    },
  });
  for (let at = 0; at < 10; at += 1) pace.recordSuccess();
  for (let at = 0; at < refusals; at += 1) pace.recordThrottled(await pace.waitForTurn(), 1000);
  now -= 86_400_000;
  await pace.waitForTurn();
  await pace.waitForTurn();
  expect(Math.max(0, ...slept)).toBeLessThanOrEqual(60_000);
  expect(slept).toHaveLength(refusals);
});

test("without throttling, no request waits", async () => {
  expect(await call(160, () => true, 0)).toEqual({ refused: 0, milliseconds: 200 });
});

test("a single rejection delays only its own request", async () => {
  let calls = 0;
  const { milliseconds } = await call(
    1600,
    () => {
      calls += 1;
      return calls !== 5;
    },
    2,
  );
  expect(milliseconds).toBeLessThanOrEqual(2200);
});
