import { CREDENTIALS, shop, startWorld, type World } from "../support/world";

const SECRET = "stack-secret-marker";

let world: World;
beforeAll(async () => {
  world = await startWorld({ clientSecret: SECRET }, { ENS_CLIENT_SECRET: "" });
  world.receiver.verifies = false; // the receiver's client has another secret
  await world.stack.ok("config", "set", "--secret", "ens:clientSecret", SECRET, "--stack", "dev");
});
afterAll(() => world?.close());

test("no secret is stored or printed by a failure, a repair, a diff, a refresh or a delete", async () => {
  const { admin } = world.simulator;
  world.stack.program(shop({ callback: { verification: { timeout: "1s" } } }));
  expect((await world.stack.pulumi("up")).code).not.toBe(0);
  const half = await world.stack.stored();
  const [callback] = (await admin.state()).callbacks;
  await admin.patch("callbacks", callback?.callbackId ?? "", { status: "verified" });
  await world.stack.ok("up");

  await admin.patch("callbacks", callback?.callbackId ?? "", { callbackName: "drifted" });
  await world.stack.pulumi("preview", "--refresh", "--diff");
  await world.stack.ok("refresh", "--diff");
  await admin.faults([
    { method: "PUT", path: "/platform/v1/ens-authentications", kind: "status", status: 400, times: 1 },
  ]);
  world.stack.program(shop({ scheme: { clientSecret: "another-secret-marker" } }));
  expect((await world.stack.pulumi("up", "--diff")).code).not.toBe(0);
  const whole = await world.stack.stored();
  world.stack.program(shop({ scheme: { clientSecret: ["another-secret-marker"], password: "password-marker" } }));
  expect((await world.stack.pulumi("preview")).output).toContain("password is for the password grant only");
  await world.stack.ok("destroy");

  const secrets = {
    ...CREDENTIALS,
    another: "another-secret-marker",
    password: "password-marker",
    stack: SECRET,
    signatureKey: callback?.signatureKey ?? "",
    verificationKey: callback?.verificationKey ?? "",
  };
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret).not.toBe("");
    const places = { half: half.text, whole: whole.text, seen: world.stack.seen() };
    const holding = Object.entries(places).filter(([, text]) => text.includes(secret));
    expect({ [name]: holding.map(([place]) => place) }).toEqual({ [name]: [] });
  }
});
