import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPulumi } from "./contestants/pulumi.ts";
import { median } from "./median.ts";
import { sizeOf } from "./plan.ts";
import { startTenant } from "./tenant.ts";

// npm run bench:levers -- [--subscriptions 300] [--repeat 3]
//
// Measures how the settings of Pulumi's state backends change the time for a stack of this package. The settings take
// turns, and each is compared with the default settings of the same turn. With BENCH_POSTGRES_URL, the benchmark also
// measures a state in this database.

const { values } = parseArgs({
  options: { subscriptions: { type: "string", default: "300" }, repeat: { type: "string", default: "3" } },
});
const size = sizeOf(Number(values.subscriptions));
const { BENCH_POSTGRES_URL: postgres } = process.env;

const LEVERS: Record<string, Record<string, string>> = {
  "a local file, as usual": {},
  "a local file, no backups": { PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true" },
  "a local file, gzip": { PULUMI_DIY_BACKEND_GZIP: "true" },
  "a local file, zstd": { PULUMI_DIY_BACKEND_ZSTD: "true" },
  "a local file, no checkpoints": { PULUMI_SKIP_CHECKPOINTS: "true" },
  ...(postgres === undefined
    ? {}
    : {
        PostgreSQL: { PULUMI_BACKEND_URL: postgres },
        "PostgreSQL, no checkpoints": { PULUMI_BACKEND_URL: postgres, PULUMI_SKIP_CHECKPOINTS: "true" },
      }),
};
const OPERATIONS = ["up", "preview", "destroy"] as const;

const tenant = await startTenant(20);
const folder = await mkdtemp(join(tmpdir(), "bench-levers-"));
try {
  const seconds: Map<string, number[][]> = new Map(Object.keys(LEVERS).map((name) => [name, []]));
  for (let turn = 0; turn < Number(values.repeat); turn += 1) {
    for (const [at, [name, lever]] of Object.entries(LEVERS).entries()) {
      console.error(`${name}, turn ${turn + 1} of ${values.repeat} …`);
      seconds.get(name)?.push(await life(join(folder, `${turn}-${at}`), lever));
    }
  }
  console.log(`${size.resources} resources. Seconds, and the ratio to the first setting of the same turn.\n`);
  console.log(`${"".padEnd(32)}${OPERATIONS.map((operation) => operation.padStart(16)).join("")}`);
  const [usual = []] = seconds.values();
  for (const [name, times] of seconds) {
    const cells = OPERATIONS.map((_, column) => {
      const ratio = median(times.map((row, turn) => (row[column] ?? 0) / (usual[turn]?.[column] ?? 1)));
      return `${median(times.map((row) => row[column] ?? 0)).toFixed(1)} (${ratio.toFixed(2)})`.padStart(16);
    });
    console.log(`${name.padEnd(32)}${cells.join("")}`);
  }
} finally {
  tenant.close();
  await rm(folder, { recursive: true, force: true });
}

/** Returns the seconds of each operation. */
async function life(project: string, lever: Record<string, string>) {
  await mkdir(project);
  await tenant.empty();
  await tenant.begin();
  const unit = { contestant: "ours" as const, checkpoints: true };
  const { subscriptions } = size;
  const stack = await startPulumi({ ...unit, subscriptions, repetition: 1 }, size, tenant.urls, project, lever);
  const times = [];
  for (const operation of OPERATIONS) times.push((await stack.run(operation)).seconds);
  return times;
}
