import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { help, parseFlags } from "./cli/flags";
import { settings } from "./cli/settings";
import { UsageError } from "./cli/usage-error";
import { type Simulator, startSimulator } from "./index";
import { VERSION } from "./version";

async function main(): Promise<void> {
  const flags = parseFlags(process.argv.slice(2), process.env);
  if (flags.help !== undefined || flags.version !== undefined) {
    process.stdout.write(flags.help === undefined ? `${VERSION}\n` : help());
    return;
  }
  const options = settings(flags, process.env);
  const simulator = await startSimulator({ ...options, log });
  const caFile = simulator.ca === undefined ? undefined : writeCa(simulator.ca, flags["ca-file"]?.at(-1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
  process.stdout.write(
    flags.json === undefined ? asText(simulator, caFile, options.connectTo) : asJson(simulator, caFile),
  );
}

/** Writes to stderr, because stdout carries the URLs. */
const log = (line: string) => void process.stderr.write(`simulator: ${line}\n`);

function writeCa(ca: string, file = join(mkdtempSync(join(tmpdir(), "ens-simulator-")), "ca.pem")): string {
  writeFileSync(file, ca);
  return file;
}

function asJson({ restUrl, authUrl, adminUrl, pageUrl, seed }: Simulator, caFile: string | undefined): string {
  return `${JSON.stringify({ restUrl, authUrl, adminUrl, pageUrl, seed, caFile })}\n`;
}

function asText(
  { restUrl, authUrl, adminUrl, pageUrl, seed }: Simulator,
  caFile: string | undefined,
  connectTo: Record<string, string> = {},
): string {
  const trust = caFile === undefined ? "" : `\n  trust  NODE_EXTRA_CA_CERTS=${caFile}`;
  const maps = Object.entries(connectTo).map(([host, address]) => `\n  maps   ${host} → ${address}`);
  return `ENS simulator ${VERSION} is ready
  page   ${pageUrl}
  REST   ${restUrl}
  token  ${authUrl}/v2/token
  admin  ${adminUrl}/state
  seed   ${seed}${trust}${maps.join("")}
`;
}

main().catch((error: unknown) => {
  log(error instanceof Error ? error.message : String(error));
  process.exit(error instanceof UsageError ? 2 : 1);
});
