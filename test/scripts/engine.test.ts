import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { start as startProgram } from "../../scripts/run.cjs";

const RESOLVER = pathToFileURL(resolve(__dirname, "../../scripts/engine/resolve.mjs"));
const HELPERS = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/** Only the ways that work offline; `installs` makes the official installer one that works. */
const PROGRAM = `
  import { writeFileSync } from "node:fs";
  import { resolveEngine } from ${JSON.stringify(RESOLVER)};
  const install = async (folder) => {
    if (process.env.INSTALLS === undefined) return "the installer's host refused the connection";
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
      writeFileSync(folder + "/" + name, "#!/bin/sh\\necho v3.259.0\\n", { mode: 0o755 });
    }
    return "";
  };
  try {
    console.log(JSON.stringify(await resolveEngine({ say: console.error, install })));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }`;

/** Builds what the folder that it runs in is named after, once the test lets it. */
const GO = `#!/bin/sh
[ "$1" = version ] && exit 0
echo "\${PWD##*/}" >> "$LOG"
while [ -n "$GATE" ] && [ ! -e "$GATE" ]; do /bin/sleep 0.05; done
name=pulumi; [ "\${PWD##*/}" = cli ] || name=pulumi-language-nodejs
printf '#!/bin/sh\\necho v3.259.0\\n' > "$GOBIN/$name"
/bin/chmod +x "$GOBIN/$name"
`;

describe("the engine", () => {
  let home: string;
  let env: Record<string, string>;
  const cache = () => join(home, "cache/pulumi-ens/engine");
  const cached = () => join(cache(), `3.259.0-${process.platform}-${process.arch}`);

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "engine-"));
    env = { PATH: "", XDG_CACHE_HOME: join(home, "cache"), LOG: join(home, "builds"), GATE: "" };
  });
  afterEach(() => rm(home, { recursive: true }));

  async function program(folder: string, name: string, text: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }

  async function pulumi(folder: string, version: string, helpers: string[] = HELPERS): Promise<void> {
    await program(folder, "pulumi", `#!/bin/sh\necho ${version}\n`);
    for (const helper of helpers) await program(folder, helper, "#!/bin/sh\n");
    if (!folder.startsWith(cache())) env.PATH = [env.PATH, folder].filter(Boolean).join(":");
  }

  async function go(): Promise<void> {
    await program(join(home, "go"), "go", GO);
    env.PATH = [env.PATH, join(home, "go")].filter(Boolean).join(":");
  }

  test("is the one on the PATH, before one in the cache", async () => {
    await pulumi(join(home, "bin"), "v3.300.1");
    await pulumi(cached(), "v3.259.0");
    const { found } = await resolved(env);
    expect(found).toEqual({
      dir: join(home, "bin"),
      pulumi: join(home, "bin/pulumi"),
      version: "v3.300.1",
      from: "PATH",
    });
  });

  test.each(["v3.253.9", "v2.999.0", "v4.0.0", "dev"])(
    "is not a %s on the PATH, but a good one behind it",
    async (old) => {
      await pulumi(join(home, "old"), old);
      await pulumi(join(home, "good"), "v3.254.0");
      expect((await resolved(env)).found?.dir).toBe(join(home, "good"));
    },
  );

  test("is not one on the PATH without its Node.js language host", async () => {
    await pulumi(join(home, "bin"), "v3.260.0", ["pulumi-resource-pulumi-nodejs"]);
    await pulumi(cached(), "v3.259.0");
    expect((await resolved(env)).found?.from).toBe("cache");
  });

  test("gets the host of dynamic providers beside it in the cache", async () => {
    await pulumi(cached(), "v3.259.0", ["pulumi-language-nodejs"]);
    await resolved(env);
    expect(await readFile(join(cached(), "pulumi-resource-pulumi-nodejs"), "utf8")).toContain("dynamic-provider");
  });

  test("comes from the official installer, before a build, and is kept", async () => {
    await go();
    expect((await resolved({ ...env, INSTALLS: "yes" })).found?.from).toBe("official installer");
    expect((await resolved(env)).found?.from).toBe("cache");
    expect(await readdir(home)).not.toContain("builds");
  });

  test("is built when nothing else works, and replaces one in the cache that does not run", async () => {
    await go();
    await program(cached(), "pulumi", "#!/bin/sh\nexit 3\n");
    await program(cached(), "pulumi-language-nodejs", "#!/bin/sh\n");
    const { found } = await resolved(env);
    expect(found).toMatchObject({ dir: cached(), from: "build from Go modules", version: "v3.259.0" });
    expect(await readFile(join(home, "builds"), "utf8")).toBe("language-nodejs\ncli\n");
    expect(await readdir(cache())).toEqual([`3.259.0-${process.platform}-${process.arch}`]);
  });

  test("is built once when two processes want it at the same time", async () => {
    await go();
    env.GATE = join(home, "gate");
    const processes = [start(env), start(env)];
    await Promise.race(processes.map(({ until }) => until(/Waiting for process \d+/)));
    await writeFile(env.GATE, "");
    const both = await Promise.all(processes.map((each) => each.resolved()));
    expect(both.map(({ found }) => found?.from).sort()).toEqual(["build from Go modules", "cache"]);
    expect(await readFile(join(home, "builds"), "utf8")).toBe("language-nodejs\ncli\n");
  });

  test("is built over what a killed process has left", async () => {
    await go();
    env.GATE = join(home, "gate");
    const killed = start(env);
    await killed.until(/Building Pulumi/);
    killed.child.kill("SIGKILL");
    await writeFile(env.GATE, "");
    await killed.ended;
    expect((await resolved(env)).found?.from).toBe("build from Go modules");
    expect(await readdir(cache())).toEqual([`3.259.0-${process.platform}-${process.arch}`]);
  });

  test("is missed with one message: each way, why it failed, and what to do", async () => {
    await pulumi(join(home, "old"), "v3.100.0");
    const { code, errors } = await resolved(env);
    expect(code).toBe(1);
    expect(errors).toContain(`PATH: ${join(home, "old/pulumi")} is v3.100.0, but 3.254 or newer, below 4 is required`);
    expect(errors).toContain(`cache: ${cached()} has no pulumi`);
    expect(errors).toContain("official installer: the installer's host refused the connection");
    expect(errors).toContain("build from Go modules: the Go toolchain is missing");
    expect(errors).toContain("https://www.pulumi.com/docs/install/");
    expect(errors).toContain("https://go.dev/doc/install");
    expect(await readdir(cache())).toEqual([]);
  });
});

interface Resolved {
  code: number | null;
  errors: string;
  found?: { dir: string; pulumi: string; version: string; from: string };
}

function start(env: Record<string, string>) {
  const program = startProgram(process.execPath, ["--input-type=module", "--eval", PROGRAM], { env });
  const resolved = async (): Promise<Resolved> => {
    const { code, stdout, stderr } = await program.ended;
    return { code, errors: stderr, ...(stdout === "" ? {} : { found: JSON.parse(stdout) }) };
  };
  return { ...program, resolved };
}

const resolved = (env: Record<string, string>) => start(env).resolved();
