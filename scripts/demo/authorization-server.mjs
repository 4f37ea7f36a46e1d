import { Events, OAuth2Server } from "oauth2-mock-server";

/**
 * Starts the authorization server of a customer: a real OAuth2 server that issues signed tokens to one client with HTTP
 * Basic credentials.
 *
 * @param {{ clientId: string, clientSecrets: string[], username?: string, password?: string }} known
 *   credentials. There are two secrets during a rotation. The user is for the password grant.
 * @returns {Promise<{ url: string, address: string, close: () => Promise<void> }>}
 */
export async function startAuthorizationServer({ clientId, clientSecrets, username, password }) {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  const basic = (/** @type {string} */ secret) => `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`;
  const clients = clientSecrets.map(basic);
  server.service.on(Events.BeforeResponse, (response, request) => {
    const { grant_type: grant, username: user, password: word } = request.body;
    const signedIn = grant !== "password" || (user === username && word === password);
    if (clients.includes(request.headers.authorization ?? "") && signedIn) return;
    response.statusCode = 401;
    response.body = { error: "invalid_client" };
  });
  await server.start(0, "127.0.0.1");
  const address = `127.0.0.1:${server.address().port}`;
  return { url: server.issuer.url ?? `http://${address}`, address, close: () => server.stop() };
}
