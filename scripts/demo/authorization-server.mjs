import { Events, OAuth2Server } from "oauth2-mock-server";

/**
 * A customer's authorization server: a real OAuth2 server that gives signed tokens to one client.
 *
 * @param {{ clientId: string, clientSecret: string }} known
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startAuthorizationServer({ clientId, clientSecret }) {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  server.service.on(Events.BeforeResponse, (response, request) => {
    if (request.headers.authorization === basic) return;
    response.statusCode = 401;
    response.body = { error: "invalid_client" };
  });
  await server.start(0, "127.0.0.1");
  const { port } = server.address();
  return { url: server.issuer.url ?? `http://127.0.0.1:${port}`, close: () => server.stop() };
}
