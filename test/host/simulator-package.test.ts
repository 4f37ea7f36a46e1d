import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pack } from "../../scripts/package/pack.ts";
import { envWith } from "../../scripts/package/project.ts";
import { type Running, start, succeed } from "../../scripts/run.cjs";

const ROOT = resolve(__dirname, "../..");
const SIMULATOR = join(ROOT, "test/simulator");
let folder: string;
let tarball: string;
let running: Running | undefined;

// Tests the package as a user who has only an empty folder, npm, and a registry for the dependencies.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simulator-package-"));
  tarball = await pack(ROOT, folder, "test/simulator");
  await npm("install", tarball);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await running?.stop();
});

/** Runs npm with the Node.js of this test. Returns npm's output. */
async function npm(command: string, ...args: string[]): Promise<string> {
  const options = { cwd: folder, env: envWith(process.execPath) };
  return succeed("npm", [command, "--no-audit", "--no-fund", "--prefer-offline", ...args], options);
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(path, join(parentPath, name))).sort();
}

test("the package contains the files for a reader, the command, the page and the build of each source", async () => {
  const sources = (await filesIn(join(SIMULATOR, "src"))).map((file) => file.replace(/\.ts$/, ""));
  const built = sources.flatMap((stem) => [`dist/${stem}.js`, `dist/${stem}.d.ts`]);
  const page = (await filesIn(join(SIMULATOR, "ui"))).map((file) => `ui/${file}`);
  const others = ["LICENSE", "README.md", "bin/simulator.mjs", "package.json"];
  const installed = join(folder, "node_modules/pulumi-ens-simulator");
  const found = (await filesIn(installed)).filter((file) => !file.startsWith("node_modules/"));
  expect(found).toEqual([...others, ...page, ...built].sort());
  expect(await readFile(join(installed, "README.md"), "utf8")).not.toMatch(/\]\(\.\.?\//);
});

test.each(["pulumi-ens-simulator", "ens-simulator"])(
  "%s, installed in an empty folder, runs and serves its page",
  async (name) => {
    const bin = join(folder, "node_modules/.bin", name);
    running = start(bin, ["--port", "0", "--json"], { cwd: folder, env: envWith(process.execPath) });
    const { restUrl, pageUrl } = JSON.parse(await running.firstLine()) as { restUrl: string; pageUrl: string };
    const health = await (await fetch(`${restUrl}/health`)).json();
    const { version } = JSON.parse(await readFile(join(SIMULATOR, "package.json"), "utf8"));
    expect(health).toMatchObject({ status: "ok", version });
    expect(await (await fetch(pageUrl)).text()).toContain("<title>ENS simulator</title>");
    expect((await fetch(`${pageUrl}/main.mjs`)).status).toBe(200);
  },
);

test("npx also runs the simulator from the tarball", async () => {
  const { version } = JSON.parse(await readFile(join(SIMULATOR, "package.json"), "utf8"));
  expect(await npm("exec", "--yes", `--package=${tarball}`, "--", "pulumi-ens-simulator", "--version")).toBe(version);
});
