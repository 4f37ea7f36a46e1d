import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { run, start } from "../../scripts/run.cjs";

const ROOT = resolve(__dirname, "../..");

/** Does what the real one does for the setup: a package with a Node.js, a compiler, and the record of the install. */
const NPM = `#!/bin/sh
echo install >> "$LOG"
[ -n "$NPM_FAILS" ] && { echo "no route to the packages" >&2; exit 7; }
/bin/mkdir -p node_modules/node/bin node_modules/typescript/bin
/bin/ln -sf "$REAL_NODE" node_modules/node/bin/node
printf %s "$COMPILER" > node_modules/typescript/bin/tsc
/bin/cp package-lock.json node_modules/.package-lock.json
`;

/** Makes each package print 1, unless it is told to fail. */
const COMPILER = `
const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require("node:fs");
const [build, ...packages] = process.argv.slice(2);
appendFileSync(process.env.LOG, build + " " + packages.join(" ") + "\\n");
if (process.env.TSC_FAILS) { console.log("an error in the sources"); process.exit(2); }
for (const name of packages) {
  if (existsSync(name + "/dist")) continue;
  mkdirSync(name + "/dist", { recursive: true });
  writeFileSync(name + "/dist/main.js", "console.log(1)");
}`;

describe("a task", () => {
  let root: string;
  let env: Record<string, string>;
  const steps = async () => (await readFile(join(root, "log"), "utf8").catch(() => "")).split("\n").filter(Boolean);
  const write = async (path: string, text: string) => {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  };
  const lockOf = (version: string) => JSON.stringify({ packages: { "": {}, "node_modules/x": { version } } });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "setup-"));
    await cp(join(ROOT, "scripts"), join(root, "scripts"), { recursive: true });
    await write("package-lock.json", lockOf("1.0.0"));
    await write("bin/npm", NPM);
    await chmod(join(root, "bin/npm"), 0o755);
    env = { PATH: join(root, "bin"), LOG: join(root, "log"), REAL_NODE: process.execPath, COMPILER };
  });
  afterEach(() => rm(root, { recursive: true }));

  const task = async (name: string, extra: Record<string, string> = {}) => {
    const args = [join(root, "scripts/with-setup.mjs"), name];
    const { code, stdout, stderr } = await run(process.execPath, args, { env: { ...env, ...extra } });
    return { code, output: stderr + stdout };
  };

  const COMPILED = "--build receiver provider test/simulator";

  test("prepares a fresh clone, says so in a line for each step, and is silent about it from then on", async () => {
    expect(await task("simulator")).toEqual({
      code: 0,
      output: "Installing dependencies (npm ci) …\nBuilding the packages …\n1\n",
    });
    expect(await task("simulator")).toEqual({ code: 0, output: "1\n" });
    // The compiler knows by itself what has changed.
    expect(await steps()).toEqual(["install", COMPILED, COMPILED]);
  });

  test("installs again when the lock file names another version", async () => {
    await task("build");
    await write("package-lock.json", lockOf("1.0.1"));
    expect((await task("build")).output).toBe("Installing dependencies (npm ci) …\n");
  });

  test("shows what npm said when it fails, and tries again the next time", async () => {
    const failed = await task("test", { NPM_FAILS: "yes" });
    expect(failed.code).toBe(1);
    expect(failed.output).toContain("(npm exited with code 7):\nno route to the packages");
    expect(failed.output).toMatch(/\n0 passed, 1 failed\n$/);
    expect((await task("build")).code).toBe(0);
  });

  test("shows what the compiler said when it fails", async () => {
    const failed = await task("test:fast", { TSC_FAILS: "yes" });
    expect(failed.code).toBe(1);
    expect(failed.output).toMatch(
      /tsc --build failed \(\S+ exited with code 2\):\nan error in the sources\n0 passed, 1 failed\n$/,
    );
  });

  test("gets the signal that npm sends to the shell which it starts scripts in", async () => {
    await task("build");
    await write(
      "test/simulator/dist/main.js",
      "process.on('SIGTERM', () => process.exit(42)); setInterval(() => {}, 1000); console.log('ready');",
    );
    const { scripts }: { scripts: { simulator: string } } = JSON.parse(
      await readFile(join(ROOT, "package.json"), "utf8"),
    );
    // npm's shell does more than this one command, as here, so it does not give way to it by itself.
    const bin = `${env.PATH}:${dirname(process.execPath)}`;
    const shell = start("/bin/sh", ["-c", `:; ${scripts.simulator}`], { cwd: root, env: { ...env, PATH: bin } });
    await shell.until(/ready/);
    expect((await shell.stop()).code).toBe(42);
  });

  test("that does not exist is refused with the names of those that do", async () => {
    expect((await task("deploy")).output).toContain('There is no task "deploy". Tasks: demo, ');
  });
});
