import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import type { EnsClient } from "../../provider/src/ens/client";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import { type AuthorizationServer, startAuthorizationServer } from "../support/authorization-server";
import { clientOf, instantClock, lifecycleOf } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

let simulator: Simulator;
let receiver: Receiver;
let idp: AuthorizationServer;
let ens: EnsClient;
let schemes: ReturnType<typeof lifecycleOf>;
const program = {
  grantType: "client_credentials",
  authUrl: "https://idp.example.org/token",
  clientId: "ens-client-marker",
  clientSecret: "ens-secret-marker",
};
const stored = async () => (await simulator.admin.state()).authentications;
const failed = (attempt: Promise<unknown>) =>
  attempt.then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );

beforeAll(async () => {
  idp = await startAuthorizationServer({
    clientId: program.clientId,
    clientSecrets: [program.clientSecret, "second-marker"],
    username: "user-marker",
    password: "password-marker",
  });
});
afterAll(() => idp.close());
beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({
    connectTo: { "hooks.example.org": receiver.address, "idp.example.org": idp.address },
  });
  receiver.verifyAt({ restUrl: simulator.restUrl, authUrl: simulator.authUrl });
  ens = clientOf(simulator);
  schemes = lifecycleOf(authScheme, ens);
});
afterEach(async () => {
  await ens.close();
  await simulator.close();
  await receiver.close();
});

test("a scheme is created, left alone, rotated in place, given another grant and deleted", async () => {
  const created = await schemes.up(program);
  expect(created).toMatchObject({ did: "create", state: { ...program, authId: created.id } });
  expect((await schemes.up(program, created)).did).toBe("nothing");

  const rotated = await schemes.up({ ...program, clientSecret: "second-marker" }, created);
  expect(rotated).toMatchObject({ did: "update", id: created.id });
  expect(await stored()).toMatchObject([{ authId: created.id, clientSecret: "second-marker" }]);

  const legacy = { ...program, grantType: "password", username: "user-marker", password: "password-marker" };
  const changed = await schemes.up(legacy, rotated);
  expect(changed.did).toBe("update");
  expect(await stored()).toMatchObject([{ grantType: "password", username: "user-marker" }]);

  await schemes.remove(changed);
  await schemes.remove(changed);
  expect(await stored()).toEqual([]);
});

test("an authorization server that gives no token is explained, and no credential is in the message", async () => {
  const failure = await failed(schemes.up({ ...program, authUrl: "https://idp.example.org/nowhere" }));
  expect(failure.message).toContain("it must answer within 2 s with an access_token");
  expect(failure.message).not.toMatch(/marker/);
  expect(await stored()).toEqual([]);
});

test("where ENS offers no GET, reading keeps what is known", async () => {
  const created = await schemes.up(program);
  expect((await schemes.read(created))?.props).toEqual(created.state);
});

test("where ENS offers GET, drift shows and a scheme that is gone is gone", async () => {
  await simulator.admin.switches({ authGet: "on" });
  const created = await schemes.up(program);
  await simulator.admin.patch("authentications", created.id, { authUrl: "https://idp.example.org/other" });
  const live = await schemes.read(created);
  expect(live?.inputs).toEqual({ ...program, authUrl: "https://idp.example.org/other" });
  await simulator.admin.remove("authentications", created.id);
  const later = lifecycleOf(authScheme, clientOf(simulator, instantClock()));
  expect(await later.read(created)).toBeUndefined();
});

test("an id that ENS changes on update is the one used from then on", async () => {
  await simulator.admin.switches({ rotateAuthIdOnPut: "on" });
  const created = await schemes.up(program);
  const rotated = await schemes.up({ ...program, clientSecret: "second-marker" }, created);
  const [now] = await stored();
  expect(now?.authId).not.toBe(created.id);
  expect(rotated.state).toMatchObject({ authId: now?.authId });
  await schemes.remove(rotated);
  expect(await stored()).toEqual([]);
});

test("a scheme that callbacks use is not deleted, and they are named", async () => {
  const created = await schemes.up(program);
  const wanted = { callbackName: "orders", url: "https://hooks.example.org/orders", authId: created.id };
  const user = await lifecycleOf(callback, ens).up(wanted);
  const hurried = lifecycleOf(authScheme, clientOf(simulator, instantClock()));
  const failure = await failed(hurried.remove(created));
  expect(failure.message).toContain(`auth scheme ${created.id} still has 1 callback: orders (${user.id})`);

  const { authId: _, ...withoutScheme } = wanted;
  await lifecycleOf(callback, ens).up(withoutScheme, user);
  await schemes.remove(created);
  expect(await stored()).toEqual([]);
});
