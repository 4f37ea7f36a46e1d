import * as pulumi from "@pulumi/pulumi";
import { isRpcSecret, unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import * as ens from "pulumi-ens";
import { generateName } from "../../provider/src/kinds/names";
import { formatOwner } from "../../provider/src/resources/frozen";

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

  const eventCategoryTypes = ["EngagementEvents.EmailOpen"];

  test("a missing name is not an input: the identity of the resource is, from which the name is generated", async () => {
    const callback = new ens.Callback("stable", { url: "https://hooks.example.org/a" });
    const subscription = new ens.Subscription("stable-sent", { callback, eventCategoryTypes });
    for (const [resource, name] of [
      [callback, "stable"],
      [subscription, "stable-sent"],
    ] as const) {
      const inputs = await inputsOf(resource);
      expect(inputs.owner).toBe(formatOwner(["shop", "dev", "", name]));
      expect([inputs.callbackName, inputs.subscriptionName, inputs.generatedName]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
    const named = new ens.Callback("named", { url: "https://hooks.example.org/b", callbackName: "Orders" });
    expect(await inputsOf(named)).toMatchObject({
      callbackName: "Orders",
      owner: formatOwner(["shop", "dev", "", "named"]),
    });
  });

  test("the identity of a resource in a component contains the component's URN, and dependent children cause no deadlock", async () => {
    const team = new pulumi.ComponentResource("shop:index:Team", "team");
    const url = "https://hooks.example.org/child";
    const callback = new ens.Callback("child", { url }, { parent: team });
    const subscription = new ens.Subscription("child-sent", { callback, eventCategoryTypes }, { parent: team });
    const [owner, other] = [await inputsOf(callback), await inputsOf(subscription)].map((inputs) =>
      String(inputs.owner),
    );
    expect(owner).toBe(formatOwner(["shop", "dev", await settled(team.urn), "child"]));
    expect(other).toBe(formatOwner(["shop", "dev", await settled(team.urn), "child-sent"]));
    // States of versions before 0.3 contain this name.
    expect(generateName(owner ?? "", url)).toBe("child-b76128f");
  });

  test("filters keep the form in the program, with numbers and booleans as strings", async () => {
    const made = (name: string, filters: ens.SubscriptionArgs["filters"]) =>
      inputsOf(
        new ens.Subscription(name, {
          callbackId: "c",
          eventCategoryTypes,
          ...(filters === undefined ? {} : { filters }),
        }),
      );
    expect((await made("as-object", { statusCode: 24, definitionKey: true })).filters).toEqual({
      statusCode: "24",
      definitionKey: "true",
    });
    expect((await made("as-list", ["statusCode=1", "definitionKey=a"])).filters).toEqual([
      "statusCode=1",
      "definitionKey=a",
    ]);
    expect(await made("as-nothing", undefined)).not.toHaveProperty("filters");
    const secret = pulumi.secret("hidden");
    const hidden = new ens.Subscription("hidden", {
      callbackId: "c",
      eventCategoryTypes,
      filters: { definitionKey: secret },
    });
    expect(await pulumi.isSecret(hidden.filters)).toBe(true);
  });

  test("paths in ignoreChanges that lead into lists and objects are registered as an input", async () => {
    const ignoring = async (name: string, ignoreChanges?: string[]) => {
      const options = ignoreChanges === undefined ? {} : { ignoreChanges };
      return (await inputsOf(new ens.Subscription(name, { callbackId: "c", eventCategoryTypes }, options)))
        .ignoredPaths;
    };
    const paths = ["filters.definitionKey", 'filters["statusCode"]', "eventCategoryTypes[0]"];
    expect(await ignoring("ignoring", ["status", "filters", ...paths, "callbackId"])).toEqual(paths);
    expect(await ignoring("ignoring-whole", ["filters", "status"])).toBeUndefined();
    expect(await ignoring("ignoring-nothing")).toBeUndefined();
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

  test("every verification strategy can be set, and the whole object is secret if a part is", async () => {
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

  test("a resource and its id are rejected if both are set", () => {
    const callback = new ens.Callback("both", { url: "https://hooks.example.org/both" });
    const args = { callback, callbackId: "x", eventCategoryTypes: ["EngagementEvents.EmailOpen"] };
    expect(() => new ens.Subscription("both", args)).toThrow(
      'Subscription "both": callback and callbackId are both set; remove one of them',
    );
  });

  test("an explicit provider passes its arguments as settings and marks the secret", async () => {
    const provider = new ens.Provider("eu", { subdomain: "mc1", clientId: "c", clientSecret: "s", accountId: 7 });
    await settled(provider.urn);
    const found = registered.find(({ type }) => type === "pulumi:providers:pulumi-nodejs");
    expect(found?.inputs).toMatchObject({
      "ens:subdomain": "mc1",
      "ens:clientId": "c",
      "ens:accountId": "7",
      "ens:explicit": "true",
    });
    // The state contains the arguments of a provider, and encrypts only those that are marked.
    const inputs = Object.entries(found?.inputs ?? {});
    const hidden = inputs.flatMap(([key, value]) => (isRpcSecret(value) ? [[key, unwrapRpcSecret(value)]] : []));
    expect(hidden).toEqual([["ens:clientSecret", "s"]]);
  });
});
