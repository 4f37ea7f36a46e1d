// The environment provides the credentials, with one secret on each line of CLIENT_SECRETS. The program prints its
// address in one line of JSON.
import { startAuthorizationServer } from "../../scripts/demo/authorization-server.ts";

const { CLIENT_ID = "", CLIENT_SECRETS = "", USERNAME = "", PASSWORD = "" } = process.env;
const clientSecrets = CLIENT_SECRETS.split("\n");
const known = { clientId: CLIENT_ID, clientSecrets, username: USERNAME, password: PASSWORD };
const { address, close } = await startAuthorizationServer(known);
process.stdout.write(`${JSON.stringify({ address })}\n`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void close().then(() => process.exit(0)));
