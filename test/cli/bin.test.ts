import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const PROVIDER = resolve(__dirname, "../../provider");
const { bin, files } = JSON.parse(readFileSync(join(PROVIDER, "package.json"), "utf8")) as {
  bin: Record<string, string>;
  files: string[];
};

test("npm can link the command of a clone that is not built, and a shell can run it", () => {
  const path = join(PROVIDER, bin.ens ?? "");
  expect(readFileSync(path, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(statSync(path).mode & 0o111).toBe(0o111);
  expect(files).toContain("bin");
  const [, target = ""] = /import\("(.*)"\)/.exec(readFileSync(path, "utf8")) ?? [];
  expect(existsSync(join(PROVIDER, "bin", target.replace("/dist/", "/src/").replace(/\.js$/, ".ts")))).toBe(true);
});
