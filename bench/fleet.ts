import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { startSimulator } from "pulumi-ens-simulator";
import { isolated, settingsOf, writeProject } from "../scripts/pulumi.ts";
import { environment } from "./contestants/settings.ts";
import { median } from "./median.ts";
import { startReceiver } from "./tenant/receiver.ts";

// npm run bench:fleet -- [--stacks 50] [--objects 200] [--at-once 4] [--limit 40]
//
// Splits one business unit into many stacks, which the Automation API runs with limited concurrency. The simulator
// limits requests per second. The benchmark compares the total time with the least time that this limit allows, and
// counts the rejected requests.

const ROOT = resolve(import.meta.dirname, "..");
const CALLBACKS = 4;
const { values } = parseArgs({
  options: {
    stacks: { type: "string", default: "50" },
    objects: { type: "string", default: "200" },
    "at-once": { type: "string", default: "4" },
    limit: { type: "string", default: "40" },
  },
});
const [count, objects, atOnce, limit] = [values.stacks, values.objects, values["at-once"], values.limit].map(Number);

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const ens = require("pulumi-ens");
const stack = pulumi.getStack();
const authUrl = "https://login.example.org/token";
const authScheme = new ens.AuthScheme("a", { grantType: "client_credentials", authUrl, clientId: "c", clientSecret: "s" });
for (let c = 0; c < ${CALLBACKS}; c++) {
  const callback = new ens.Callback("c" + c, { url: "https://hooks.example.org/" + stack + "/" + c, authScheme });
  for (let s = c; s < ${(objects ?? 0) - 1 - CALLBACKS}; s += ${CALLBACKS}) {
    new ens.Subscription("s" + s, { callback, eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] });
  }
}`;

const receiver = await startReceiver();
const simulator = await startSimulator({
  connectTo: { "hooks.example.org": receiver.address },
  switches: { callAuthUrl: "off", rateLimit: String(limit) },
});
receiver.verifyAt(simulator);
const folder = await mkdtemp(join(tmpdir(), "bench-fleet-"));
try {
  writeProject(ROOT, folder, "fleet");
  await writeFile(join(folder, "index.js"), PROGRAM);
  const envVars = {
    ...isolated(folder, environment()),
    ...settingsOf(simulator),
    PULUMI_SKIP_CHECKPOINTS: "true",
  };
  console.log(`${count} stacks of ${objects} objects, ${atOnce} at a time; ENS accepts ${limit} requests a second\n`);
  console.log(`${"".padEnd(18)}${["seconds", "least", "ratio", "per stack", "calls", "refused"].map(right).join("")}`);
  const stacks = await Promise.all(
    Array.from({ length: count ?? 0 }, (_, at) => `s${at}`).map((stackName) =>
      LocalWorkspace.createOrSelectStack({ stackName, workDir: folder }, { envVars }),
    ),
  );
  await timed("up", stacks, (stack) => stack.up());
  await timed("preview --refresh", stacks, (stack) => stack.preview({ refresh: true, expectNoChanges: true }));
  await timed("destroy", stacks, (stack) => stack.destroy());
} finally {
  await rm(folder, { recursive: true, force: true });
  await simulator.close();
  await receiver.close();
}

async function timed(name: string, stacks: Stack[], run: (stack: Stack) => Promise<unknown>) {
  const statuses: number[] = [];
  // The journal cannot contain all requests of a fleet.
  const count = async () => {
    statuses.push(...(await simulator.admin.journal({ client: "rest" })).map(({ status }) => status));
    await simulator.admin.clearJournal();
  };
  await simulator.admin.clearJournal();
  const start = performance.now();
  const each: number[] = [];
  const waiting = [...stacks];
  const lane = async () => {
    for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
      const before = performance.now();
      await run(stack);
      each.push((performance.now() - before) / 1000);
      await count();
      if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${each.length} of ${stacks.length} stacks `);
    }
  };
  await Promise.all(Array.from({ length: atOnce ?? 1 }, lane));
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const seconds = (performance.now() - start) / 1000;
  const refused = statuses.filter((status) => status === 429).length;
  const least = (statuses.length - refused) / (limit ?? 1);
  const cells = [seconds.toFixed(0), least.toFixed(0), (seconds / least).toFixed(2), `${median(each)?.toFixed(1)} s`];
  console.log(`${name.padEnd(18)}${[...cells, statuses.length, refused].map(right).join("")}`);
}

function right(cell: string | number) {
  return String(cell).padStart(11);
}
