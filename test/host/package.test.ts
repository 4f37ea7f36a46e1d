import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { hoverOver } from "../support/hover";

const ROOT = resolve(__dirname, "../..");
let project: string;
let packed: string;

// What `npm run test:packages` does with real package managers, here without a network.
beforeAll(async () => {
  const { pack } = await import("../../scripts/package/pack.mjs");
  project = await mkdtemp(join(tmpdir(), "package-test-"));
  packed = join(project, "node_modules/pulumi-ens");
  await mkdir(packed, { recursive: true });
  const tarball = await pack(ROOT, project);
  await promisify(execFile)("tar", ["-xzf", tarball, "-C", packed, "--strip-components=1"]);
});
afterAll(() => rm(project, { recursive: true }));

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

test("the package holds a reader's files, the command and what is built from each source, and nothing else", async () => {
  const sources = (await filesIn(join(ROOT, "provider/src"))).map((file) => file.replace(/\.ts$/, ""));
  const built = sources.flatMap((stem) => [`dist/${stem}.js`, `dist/${stem}.d.ts`]);
  const others = ["CHANGELOG.md", "LICENSE", "README.md", "bin/ens.mjs", "package.json", "schema.json"];
  expect(await filesIn(packed)).toEqual([...others, ...built].sort());
});

test("the package's README links to no file that is not in the package", async () => {
  const readme = await readFile(join(packed, "README.md"), "utf8");
  const targets = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = ""]) => target);
  expect(targets).toContain("LICENSE");
  expect(targets.filter((target) => !target.startsWith("https:") && !existsSync(join(packed, target)))).toEqual([]);
});

test("a project of Pulumi's older TypeScript template compiles and runs with the package", async () => {
  const { useProject, writeProject } = await import("../../scripts/package/project.mjs");
  await writeProject(project, "node10", {});
  for (const name of ["@pulumi/pulumi", "@types/node", "typescript", "undici", "zod"]) {
    const at = ["provider", "."].map((folder) => join(ROOT, folder, "node_modules", name)).find(existsSync) ?? name;
    await link(at, join(project, "node_modules", name));
  }
  await link(join(packed, "bin/ens.mjs"), join(project, "node_modules/.bin/ens"));
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
  const shown = hoverOver(join(packed, "dist/index"), setup, expressions);
  expect(shown).toEqual([
    { text: "Most events in one delivery, 100 to 1000.", defaultText: "1000" },
    { text: expect.stringContaining('with its unit, `"1s"` to `"4h"`'), defaultText: '"5m"' },
    { text: expect.stringContaining("signs in to your system"), defaultText: undefined },
    { text: expect.stringMatching(/^Signs each delivery: 32 bytes in base64.*Secret\.$/s), defaultText: undefined },
    { text: expect.stringContaining("ISO 8601"), defaultText: undefined },
  ]);
});

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}

test("of the projects of `npm run test:packages`, one has each two values of two columns", async () => {
  const { PROJECTS } = await import("../../scripts/package/matrix.mjs");
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
