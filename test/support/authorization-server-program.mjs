// The credentials come in the environment, CLIENT_SECRETS one a line. One line of JSON tells where it listens.
import { startAuthorizationServer } from "../../scripts/demo/authorization-server.ts";

const { CLIENT_ID = "", CLIENT_SECRETS = "", USERNAME = "", PASSWORD = "" } = process.env;
const clientSecrets = CLIENT_SECRETS.split("\n");
const known = { clientId: CLIENT_ID, clientSecrets, username: USERNAME, password: PASSWORD };
const { address, close } = await startAuthorizationServer(known);
process.stdout.write(`${JSON.stringify({ address })}\n`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void close().then(() => process.exit(0)));
