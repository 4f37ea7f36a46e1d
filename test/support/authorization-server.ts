import { spawn } from "node:child_process";
import { join } from "node:path";
import { firstLine } from "./program";

/** A customer's authorization server in a process of its own. Its token endpoint is `/token`. */
export interface AuthorizationServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  close(): Promise<void>;
}

/** Starts one that knows a single client and a single user; a token is given to nobody else. */
export async function startAuthorizationServer(known: {
  readonly clientId: string;
  /** More than one during a rotation. */
  readonly clientSecrets: readonly string[];
  readonly username?: string;
  readonly password?: string;
}): Promise<AuthorizationServer> {
  const { clientId, clientSecrets, username = "", password = "" } = known;
  const secrets = clientSecrets.join("\n");
  const credentials = { CLIENT_ID: clientId, CLIENT_SECRETS: secrets, USERNAME: username, PASSWORD: password };
  const program = join(__dirname, "authorization-server-program.mjs");
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...credentials },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { address } = JSON.parse(await firstLine(child)) as { address: string };
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.kill();
      }),
  };
}
