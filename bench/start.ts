import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isolated, settingsOf, writeProject } from "../scripts/pulumi.ts";
import { start, succeed } from "../scripts/run.cjs";
import { environment } from "./contestants/settings.ts";
import { median } from "./median.ts";
import { startTenant } from "./tenant.ts";

// npm run bench:start -- [--repeat 5]
//
// Measures where the time of a preview of ten resources without changes is spent, and how a user can reduce it. All
// variants take turns in one run. Each is compared with resources that do nothing in a JavaScript program.

const ROOT = resolve(import.meta.dirname, "..");
const { values } = parseArgs({ options: { repeat: { type: "string", default: "5" } } });
const repeat = Number(values.repeat);

const BODY = `
const callback = new ens.Callback("c", { url: "https://hooks.example.org/c" });
for (const n of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
  new ens.Subscription("s" + n, { callback, eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] });
}`;
const JAVASCRIPT = `const ens = require("pulumi-ens");${BODY}`;
const TYPESCRIPT = `import * as ens from "pulumi-ens";${BODY}`;
const NOTHING = `
const pulumi = require("@pulumi/pulumi");
const __provider = 'exports.handler=()=>({create:async()=>({id:"x",outs:{}}),diff:async()=>({changes:false})})';
class Nothing extends pulumi.CustomResource {
  constructor(name) {
    super("pulumi-nodejs:dynamic/bench:Nothing", name, { __provider, name });
  }
}
for (const n of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) new Nothing("n" + n);`;

/** With `edited`, the text of the program changes before each preview, so that no cache has it compiled. */
export interface Way {
  main: string;
  text: string;
  env?: Record<string, string>;
  args?: string[];
  edited?: boolean;
}

const WAYS: Record<string, Way> = {
  "do-nothing resources, JavaScript": { main: "index.js", text: NOTHING },
  "pulumi-ens, JavaScript": { main: "index.js", text: JAVASCRIPT },
  "pulumi-ens, JavaScript, NODE_COMPILE_CACHE": {
    main: "index.js",
    text: JAVASCRIPT,
    env: { NODE_COMPILE_CACHE: "cache" },
  },
  "pulumi-ens, JavaScript, --refresh": { main: "index.js", text: JAVASCRIPT, args: ["--refresh"] },
  "pulumi-ens, TypeScript": { main: "index.ts", text: TYPESCRIPT },
  "pulumi-ens, TypeScript, PULUMI_NODEJS_TRANSPILE_ONLY": {
    main: "index.ts",
    text: TYPESCRIPT,
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
  },
  "pulumi-ens, TypeScript, edited": { main: "index.ts", text: TYPESCRIPT, edited: true },
  "pulumi-ens, TypeScript, edited, PULUMI_NODEJS_TRANSPILE_ONLY": {
    main: "index.ts",
    text: TYPESCRIPT,
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
    edited: true,
  },
  "pulumi-ens, TypeScript, both settings": {
    main: "index.ts",
    text: TYPESCRIPT,
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true", NODE_COMPILE_CACHE: "cache" },
  },
};

