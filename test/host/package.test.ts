import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { PROJECTS } from "../../scripts/package/matrix.ts";
import { packAll } from "../../scripts/package/pack.ts";
import { useProject, writeProject } from "../../scripts/package/project.ts";
import { succeed } from "../../scripts/run.cjs";
import { hoverOver } from "../support/hover";

const ROOT = resolve(__dirname, "../..");
let project: string;
let tarballs: string[];

// Tests without a network what `npm run test:packages` tests with real package managers.
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "package-test-"));
  // Simulates a file of an earlier build whose source was deleted.
  await writeFile(join(ROOT, "receiver/dist/of-a-deleted-source.js"), "");
  tarballs = await packAll(ROOT, project);
  for (const [index, name] of NAMES.entries()) {
    await mkdir(inProject(name), { recursive: true });
    await succeed("tar", ["-xzf", tarballs[index] ?? "", "-C", inProject(name), "--strip-components=1"]);
  }
});
afterAll(() => rm(project, { recursive: true }));

/** The packages in the order in which they are packed, with their folders. */
const SOURCES: Record<string, string> = {
  "pulumi-ens-receiver": "receiver",
  "pulumi-ens": "provider",
  "pulumi-ens-simulator": "test/simulator",
};
const NAMES = Object.keys(SOURCES);
const inProject = (name: string) => join(project, "node_modules", name);
const inSource = (name: string, path: string) => join(ROOT, SOURCES[name] ?? "", path);
const manifestOf = async (name: string) =>
  JSON.parse(await readFile(join(inProject(name), "package.json"), "utf8")) as {
    files: string[];
    exports: object;
    bin?: Record<string, string>;
    dependencies?: object;
  };

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

test.each(NAMES)("%s contains the files for a reader, the build of each source, and nothing else", async (name) => {
  const sources = (await filesIn(inSource(name, "src"))).map((file) => file.replace(/\.ts$/, ""));
  const built = sources.flatMap((stem) => [`dist/${stem}.js`, `dist/${stem}.d.ts`]);
  const others = (await manifestOf(name)).files.filter((file) => !file.includes("dist"));
  const expanded = others.map(async (path) =>
    path.includes(".") || path === "LICENSE"
      ? [path]
      : (await filesIn(inSource(name, path))).map((file) => join(path, file)),
  );
  const wanted = ["package.json", ...(await Promise.all(expanded)).flat(), ...built].sort();
  expect(wanted).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));
  expect(await filesIn(inProject(name))).toEqual(wanted);
});

test.each(NAMES)("the README of %s links only to files in the package", async (name) => {
  const readme = await readFile(join(inProject(name), "README.md"), "utf8");
  const targets = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = ""]) => target);
  expect(
    targets.filter((target) => !target.startsWith("https:") && !existsSync(join(inProject(name), target))),
  ).toEqual([]);
  if (name === "pulumi-ens") expect(targets).toContain("LICENSE");
});

test("the receiver is one package of less than 1 MB and loads no other package", async () => {
  const folder = join(project, "alone");
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), '{ "private": true }');
  await succeed("npm", ["install", "--offline", "--no-audit", "--no-fund", tarballs[0] ?? ""], { cwd: folder });
  const modules = join(folder, "node_modules");
  expect((await readdir(modules)).filter((name) => !name.startsWith("."))).toEqual(["pulumi-ens-receiver"]);
  const installed = join(modules, "pulumi-ens-receiver");
  const sizes = (await filesIn(installed)).map(async (file) => (await stat(join(installed, file))).size);
  expect((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)).toBeLessThan(1024 * 1024);
  const { exports } = await manifestOf("pulumi-ens-receiver");
  const entries = Object.keys(exports).map(
    (entry) => `require(${JSON.stringify(join("pulumi-ens-receiver", entry))});`,
  );
  const program = `${entries.join("")} console.log(JSON.stringify(Object.keys(require.cache)))`;
  const stdout = await succeed(process.execPath, ["--eval", program], { cwd: folder });
  const loaded = JSON.parse(stdout) as string[];
  const own = `${await realpath(installed)}/`;
  expect(loaded.length).toBeGreaterThan(entries.length);
  expect(loaded.filter((file) => !file.startsWith(own))).toEqual([]);
});

test("a project of Pulumi's older TypeScript template compiles and runs with the package", async () => {
  await writeProject(ROOT, project, "node10", {});
  for (const own of NAMES) {
    const { bin = {}, dependencies = {} } = await manifestOf(own);
    for (const [command, path] of Object.entries(bin)) {
      await link(join(inProject(own), path), join(project, "node_modules/.bin", command));
    }
    for (const name of Object.keys(dependencies)) await linkInstalled(name, [inSource(own, "node_modules")]);
  }
  for (const name of ["@pulumi/pulumi", "@types/node", "typescript"]) await linkInstalled(name);
  expect(await useProject(project, "node10", process.execPath)).toContain(process.versions.node);
});

test("an editor in that project shows the descriptions, with units and defaults", () => {
  const setup = "declare const args: ens.CallbackArgs & ens.PullArgs; declare const callback: ens.Callback;";
  const expressions = [
    "args.maxBatchSize",
    "args.timeout",
    "args.authScheme",
    "callback.signatureKey",
    "callback.createdAt",
  ];
  const shown = hoverOver(join(inProject("pulumi-ens"), "dist/index"), setup, expressions);
  expect(shown).toEqual([
    { text: "Maximum number of events in one delivery, 100 to 1000.", defaultText: "1000" },
    { text: expect.stringContaining('with its unit, `"1s"` to `"4h"`'), defaultText: '"5m"' },
    { text: expect.stringContaining("token from your authorization server"), defaultText: undefined },
    {
      text: expect.stringMatching(/^Key that signs each delivery: 32 bytes in base64.*Secret\.$/s),
      defaultText: undefined,
    },
    { text: expect.stringContaining("ISO 8601"), defaultText: undefined },
  ]);
});

/** Links a package of the repository into the project, unless the project has it. */
async function linkInstalled(name: string, first: readonly string[] = []): Promise<void> {
  const at = [...first, join(ROOT, "node_modules")].map((folder) => join(folder, name)).find(existsSync) ?? name;
  if (!existsSync(inProject(name))) await link(at, inProject(name));
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}

test("the projects of `npm run test:packages` cover each pair of values of two columns", async () => {
  const rows: Record<string, string>[] = PROJECTS.map(({ manager, ...others }) => ({
    ...others,
    layout: manager === "pnpm" ? "linked" : "flat",
  }));
  const columns = ["kind", "node", "sdk", "layout"];
  const valuesOf = (column: string) => [...new Set(rows.map((row) => row[column]))];
  const pairs = columns.flatMap((first, index) =>
    columns
      .slice(index + 1)
      .flatMap((second) =>
        valuesOf(first).flatMap((one) => valuesOf(second).map((other) => ({ [first]: one, [second]: other }))),
      ),
  );
  expect(pairs).toHaveLength(3 * 8 + 3 * 4);
  expect(rows).toEqual(expect.arrayContaining(pairs.map((pair) => expect.objectContaining(pair))));
});
