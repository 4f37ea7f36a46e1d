import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

const settled = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

async function inputsOf(resource: pulumi.CustomResource): Promise<Record<string, unknown>> {
  const urn = await settled(resource.urn);
  const found = registered.findLast(({ name }) => urn.endsWith(`::${name}`));
  return found?.inputs ?? {};
}

describe("the program side", () => {
  beforeAll(() =>
    pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          registered.push({ type, name, inputs });
          return { id: `${name}-id`, state: inputs };
        },
        call: () => ({}),
      },
      "shop",
      "dev",
    ),
  );

  test("each kind registers its frozen type and one constant line of text", async () => {
    const scheme = new ens.AuthScheme("idp", {
      grantType: "client_credentials",
      authUrl: "https://idp.example.org/token",
      clientId: "c",
      clientSecret: "s",
    });
    const callback = new ens.Callback("orders", { url: "https://hooks.example.org/orders", authScheme: scheme });
    const subscription = new ens.Subscription("sent", { callback, eventCategoryTypes: ["EngagementEvents.EmailOpen"] });
    for (const [resource, kind] of [
      [scheme, "AuthScheme"],
      [callback, "Callback"],
      [subscription, "Subscription"],
    ] as const) {
      expect(await settled(resource.urn)).toContain(`pulumi-nodejs:dynamic/ens:${kind}`);
      expect((await inputsOf(resource)).__provider).toBe(
        `exports.handler=()=>require("pulumi-ens/runtime").provider("${kind}")`,
      );
    }
    expect(await inputsOf(callback)).toMatchObject({ authId: "idp-id" });
    expect(await inputsOf(subscription)).toMatchObject({ callbackId: "orders-id" });
  });

  test("a name left out is the resource's name and seven digits, stable until the url changes", async () => {
    const nameFor = async (resource: string, url: string) => settled(new ens.Callback(resource, { url }).callbackName);
    const first = await nameFor("stable", "https://hooks.example.org/a");
    expect(first).toMatch(/^stable-[0-9a-f]{7}$/);
    expect(await nameFor("stable", "https://hooks.example.org/a")).toBe(first);
    expect(await nameFor("stable", "https://hooks.example.org/b")).not.toBe(first);
    expect(await nameFor("other", "https://hooks.example.org/a")).not.toBe(first.replace("stable", "other"));
  });

  test("names in a component are made from its URN, and children that need each other do not wait for ever", async () => {
    const team = new pulumi.ComponentResource("shop:index:Team", "team");
    const callback = new ens.Callback("child", { url: "https://hooks.example.org/child" }, { parent: team });
    const eventCategoryTypes = ["EngagementEvents.EmailOpen"];
    const subscription = new ens.Subscription("child-sent", { callback, eventCategoryTypes }, { parent: team });
    expect(await settled(subscription.subscriptionName)).toMatch(/^child-sent-[0-9a-f]{7}$/);
    // As states have it.
    expect(await settled(callback.callbackName)).toBe("child-b76128f");
  });

  test("credentials are secret although the program gave plain text", async () => {
    const scheme = new ens.AuthScheme("plain", {
      grantType: "password",
      authUrl: "https://idp.example.org/token",
      clientId: "c",
      clientSecret: "s",
      username: "u",
      password: "p",
    });
    for (const output of [scheme.clientId, scheme.clientSecret, scheme.username, scheme.password]) {
      expect(await pulumi.isSecret(output)).toBe(true);
    }
    expect(await pulumi.isSecret(scheme.authUrl)).toBe(false);
  });

  test("every way to verify can be written, and the whole of it is secret when a part is", async () => {
    const later = pulumi.output("t");
    const ways: [ens.CallbackArgs["verification"], boolean][] = [
      [undefined, false],
      [{ timeout: "10m" }, false],
      [{ strategy: "receiver" }, false],
      [{ strategy: "pull", url: "https://hooks.example.org/keys/{callbackId}", bearerToken: later }, true],
      [{ strategy: "pull", url: "https://hooks.example.org/keys/{callbackId}", hmacSecret: "h", timeout: "1m" }, true],
      [{ strategy: "file", path: "probe.json" }, false],
      [{ strategy: "command", command: ["./find-key", later] }, false],
      [{ strategy: "listener", port: 8090 }, false],
      [{ strategy: "manual" }, false],
      [{ strategy: "manual", verificationKey: "k" }, true],
      [{ strategy: "none" }, false],
      [pulumi.output({ strategy: "manual" as const, verificationKey: "k" }), true],
    ];
    for (const [at, [verification, secret]] of ways.entries()) {
      const url = `https://hooks.example.org/${at}`;
      const made = new ens.Callback(`way-${at}`, verification === undefined ? { url } : { url, verification });
      expect([at, await pulumi.isSecret(made.verification)]).toEqual([at, secret]);
    }
  });

  test("a resource and its id at once are refused", () => {
    const callback = new ens.Callback("both", { url: "https://hooks.example.org/both" });
    const args = { callback, callbackId: "x", eventCategoryTypes: ["EngagementEvents.EmailOpen"] };
    expect(() => new ens.Subscription("both", args)).toThrow("give either callback or callbackId, not both");
  });

  test("an explicit provider names its arguments as settings and hides the secret", async () => {
    const provider = new ens.Provider("eu", { subdomain: "mc1", clientId: "c", clientSecret: "s", accountId: 7 });
    await settled(provider.urn);
    const found = registered.find(({ type }) => type === "pulumi:providers:pulumi-nodejs");
    expect(found?.inputs).toMatchObject({
      "ens:subdomain": "mc1",
      "ens:clientId": "c",
      "ens:accountId": "7",
      "ens:explicit": "true",
    });
  });
});
