import { parseArgs } from "node:util";
import { printUsage } from "./demo/by-hand.mjs";
import { Failed, heading, say } from "./demo/report.mjs";
import { play } from "./demo/story.mjs";
import { startWorld } from "./demo/world.mjs";
import { resolveEngine } from "./engine/resolve.mjs";

// npm run demo [-- --keep] shows the life of one environment, with the real Pulumi CLI and a simulated ENS.

const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
const interrupted = new AbortController();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.on(signal, () => {
    process.exitCode = signal === "SIGINT" ? 130 : 143;
    interrupted.abort(new Failed(`ended by ${signal}`));
  });
}

const began = Date.now();
/** @type {import("./demo/world.mjs").World | undefined} */
let world;
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

/** @param {import("./demo/world.mjs").World} world */
async function untilInterrupted(world) {
  printUsage(world);
  await new Promise((done) => {
    // A timer keeps the process alive; a pending promise does not.
    const alive = setInterval(() => {}, 60_000);
    interrupted.signal.addEventListener("abort", () => done(clearInterval(alive)), { once: true });
  });
  process.exitCode = 0;
}
