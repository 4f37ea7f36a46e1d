import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { given, help } from "./cli/flags";
import { settings } from "./cli/settings";
import { type Simulator, startSimulator } from "./index";

async function main(): Promise<void> {
  const flags = given(process.argv.slice(2), process.env);
  if (flags.help !== undefined) {
    process.stdout.write(help());
    return;
  }
  const simulator = await startSimulator(settings(flags, process.env));
  const caFile = simulator.ca === undefined ? undefined : written(simulator.ca, flags["ca-file"]?.at(-1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
  process.stdout.write(flags.json === undefined ? inWords(simulator, caFile) : asJson(simulator, caFile));
}

function written(ca: string, file = join(mkdtempSync(join(tmpdir(), "ens-simulator-")), "ca.pem")): string {
  writeFileSync(file, ca);
  return file;
}

function asJson({ restUrl, authUrl, adminUrl, seed }: Simulator, caFile: string | undefined): string {
  return `${JSON.stringify({ restUrl, authUrl, adminUrl, seed, caFile })}\n`;
}

function inWords({ restUrl, authUrl, adminUrl, seed }: Simulator, caFile: string | undefined): string {
  const trust = caFile === undefined ? "" : `\n  trust  NODE_EXTRA_CA_CERTS=${caFile}`;
  return `ENS simulator is ready
  REST   ${restUrl}
  token  ${authUrl}/v2/token
  admin  ${adminUrl}/state
  seed   ${seed}${trust}
`;
}

main().catch((error: unknown) => {
  process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
