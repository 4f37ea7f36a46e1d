import { randomBytes } from "node:crypto";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { AdminClient } from "pulumi-ens-simulator";
import { settingsOfCli, withoutSettings } from "../pulumi.ts";
import { start } from "../run.cjs";
import { startAuthorizationServer } from "./authorization-server.ts";
import { check, Failed } from "./report.ts";

export const ROOT = resolve(import.meta.dirname, "../..");
const HOOKS = "hooks.dev.example.org";
const LOGIN = "login.dev.example.org";

export interface World {
  /** Temporary folder with all state of the demo. */
  folder: string;
  /** Path of the CLI. */
  pulumi: string;
  /** Variables of the CLI and the receiver. Secrets are in files where possible. */
  env: Record<string, string>;
  /** Copy of Pulumi.dev.yaml. */
  configFile: string;
  /** File from which the receiver reads signature keys. */
  keysFile: string;
  receiverUrl: string;
  /** Lines that the receiver printed. */
  received: () => string[];
  admin: AdminClient;
  adminUrl: string;
  interrupted: AbortSignal;
  close: () => Promise<void>;
}

export async function startWorld(
  { dir, pulumi }: { dir: string; pulumi: string },
  interrupted: AbortSignal,
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ens-demo-"));
  const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const secrets = await secretFiles(folder, ["ens-client-secret", "idp-client-secret", "passphrase"]);
    const idpSecret = secrets["idp-client-secret"]?.value ?? "";
    const idp = await startAuthorizationServer({ clientId: "ens-dev", clientSecrets: [idpSecret] });
    closing.push(idp.close);

    // The receiver starts first, before the ports of the other servers are known, so it reads their URLs from files.
    const keysFile = await write(folder, "signature-keys.json", "{}");
    const ens = {
      ENS_REST_URL_FILE: join(folder, "rest-url"),
      ENS_AUTH_URL_FILE: join(folder, "auth-url"),
      ENS_CLIENT_ID: "demo",
      ENS_CLIENT_SECRET_FILE: secrets["ens-client-secret"]?.path ?? "",
    };
    const environment = withoutSettings();
    const receiver = await startServer("the receiver", ["examples/receiver/receiver.mts"], {
      ...environment,
      ...ens,
      PORT: "0",
      SIGNATURE_KEYS_FILE: keysFile,
      TOKEN_KEYS_URL: `${idp.url}/jwks`,
      TOKEN_ISSUER: idp.url,
    });
    closing.push(receiver.stop);
    const receiverAddress = receiver.ready.replace(/^listening on /, "");
    check(`the receiver (examples/receiver) is ${receiver.ready}`, receiverAddress !== receiver.ready);

    const simulator = await startServer(
      "the simulator",
      [
        ...["test/simulator/dist/main.js", "--port", "0", "--json", "--client-id", ens.ENS_CLIENT_ID],
        ...["--client-secret-file", ens.ENS_CLIENT_SECRET_FILE],
        ...["--connect-to", `${HOOKS}=${receiverAddress}`, "--connect-to", `${LOGIN}=${idp.url}`],
      ],
      environment,
    );
    closing.push(simulator.stop);
    const { restUrl, authUrl, adminUrl } = JSON.parse(simulator.ready);
    await Promise.all([write(folder, "rest-url", restUrl), write(folder, "auth-url", authUrl)]);
    check(
      `the simulator sends requests for ${HOOKS} to the receiver and for ${LOGIN} to the authorization server`,
      true,
    );

    const configFile = join(folder, "Pulumi.dev.yaml");
    await copyFile(join(ROOT, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    await copyFile(join(ROOT, "Pulumi.dev.yaml"), configFile);
    const { PULUMI_CONFIG_PASSPHRASE: _, ...settings } = settingsOfCli(folder);
    const env = {
      ...ens,
      IDP_CLIENT_SECRET: idpSecret,
      ...settings,
      PULUMI_CONFIG_PASSPHRASE_FILE: secrets.passphrase?.path ?? "",
      PATH: [dir, dirname(process.execPath), environment.PATH].join(delimiter),
    };
    const admin = new AdminClient(adminUrl);
    const receiverUrl = `http://${receiverAddress}`;
    const received = () => receiver.printed().split("\n").filter(Boolean);
    return { folder, pulumi, env, configFile, keysFile, receiverUrl, received, admin, adminUrl, interrupted, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts a server. Resolves with the first line of its output, which the server prints when it is ready. */
async function startServer(name: string, args: string[], env: NodeJS.ProcessEnv) {
  const server = start(process.execPath, args, { cwd: ROOT, env, group: true });
  const ready = await server.firstLine().catch((error) => {
    throw new Failed(`${name} did not start: ${error.message}`);
  });
  return { ...server, ready, stop: () => server.stop() };
}

async function secretFiles(folder: string, names: string[]): Promise<Record<string, { path: string; value: string }>> {
  const made = names.map(async (name) => {
    const value = randomBytes(24).toString("base64url");
    return [name, { path: await write(folder, name, value), value }];
  });
  return Object.fromEntries(await Promise.all(made));
}

async function write(folder: string, name: string, text: string) {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