const tenant = await startTenant(20);
const folder = await mkdtemp(join(tmpdir(), "bench-start-"));
try {
  const projects = Object.entries(WAYS).map(([name, way], at) => ({ name, way, project: join(folder, `way-${at}`) }));
  for (const { way, project } of projects) {
    await prepare(project, way);
    await tenant.empty();
    // ENS accepts the URL of a callback only once, and each variant has its own stack.
    await pulumi(project, way, ["up", "--yes", "--skip-preview"]);
  }
  const seconds: Map<string, number[]> = new Map(projects.map(({ name }) => [name, []]));
  for (let round = 0; round < repeat; round += 1) {
    for (const { name, way, project } of projects) {
      // A refresh needs existing objects, which the first run of the next variant deletes.
      if (way.args !== undefined) {
        await tenant.empty();
        await pulumi(project, way, ["up", "--yes", "--skip-preview", "--refresh"]);
      }
      if (way.edited) await writeFile(join(project, way.main), `${way.text}\n// ${round}\n`);
      const before = performance.now();
      await pulumi(project, way, ["preview", "--expect-no-changes", ...(way.args ?? [])]);
      seconds.get(name)?.push((performance.now() - before) / 1000);
    }
  }
  const [floor = []] = seconds.values();
  console.log(
    `${"preview of 10 resources, no change".padEnd(62)}${"seconds".padStart(9)}${"beside the first".padStart(18)}`,
  );
  for (const [name, times] of seconds) {
    const more = median(times.map((time, at) => time - (floor[at] ?? 0)));
    const text = `${more < 0 ? "−" : "+"}${Math.abs(more).toFixed(2)} s`;
    console.log(`${name.padEnd(62)}${median(times).toFixed(2).padStart(9)}${text.padStart(18)}`);
  }
  await showParts();
} finally {
  tenant.close();
  await rm(folder, { recursive: true, force: true });
}

/** Shows the time of each process of a preview before it starts its work. */
async function showParts() {
  const loading = (...modules: string[]) => {
    const all = modules.map((module) => `require(${JSON.stringify(module)})`);
    const last = all.pop();
    return ["-e", `${all.join(";")};const t=performance.now();${last};console.log(performance.now()-t)`];
  };
  const parts: [string, () => Promise<number>][] = [
    ["pulumi version: the CLI starts", () => timed("pulumi", ["version"])],
    ["the language host starts", () => untilFirstLine("pulumi-language-nodejs", ["127.0.0.1:1"])],
    ["an empty Node.js process", () => timed(process.execPath, ["-e", ""])],
    ["loading @pulumi/pulumi", () => told(loading("@pulumi/pulumi"))],
    ["loading typescript", () => told(loading("typescript"))],
    ["loading pulumi-ens in a program", () => told(loading("@pulumi/pulumi", "pulumi-ens"))],
    ["loading pulumi-ens/runtime in the provider process", () => told(loading("pulumi-ens/runtime"))],
  ];
  console.log(`\n${"part".padEnd(62)}${"ms".padStart(9)}`);
  for (const [name, measure] of parts) {
    const times = [];
    for (let time = 0; time < repeat; time += 1) times.push(await measure());
    console.log(`${name.padEnd(62)}${median(times).toFixed(0).padStart(9)}`);
  }
}

async function prepare(project: string, { main, text }: { main: string; text: string }) {
  await mkdir(project);
  writeProject(ROOT, project, "bench", main);
  const compilerOptions = { module: "nodenext", target: "es2022", strict: true, skipLibCheck: true };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [main] }));
  await writeFile(join(project, main), text);
  await pulumi(project, {}, ["stack", "init", "dev"]);
}

async function pulumi(cwd: string, { env }: { env?: Record<string, string> }, args: string[]) {
  const cache = env?.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: join(cwd, "cache") };
  const settings = {
    ...isolated(cwd, environment()),
    ...settingsOf(tenant.urls),
    PULUMI_STACK: args[0] === "stack" ? "" : "dev",
  };
  await succeed("pulumi", [...args, "--non-interactive"], { cwd, env: { ...settings, ...env, ...cache } });
}

/** Returns the milliseconds of a whole process. */
async function timed(program: string, args: string[]) {
  const before = performance.now();
  await succeed(program, args, { cwd: ROOT });
  return performance.now() - before;
}

/** Returns the milliseconds until a server prints its address. */
async function untilFirstLine(program: string, args: string[]) {
  const before = performance.now();
  const { firstLine, stop } = start(program, args);
  await firstLine();
  const milliseconds = performance.now() - before;
  await stop();
  return milliseconds;
}

/** Returns the milliseconds that a process prints. */
async function told(args: string[]) {
  return Number(await succeed(process.execPath, args, { cwd: ROOT }));
}
