import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { trackedFiles } from "../support/tracked";

const ROOT = resolve(__dirname, "../..");
const tracked = trackedFiles();

describe("what is committed", () => {
  test("the lock file names no host to download from", () => {
    const lock: { packages: Record<string, { resolved?: string; link?: boolean }> } = JSON.parse(
      readFileSync(join(ROOT, "package-lock.json"), "utf8"),
    );
    const downloads = Object.values(lock.packages).filter(({ resolved, link }) => resolved !== undefined && !link);
    expect(downloads).toEqual([]);
    expect(JSON.stringify(lock)).not.toMatch(/\bregistry[\w.-]*\.(?:com|dev|io|net|org)\b/i);
  });

  test("whoever uses a package of this repository takes the version that is here, which npm finds nowhere else", () => {
    type Manifest = { name: string; version: string; dependencies?: object; devDependencies?: object };
    const manifestOf = (file: string): Manifest => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
    const manifests = tracked.filter((file) => file.endsWith("package.json"));
    const here = ["receiver", "provider", "test/simulator"].map((folder) => manifestOf(`${folder}/package.json`));
    const ranges = Object.fromEntries(here.map(({ name, version }) => [name, `^${version}`]));
    const wanted = manifests.flatMap((file) => {
      const { dependencies, devDependencies } = manifestOf(file);
      const all = Object.entries({ ...dependencies, ...devDependencies });
      return all.filter(([name]) => name in ranges).map(([name, range]) => ({ file, name, range }));
    });
    const names = new Set(wanted.map(({ name }) => name));
    expect([...names].sort()).toEqual(expect.arrayContaining(["pulumi-ens", "pulumi-ens-receiver"]));
    expect(wanted).toEqual(wanted.map(({ file, name }) => ({ file, name, range: ranges[name] })));
  });

  test("the two packages have the same version", () => {
    const versionOf = (folder: string) => JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")).version;
    expect(versionOf("test/simulator")).toBe(versionOf("provider"));
  });

  test("the architecture page places each function in the file that has it", () => {
    const page = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
    const placed = [...page.matchAll(/`#?(\w+)`\s*\(`([\w/-]+\.ts)`/g)].map(([, name = "", path = ""]) => ({
      name,
      path,
    }));
    expect(placed.length).toBeGreaterThan(15);
    const isThere = ({ name, path }: { name: string; path: string }) =>
      new RegExp(`\\b${name}\\b`).test(readFileSync(join(ROOT, "provider/src", path), "utf8"));
    expect(placed.filter((each) => !isThere(each))).toEqual([]);
  });

  test("one file of the provider knows the paths of ENS's routes", () => {
    const source = tracked.filter((file) => file.startsWith("provider/src/"));
    const found = source.filter((file) => readFileSync(join(ROOT, file), "utf8").includes("/platform/v1"));
    expect(found).toEqual(["provider/src/ens/routes.ts"]);
  });

  test("no file holds a path of somebody's machine", () => {
    // In pieces, or this file would be found.
    const personal = new RegExp(`(?<![\\w.$}/])/(?:${["home", "Users", "root", "work"].join("|")})/\\w`);
    const found = tracked.filter((file) => {
      return personal.test(readFileSync(join(ROOT, file), "utf8"));
    });
    expect(found).toEqual([]);
  });
});
