import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SimulatorOptions } from "pulumi-ens-simulator";
import { isolated, settingsOf } from "../../scripts/pulumi.ts";
import { copyProjects } from "./copy";
import { blocksOf } from "./document";
import { succeed } from "./shell";
import { startServices } from "./world";

// The tests use each example as its README describes: they run the commands, and then a preview must find nothing to
// do.

/** Provides the examples for one test file and closes them after its tests. */
export function useExamples() {
  let copy: ReturnType<typeof copyProjects>;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(() => {
    copy = copyProjects();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => copy?.close());

  /** Starts the services for one example. Copies its folder, with a separate environment for commands in it. */
  return async function prepare(name: string, options: SimulatorOptions = {}) {
    const services = await startServices({ faults: { rate: 0 }, ...options });
    closing.push(services.close);
    const { simulator, receiver } = services;
    const cwd = join(copy.folder, "examples", name);
    const readme = blocksOf(readFileSync(join(cwd, "README.md"), "utf8"));
    const commands = readme.filter(({ language }) => language === "sh").map(({ text }) => text);
    const env: NodeJS.ProcessEnv = {
      ...isolated(join(copy.folder, "of", name)),
      ...settingsOf(simulator),
      ENS_ACTIVATION_WAIT: "0s",
      PULUMI_SKIP_CONFIRMATIONS: "true",
    };
    return {
      simulator,
      receiver,
      cwd,
      env,
      commands,
      live: () => simulator.admin.state(),
      /** Types a block. `secrets` answer the CLI's prompts. */
      type: (block = "", secrets: Record<string, string> = {}) => {
        const answered = block.replace(/^pulumi config set --secret (\w+)$/gm, 'printf %s "$ANSWER_$1" | $&');
        const answers = Object.entries(secrets).map(([key, secret]) => [`ANSWER_${key}`, secret]);
        return succeed(answered, { cwd, env: { ...env, ...Object.fromEntries(answers) } });
      },
      previewFindsNothing: () => succeed("pulumi preview --expect-no-changes", { cwd, env }),
    };
  };
}
