import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/initialization-failed";
import { Run } from "../../provider/src/run/run";
import { type AuthorizationServer, startAuthorizationServer } from "../support/authorization-server";
import { checked, differenceOf, instantClock, lifecycleOf, runOf } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";
import { startScripted } from "../support/scripted";

let simulator: Simulator;
let receiver: Receiver;
let idp: AuthorizationServer;
let ens: Run;
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
  ens = runOf(simulator);
  schemes = lifecycleOf(authScheme, ens);
});
afterEach(async () => {
  await ens.close();
  await simulator.close();
  await receiver.close();
});

test("a scheme is created, not changed, updated in place, given another grant and deleted", async () => {
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

test("the message about an authorization server without a token explains it and contains no credential", async () => {
  const failure = await failed(schemes.up({ ...program, authUrl: "https://idp.example.org/nowhere" }));
  expect(failure.message).toContain("Make sure that authUrl returns an access_token within 2 s.");
  expect(failure.message).not.toMatch(/marker/);
  expect(await stored()).toEqual([]);
});

test("without a GET for schemes, a read keeps the state", async () => {
  const created = await schemes.up(program);
  expect((await schemes.read(created))?.props).toEqual(created.state);
});

test("with a GET for schemes, a read shows drift and deleted schemes", async () => {
  await simulator.admin.switches({ authGet: "on" });
  const created = await schemes.up(program);
  await simulator.admin.patch("authentications", created.id, { authUrl: "https://idp.example.org/other" });
  const live = await schemes.read(created);
  expect(live?.inputs).toEqual({ ...program, authUrl: "https://idp.example.org/other" });
  await simulator.admin.remove("authentications", created.id);
  const later = lifecycleOf(authScheme, runOf(simulator, instantClock()));
  expect(await later.read(created)).toBeUndefined();
});

test("an id that ENS changes on update is used from then on, and callbacks with the old id are updated", async () => {
  await simulator.admin.switches({ rotateAuthIdOnPut: "on" });
  const created = await schemes.up(program);
  const callbacks = lifecycleOf(callback, ens);
  const wanted = { callbackName: "orders", url: "https://hooks.example.org/orders", authId: created.id };
  const user = await callbacks.up(wanted);
  const rotated = await schemes.up({ ...program, clientSecret: "second-marker" }, created);
  const [now] = await stored();
  expect(now?.authId).not.toBe(created.id);
  expect(rotated).toMatchObject({ id: created.id, state: { authId: now?.authId } });
  expect(await schemes.read(rotated)).toMatchObject({ props: { authId: now?.authId } });

  // After an interrupted run, the callback still has the old id in ENS and in the state.
  const seen = await callbacks.read(user);
  expect(seen?.props).toMatchObject({ authId: created.id, authIdShown: true });
  expect(seen).not.toHaveProperty("inputs");
  const followed = await callbacks.up({ ...wanted, authId: now?.authId }, { id: user.id, state: seen?.props ?? {} });
  expect(followed).toMatchObject({ did: "update", id: user.id, state: { authId: now?.authId } });
  expect((await simulator.admin.state()).callbacks).toMatchObject([{ authId: now?.authId }]);
  await callbacks.remove(followed);
  await schemes.remove(rotated);
  expect(await stored()).toEqual([]);
});

const lost = { method: "PUT", path: "/platform/v1/ens-authentications", kind: "answer-lost" } as const;

test("an update whose response was lost is sent again", async () => {
  const created = await schemes.up(program);
  await simulator.admin.faults([lost]);
  const hurried = lifecycleOf(authScheme, runOf(simulator, instantClock()));
  const rotated = await hurried.up({ ...program, clientSecret: "second-marker" }, created);
  expect(rotated).toMatchObject({ did: "update", state: { authId: created.id } });
  expect(rotated.state).not.toHaveProperty("unconfirmed");
});

test("an unconfirmed update keeps the old state, and the next run sends the update again, even if the program is reverted", async () => {
  const created = await schemes.up(program);
  await simulator.admin.faults([{ ...lost, times: 5 }]);
  const hurried = lifecycleOf(authScheme, runOf(simulator, instantClock()));
  const failure = await failed(hurried.up({ ...program, clientSecret: "second-marker" }, created));
  expect(failure).toBeInstanceOf(InitializationFailed);
  expect(failure.message).toContain("ENS may have updated the scheme. The next 'pulumi up' sends the update again.");
  expect(failure.message).not.toMatch(/marker/);
  const { resourceId: id, state } = failure as InitializationFailed;
  expect({ id, state }).toEqual({ id: created.id, state: { ...created.state, unconfirmed: true } });
  expect(await stored()).toMatchObject([{ clientSecret: "second-marker" }]);
  const taken = await schemes.up(program, { id, state: { ...state } });
  expect(taken).toMatchObject({ did: "update", id });
  expect(taken.state).toEqual(created.state);
  expect(await stored()).toMatchObject([{ clientSecret: program.clientSecret }]);
  expect((await schemes.up(program, taken)).did).toBe("nothing");
});

test.each([
  ["was deleted elsewhere", {}, (id: string) => simulator.admin.remove("authentications", id)],
  [
    "got a new id from an update whose response was lost",
    { rotateAuthIdOnPut: "on" },
    () => simulator.admin.faults([lost]),
  ],
] as const)("one that %s is replaced by the next run, and the one after does nothing", async (_, switches, happens) => {
  await simulator.admin.switches(switches);
  const created = await schemes.up(program);
  await happens(created.id);
  const next = { ...program, clientSecret: "second-marker" };
  const hurried = lifecycleOf(authScheme, runOf(simulator, instantClock()));
  const failure = await failed(hurried.up(next, created));
  expect(failure).toBeInstanceOf(InitializationFailed);
  expect(failure.message).toContain("to create a new scheme and to update the callbacks of this stack");
  const { resourceId: id, state } = failure as InitializationFailed;
  expect({ id, state }).toEqual({ id: created.id, state: { ...created.state, gone: true } });
  const kept = { id, state: { ...state } };
  expect((await schemes.read(kept))?.props).toEqual(state);
  const replaced = await schemes.up(next, kept);
  expect(replaced).toMatchObject({ did: "replace", state: { authId: replaced.id } });
  expect(replaced.state).not.toHaveProperty("gone");
  expect((await schemes.up(next, replaced)).did).toBe("nothing");
});

test("with a GET for schemes, a scheme that ENS shows again is not replaced", async () => {
  await simulator.admin.switches({ authGet: "on" });
  const created = await schemes.up(program);
  const seen = await schemes.read({ ...created, state: { ...created.state, gone: true } });
  expect(seen?.props).toEqual(created.state);
});

test("credentials that ENS masks or omits change nothing", async () => {
  const masked = { clientId: "****", clientSecret: "****", username: "****", password: "****", scope: "****" };
  const { grantType, authUrl } = program;
  for (const shown of [{ grantType, authUrl, ...masked }, { grantType, authUrl }, {}]) {
    const server = await startScripted(({ path }) =>
      path.endsWith("/v2/token") ? { access_token: "t", expires_in: 1000 } : { authId: "a", ...shown },
    );
    const url = `http://${server.address}`;
    const client = new Run({ restUrl: url, authUrl: url, clientId: "c", clientSecret: "s" });
    const masking = lifecycleOf(authScheme, client);
    const created = await masking.up(program);
    const rotated = await masking.up({ ...program, clientSecret: "second-marker" }, created);
    expect(rotated.state).toMatchObject({ ...program, clientSecret: "second-marker" });
    const seen = await masking.read(rotated);
    expect(seen?.props).toEqual(rotated.state);
    expect(seen).not.toHaveProperty("inputs");
    await client.close();
    await server.close();
  }
});

test("a warning calls the password grant deprecated, and a state without preflight shows no change", () => {
  const kind = authScheme as never;
  const legacy = { ...program, grantType: "password", username: "user-marker", password: "password-marker" };
  const { warnings } = checked(kind, legacy);
  expect(warnings).toEqual([expect.stringContaining("the password grant is deprecated")]);
  expect(warnings.join()).not.toMatch(/marker/);
  expect(checked(kind, program).warnings).toEqual([]);
  const { inputs } = checked(kind, { ...program, preflight: "token" });
  expect(differenceOf(kind, { ...program, authId: "a" }, inputs)).toMatchObject({ changes: false, replaces: [] });
});

test("a scheme that callbacks use is not deleted, and the message names the callbacks", async () => {
  const created = await schemes.up(program);
  const wanted = { callbackName: "orders", url: "https://hooks.example.org/orders", authId: created.id };
  const user = await lifecycleOf(callback, ens).up(wanted);
  const hurried = lifecycleOf(authScheme, runOf(simulator, instantClock()));
  const failure = await failed(hurried.remove(created));
  expect(failure.message).toContain(`auth scheme ${created.id} still has 1 callback: orders (${user.id})`);

  const { authId: _, ...withoutScheme } = wanted;
  await lifecycleOf(callback, ens).up(withoutScheme, user);
  await schemes.remove(created);
  expect(await stored()).toEqual([]);
});
