import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLines, run } from "../run.cjs";
import { CLI, isProgram, LANGUAGE_HOST } from "./programs.mjs";
import { ENGINE_VERSION } from "./version.mjs";

const MODULES = resolve(dirname(fileURLToPath(import.meta.url)), "../../engine");

/**
 * The two programs are in separate modules, because they need different versions of Pulumi's SDK module. The quicker
 * build is first.
 */
const BUILDS = [
  { module: "language-nodejs", program: LANGUAGE_HOST, tags: [] },
  { module: "cli", program: CLI, tags: ["-tags", "osusergo,grpcnotrace"] },
];

/**
 * Builds the programs.
 *
 * @param {string} folder for the programs
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the reason of a failure, or an empty string
 */
export async function buildWithGo(folder, say) {
  const go = await run("go", ["version"], { timeoutMs: 20_000 });
  if (go.code !== 0) return `the Go toolchain is missing (${go.why})`;
  say(
    `Building Pulumi ${ENGINE_VERSION} from its Go modules. This runs once per user, takes some minutes, and needs 3 GB for Go's caches …`,
  );
  // The engine reports its version to the Automation API and to plugins, which reject an engine without a version.
  const stamp = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`;
  for (const { module, program, tags } of BUILDS) {
    const args = ["install", "-trimpath", ...tags, "-ldflags", `-s -w ${stamp}`, "tool"];
    const started = Date.now();
    const seconds = () => Math.round((Date.now() - started) / 1000);
    const progress = setInterval(() => say(`… still building ${program} (${seconds()} s)`), 15_000);
    const { code, output, why } = await run("go", args, {
      cwd: join(MODULES, module),
      env: { ...process.env, CGO_ENABLED: "0", GOBIN: folder, GOWORK: "off" },
    });
    clearInterval(progress);
    if (code !== 0) return `go install in engine/${module}: ${why}: ${lastLines(output, 3)}`;
    if (!(await isProgram(join(folder, program)))) return `go install in engine/${module} created no ${program}`;
    say(`Built ${program} (${seconds()} s).`);
  }
  return "";
}
