import { startAuthorizationServer } from "../support/authorization-server";
import { useExamples } from "../support/examples";
import { quietPort } from "../support/port";
import { openTerminal } from "../support/shell";

// The tests of the other examples are in test/full.

const prepare = useExamples();

test("minimal: the callback is verified, and its subscription exists", async () => {
  const { commands, type, live, previewFindsNothing } = await prepare("minimal");
  expect(await type(commands[0])).toContain("signatureKey: [secret]");
  expect((await live()).callbacks).toMatchObject([{ status: "verified", maxBatchSize: 500 }]);
  expect((await live()).subscriptions).toHaveLength(1);
  await previewFindsNothing();
});

test("receiver: the receiver returns its verification key and accepts a signed event with a token", async () => {
  const secret = "login-secret-marker";
  const idp = await startAuthorizationServer({ clientId: "ens", clientSecrets: [secret] });
  const port = await quietPort();
  const hosts = { "hooks.example.org": `127.0.0.1:${port}`, "login.example.org": idp.address };
  const { simulator, commands, cwd, env, type, live, previewFindsNothing } = await prepare("receiver", {
    connectTo: hosts,
  });
  const [start = "", ...rest] = commands;
  const tokens = { TOKEN_KEYS_URL: `http://${idp.address}/jwks` };
  const receiver = openTerminal(start, { cwd, env: { ...env, ...tokens, PORT: String(port) } });
  try {
    await receiver.until(/there is no signature key yet/);
    for (const block of rest) expect(await type(block, { clientSecret: secret })).not.toContain(secret);
    expect((await live()).callbacks).toMatchObject([{ status: "verified" }]);
    const { deliveries } = await simulator.admin.emit({ eventCategoryType: "TransactionalSendEvents.EmailSent" });
    expect(deliveries).toMatchObject([{ status: 204, attempts: 1 }]);
    await receiver.until(/^\/orders: TransactionalSendEvents\.EmailSent$/m);
    await previewFindsNothing();
  } finally {
    await receiver.close();
    await idp.close();
  }
});
