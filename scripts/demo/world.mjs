import { randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AdminClient } from "pulumi-ens-simulator";
import { startAuthorizationServer } from "./authorization-server.mjs";
import { startServer, stop } from "./program.mjs";
import { check } from "./report.mjs";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const HOOKS = "hooks.dev.example.org";
const LOGIN = "login.dev.example.org";

/**
 * @typedef {object} World
 * @property {string} folder temporary folder with all state of the demo
 * @property {string} pulumi path of the CLI
 * @property {Record<string, string>} env variables of the CLI and the receiver. Secrets are in files where possible.
 * @property {string} configFile copy of Pulumi.dev.yaml
 * @property {string} keysFile file from which the receiver reads signature keys
 * @property {string} receiverUrl
 * @property {string[]} received lines that the receiver printed
 * @property {AdminClient} admin
 * @property {string} adminUrl
 * @property {AbortSignal} interrupted
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ dir: string, pulumi: string }} engine
 * @param {AbortSignal} interrupted
 * @returns {Promise<World>}
 */
export async function startWorld({ dir, pulumi }, interrupted) {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-ens-demo-"));
  /** @type {(() => Promise<unknown>)[]} */
  const closing = [() => rm(folder, { recursive: true, force: true })];
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
    const environment = withoutSettings(process.env);
    const receiver = await startServer("the receiver", join(ROOT, "examples/receiver/receiver.mts"), [], {
      cwd: ROOT,
      env: {
        ...environment,
        ...ens,
        PORT: "0",
        SIGNATURE_KEYS_FILE: keysFile,
        TOKEN_KEYS_URL: `${idp.url}/jwks`,
        TOKEN_ISSUER: idp.url,
      },
    });
    closing.push(() => stop(receiver.child, "SIGTERM"));
    const receiverAddress = receiver.ready.replace(/^listening on /, "");
    check(`the receiver (examples/receiver) is ${receiver.ready}`, receiverAddress !== receiver.ready);

    const simulator = await startServer(
      "the simulator",
      join(ROOT, "test/simulator/dist/main.js"),
      [
        ...["--port", "0", "--json", "--client-id", ens.ENS_CLIENT_ID],
        ...["--client-secret-file", ens.ENS_CLIENT_SECRET_FILE],
        ...["--connect-to", `${HOOKS}=${receiverAddress}`, "--connect-to", `${LOGIN}=${idp.url}`],
      ],
      { cwd: ROOT, env: environment },
    );
    closing.push(() => stop(simulator.child, "SIGTERM"));
    const { restUrl, authUrl, adminUrl } = JSON.parse(simulator.ready);
    await Promise.all([write(folder, "rest-url", restUrl), write(folder, "auth-url", authUrl)]);
    check(
      `the simulator sends requests for ${HOOKS} to the receiver and for ${LOGIN} to the authorization server`,
      true,
    );

    const configFile = join(folder, "Pulumi.dev.yaml");
    await copyFile(join(ROOT, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    await copyFile(join(ROOT, "Pulumi.dev.yaml"), configFile);
    const [home, state] = [join(folder, "home"), join(folder, "state")];
    await Promise.all([mkdir(home), mkdir(state)]);
    const env = {
      ...ens,
      IDP_CLIENT_SECRET: idpSecret,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: secrets.passphrase?.path ?? "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PATH: [dir, dirname(process.execPath), environment.PATH].join(delimiter),
    };
    const admin = new AdminClient(adminUrl);
    const receiverUrl = `http://${receiverAddress}`;
    const received = receiver.lines;
    return { folder, pulumi, env, configFile, keysFile, receiverUrl, received, admin, adminUrl, interrupted, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Removes the settings of the caller's own tenant and stacks. @param {NodeJS.ProcessEnv} env */
export function withoutSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(ENS|PULUMI)_/.test(name)));
}

/** @param {string} folder @param {string[]} names @returns {Promise<Record<string, { path: string, value: string }>>} */
async function secretFiles(folder, names) {
  const made = names.map(async (name) => {
    const value = randomBytes(24).toString("base64url");
    return [name, { path: await write(folder, name, value), value }];
  });
  return Object.fromEntries(await Promise.all(made));
}

/** @param {string} folder @param {string} name @param {string} text */
async function write(folder, name, text) {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
