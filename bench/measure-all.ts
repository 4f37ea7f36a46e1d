import { live } from "./contestants/contestant.ts";
import { isSameUnit, OPERATIONS, planned, secondsLeft, type Unit } from "./plan.ts";
import { type Round, saveRound } from "./round.ts";
import { startTenant } from "./tenant.ts";

/**
 * Measures the missing stacks of a round, and saves the round after each operation. A stack that fails is reported and
 * skipped, because the other stacks take hours. An interrupt takes effect after the running operation.
 *
 * @returns the number of stacks that are still missing
 */
export async function measureAll(file: string, round: Round, say: (line: string) => void): Promise<number> {
  const units = planned(round.options);
  const isComplete = (unit: Unit) =>
    round.measurements.filter((one) => isSameUnit(one, unit)).length === OPERATIONS.length;
  const left = units.filter((unit) => !isComplete(unit));
  // An interrupted stack starts again from the beginning.
  for (const unit of left) forget(round, unit);
  const interrupted = onInterrupt();
  const start = performance.now();
  const secondsSince = (time: number) => (performance.now() - time) / 1000;
  const done: { unit: Unit; seconds: number }[] = [];
  say(
    `${left.length} of ${units.length} stacks, about ${duration(secondsLeft(done, left))}. The results are in ${file}.`,
  );
  const tenant = await startTenant(round.options.latency);
  try {
    for (const [at, unit] of left.entries()) {
      const before = performance.now();
      await live(unit, tenant, async (measurement) => {
        round.measurements.push(measurement);
        await saveRound(file, round);
        const { operation, seconds, calls } = measurement;
        const took = `${operation} ${seconds.toFixed(1)} s, ${calls} calls`;
        say(`[${duration(secondsSince(start))}] ${at + 1}/${left.length} ${titleOf(unit)}: ${took}`);
        if (interrupted()) throw new Error("interrupted");
      }).catch(async (error) => {
        say(`${titleOf(unit)}: ${error instanceof Error ? error.message : error}`);
        forget(round, unit);
        await saveRound(file, round);
      });
      if (interrupted()) break;
      done.push({ unit, seconds: secondsSince(before) });
      say(`about ${duration(secondsLeft(done, left.slice(at + 1)))} left`);
    }
  } finally {
    tenant.close();
  }
  return units.filter((unit) => !isComplete(unit)).length;
}

function forget(round: Round, unit: Unit) {
  round.measurements = round.measurements.filter((one) => !isSameUnit(one, unit));
}

/**
 * Returns a function that reports an interrupt. A second signal ends the process.
 */
function onInterrupt() {
  let isInterrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      isInterrupted = true;
    });
  }
  return () => isInterrupted;
}

function titleOf({ contestant, subscriptions, checkpoints, repetition }: Unit) {
  const mode = checkpoints === null ? "" : `, checkpoints ${checkpoints ? "on" : "off"}`;
  return `${contestant}, ${subscriptions} subscriptions${mode}, repetition ${repetition}`;
}

/** Formats hours, minutes and seconds. */
function duration(seconds: number) {
  const [minutes, rest] = [Math.floor(seconds / 60), Math.floor(seconds % 60)];
  if (minutes === 0) return `${rest} s`;
  return minutes < 60 ? `${minutes} min ${rest} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
