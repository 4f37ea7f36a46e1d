import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import { isolated } from "../../scripts/pulumi.ts";
import { copyProjects } from "../support/copy";
import { succeed } from "../support/shell";
import { trackedFiles } from "../support/tracked";

const FILES = trackedFiles("Pulumi.*.yaml", "**/Pulumi.*.yaml");

let copy: ReturnType<typeof copyProjects>;
beforeAll(() => {
  copy = copyProjects();
});
afterAll(() => copy?.close());

/**
 * The values of a stack's configuration, each with its path in the CLI's format. The CLI keeps `null` and cannot write
 * it.
 */
function leaves(value: unknown, path: string): string[] {
  if (value === null) return [];
  if (typeof value !== "object") return [`${path}=${value}`];
  const all = Object.entries(value);
  return all.flatMap(([key, each]) => leaves(each, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`));
}

test.each(FILES)("the CLI does not change %s when it sets each value to its current value", async (file) => {
  const path = join(copy.folder, file);
  const read = () => readFileSync(path, "utf8");
  const written = read();
  const place = { cwd: dirname(path), env: isolated(join(copy.folder, "of", file)) };
  await succeed(`pulumi stack init ${/^Pulumi\.(.*)\.yaml$/.exec(basename(file))?.[1]}`, place);
  const withSalt = read();
  const withoutSalt = withSalt.replace(/^encryptionsalt: .*\n/m, "");
  expect(withoutSalt).toBe(written);

  const { config } = parse(written) as { config: Record<string, unknown> };
  const set = (entries: [string, unknown][], ...flags: string[]) => {
    const values = entries.flatMap(([key, value]) => leaves(value, key));
    return succeed(
      `pulumi config set-all ${flags} ${values.map((value) => `--plaintext '${value}'`).join(" ")}`,
      place,
    );
  };
  // With --path, the CLI reads digits as a number.
  const isNested = ([, value]: [string, unknown]) => typeof value === "object";
  await set(Object.entries(config).filter((entry) => !isNested(entry)));
  await set(Object.entries(config).filter(isNested), "--path");
  expect(read()).toBe(withSalt);
});
