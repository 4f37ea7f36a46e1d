import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { certificateFor, type Simulator, startSimulator } from "pulumi-ens-simulator";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { tryAuthorizationServer } from "../../provider/src/kinds/auth-scheme/preflight";
import type { Run } from "../../provider/src/run/run";
import { lifecycleOf, runOf } from "../support/lifecycle";

type Answer = (response: ServerResponse) => void;
interface Asked {
  readonly authorization: string | undefined;
  readonly type: string | undefined;
  readonly form: Record<string, string>;
}

const trusted = getCACertificates();
const program = {
  grantType: "client_credentials",
  clientId: "client-marker",
  clientSecret: "secret-marker",
  scope: "events",
  preflight: "token",
};
const token: Answer = (response) => response.end('{"access_token":"token-marker"}');
const status =
  (code: number, body: object = { message: "body-marker" }): Answer =>
  (response) =>
    response.writeHead(code, { location: "https://example.org/marker" }).end(JSON.stringify(body));

let server: Server;
let authUrl: string;
let simulator: Simulator;
let ens: Run;
let answer: Answer;
let asked: Asked[];

beforeAll(async () => {
  const certificate = await certificateFor(["localhost"]);
  setDefaultCACertificates([...trusted, certificate.ca]);
  server = createServer(certificate, async (request: IncomingMessage, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { authorization, "content-type": type } = request.headers;
    asked.push({ authorization, type, form: Object.fromEntries(new URLSearchParams(body)) });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  authUrl = `https://localhost:${(server.address() as AddressInfo).port}/token`;
  simulator = await startSimulator({ switches: { callAuthUrl: "off" } });
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await simulator.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  ens = runOf(simulator);
  asked = [];
  answer = token;
});

const failure = (given: Record<string, unknown>) =>
  lifecycleOf(authScheme, ens)
    .up({ ...program, authUrl, ...given })
    .then(
      () => "it did not fail",
      (error: Error) => error.message,
    );

const WRONG: [string, Answer, string][] = [
  ["a redirect", status(307), "the server redirects (307), which ENS does not follow; set authUrl to the final URL"],
  [
    "refused credentials",
    status(401, { error: "invalid_client" }),
    "the server rejected the credentials (401, invalid_client); check clientId and clientSecret, which are sent with HTTP Basic",
  ],
  [
    "another OAuth refusal",
    status(400, { error: "invalid_grant" }),
    "the server returned 400, invalid_grant for a form with",
  ],
  [
    "a failure",
    status(500, { error: "body-marker" }),
    "the server returned 500 for a form with grant_type=client_credentials",
  ],
  ["a page", (response) => response.end("<html>body-marker</html>"), "the response is not JSON"],
  ["no token", status(200, { token: "body-marker" }), "the response has no access_token"],
  ["a token that is no text", status(200, { access_token: 7 }), "the response has no access_token"],
  [
    "a token with a line end",
    status(200, { access_token: "a\nb" }),
    "the access_token contains characters that are not allowed in a header",
  ],
  ["no end", (response) => response.end("x".repeat(70_000)), "the response is larger than 64 KiB"],
  ["a broken connection", (response) => response.destroy(), "the connection failed: "],
  ["silence", () => {}, "no complete response arrived within 2 s"],
];

test.each(WRONG)(
  "%s fails the preflight, is not repeated in the message, and no request is sent to ENS",
  async (_, given, words) => {
    answer = given;
    const told = await failure({ authUrl: `${authUrl}/path-marker?key=query-marker` });
    expect(told).toContain(`the preflight of ${new URL(authUrl).origin} failed: ${words}`);
    expect(told).toMatch(/\. No request was sent to ENS\.$/);
    expect(told).not.toMatch(/marker/);
    expect((await simulator.admin.state()).authentications).toEqual([]);
  },
);

test("an unknown host name, a closed port and an untrusted certificate have different messages", async () => {
  expect(await failure({ authUrl: "https://nowhere.invalid/token" })).toMatch(
    /the host name nowhere.invalid cannot be resolved/,
  );
  const closed = createPlainServer();
  await new Promise<void>((resolve) => closed.listen(0, "localhost", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect(await failure({ authUrl: `https://localhost:${port}/token` })).toMatch(
    /the connection failed: .*ECONNREFUSED/,
  );
  const other = authUrl.replace("localhost", "127.0.0.1");
  expect(await failure({ authUrl: other })).toMatch(
    /this machine does not trust the certificate: .*ERR_TLS_CERT_ALTNAME/,
  );
});

test("the preflight sends the same request as ENS, and only if a property changes that matters", async () => {
  const schemes = lifecycleOf(authScheme, ens);
  const created = await schemes.up({ ...program, authUrl });
  const { preflight: _, ...without } = program;
  expect((await schemes.up({ ...without, authUrl }, created)).did).toBe("nothing");
  const kept = await schemes.up({ ...program, authUrl, onDelete: "restrict" }, created);
  const legacy = { ...program, authUrl, grantType: "password", username: "user&marker", password: "pass word" };
  await schemes.remove(await schemes.up(legacy, kept));
  const authorization = `Basic ${Buffer.from("client-marker:secret-marker").toString("base64")}`;
  const type = "application/x-www-form-urlencoded";
  expect(asked).toEqual([
    { authorization, type, form: { grant_type: "client_credentials" } },
    { authorization, type, form: { grant_type: "password", username: "user&marker", password: "pass word" } },
  ]);
});

test("the message about rejected credentials of the password grant names all four", async () => {
  answer = status(401);
  const user = { username: "user-marker", password: "password-marker" };
  await expect(tryAuthorizationServer({ ...program, ...user, authUrl, grantType: "password" })).rejects.toThrow(
    "the server rejected the credentials (401); check clientId and clientSecret, username and password, which are sent with",
  );
});
