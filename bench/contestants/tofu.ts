import { copyFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { run } from "../../scripts/run.cjs";
import { measure } from "../measure.ts";
import { changedAt, type Operation, type Size } from "../plan.ts";
import type { Urls } from "../tenant.ts";
import type { Stack } from "./contestant.ts";
import { environment } from "./settings.ts";

const PROGRAM = join(import.meta.dirname, "programs/main.tf");

export const HOW_TO_GET_TOFU = `OpenTofu is left out. It takes part when
  - "tofu" is on the PATH: https://opentofu.org/docs/intro/install/
  - BENCH_RESTAPI_PROVIDER names the binary of Mastercard's REST provider, terraform-provider-restapi_v3.0.0: from the
    releases of https://github.com/Mastercard/terraform-provider-restapi, or built with Go in a clone of its tag v3.0.0:
    go build -o terraform-provider-restapi_v3.0.0 .`;

const providerFile = () => resolve(process.env.BENCH_RESTAPI_PROVIDER ?? "");

/** Returns the versions of OpenTofu and its provider, or `undefined` when one of them is missing. */
export async function findTofu(): Promise<{ tofu: string; provider: string } | undefined> {
  const provider = providerFile();
  const { output } = await run("tofu", ["version"], { timeoutMs: 20_000 });
  const tofu = /^OpenTofu v(\S+)/m.exec(output)?.[1];
  const there = await stat(provider).catch(() => undefined);
  if (tofu === undefined || !there?.isFile()) return undefined;
  const [, version = "of unknown version"] = /_v([\w.-]+?)(?:_x\d)?$/.exec(basename(provider)) ?? [];
  return { tofu, provider: version };
}

/**
 * The commands run without a refresh where Pulumi does not refresh by default: in changes, in the plain preview and in
 * destroy.
 */
const COMMANDS: Record<Operation, string[]> = {
  up: ["apply", "-auto-approve"],
  // The exit code is 2, so the measurement fails, when something would change.
  preview: ["plan", "-refresh=false", "-detailed-exitcode"],
  "preview --refresh": ["plan", "-detailed-exitcode"],
  "up, 1 % changed": ["apply", "-auto-approve", "-refresh=false"],
  refresh: ["apply", "-refresh-only", "-auto-approve"],
  destroy: ["destroy", "-auto-approve", "-refresh=false"],
};

/** @param folder an empty folder */
export async function startTofu(size: Size, urls: Urls, folder: string): Promise<Stack> {
  const provider = dirname(providerFile());
  const config = join(folder, "tofu.rc");
  await writeFile(
    config,
    `provider_installation {\n  dev_overrides {\n    "Mastercard/restapi" = ${JSON.stringify(provider)}\n  }\n}\n`,
  );
  await copyFile(PROGRAM, join(folder, "main.tf"));
  const env = (changed: number) => ({
    ...environment(),
    TF_CLI_CONFIG_FILE: config,
    TF_IN_AUTOMATION: "true",
    TF_VAR_adapter_url: urls.adapterUrl,
    TF_VAR_callbacks: String(size.callbacks),
    TF_VAR_subscriptions: String(size.subscriptions),
    TF_VAR_changed: String(changed),
  });
  return {
    async run(operation) {
      const args = [...COMMANDS[operation], "-parallelism=16", "-input=false", "-no-color"];
      return measure("tofu", args, { cwd: folder, env: env(changedAt(operation, size)) });
    },
    stateBytes: async () => (await stat(join(folder, "terraform.tfstate"))).size,
  };
}
