import { parseArgs } from "node:util";
import { printUsage } from "./demo/by-hand.ts";
import { Failed, heading, say } from "./demo/report.ts";
import { play } from "./demo/story.ts";
import type { World } from "./demo/world.ts";
import { startWorld } from "./demo/world.ts";
import { resolveEngine } from "./engine/resolve.mjs";

// npm run demo [-- --keep] shows one environment from its creation to its deletion, with the real Pulumi CLI and a
// simulated ENS.

const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    process.exitCode = signal === "SIGINT" ? 130 : 143;
    interrupted.abort(new Failed(`received ${signal}`));
  });
}

const began = Date.now();
let world: World | undefined;
try {
  const engine = await resolveEngine({ say });
  heading("Start a simulated ENS, a receiver and an authorization server");
  world = await startWorld(engine, interrupted.signal);
  await play(world);
  heading(`Done: all checks passed in ${Math.round((Date.now() - began) / 1000)} s`);
  if (values.keep) await untilInterrupted(world);
} catch (error) {
  const reason = error instanceof Failed ? error.message : error instanceof Error ? error.stack : String(error);
  if (!(values.keep && interrupted.signal.aborted)) say(`\nThe demo stopped: ${reason}`);
  process.exitCode ??= 1;
} finally {
  await world?.close();
}

async function untilInterrupted(world: World) {
  printUsage(world);
  await new Promise((done) => {
    // A timer keeps the process running. A pending promise does not.
    const alive = setInterval(() => {}, 60_000);
    interrupted.signal.addEventListener("abort", () => done(clearInterval(alive)), { once: true });
  });
  process.exitCode = 0;
}
