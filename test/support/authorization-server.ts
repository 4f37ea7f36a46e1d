import { join } from "node:path";
import { start } from "../../scripts/run.cjs";

/** A customer's authorization server in a process of its own. Its token endpoint is `/token`. */
export interface AuthorizationServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  close(): Promise<void>;
}

/** Starts a server with one client and one user. Others get no token. */
export async function startAuthorizationServer(known: {
  readonly clientId: string;
  /** Two secrets during a rotation. */
  readonly clientSecrets: readonly string[];
  readonly username?: string;
  readonly password?: string;
}): Promise<AuthorizationServer> {
  const { clientId, clientSecrets, username = "", password = "" } = known;
  const secrets = clientSecrets.join("\n");
  const credentials = { CLIENT_ID: clientId, CLIENT_SECRETS: secrets, USERNAME: username, PASSWORD: password };
  const program = join(__dirname, "authorization-server-program.mjs");
  const { firstLine, stop } = start(process.execPath, [program], { env: { ...process.env, ...credentials } });
  const { address } = JSON.parse(await firstLine()) as { address: string };
  return { address, close: async () => void (await stop()) };
}
