import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";
import { type AuthSchemeInputs, authScheme } from "../../provider/src/kinds/auth-scheme";
import { type CallbackInputs, callback } from "../../provider/src/kinds/callback";
import { type SubscriptionInputs, subscription } from "../../provider/src/kinds/subscription";
import type { VerificationInputs } from "../../provider/src/verification/options";

type Same<A, B> = [A, B] extends [B, A] ? true : never;
/** What stands for an id on the program side is replaced by the id before the other side sees it. */
type Asked<Args, Shortcut extends PropertyKey = never> = keyof Omit<Args, Shortcut>;
/** What a constructor tells the other side besides. */
type Told = "owner" | "autoNamed" | "ignoredPaths";
/** Of all members of a union. */
type Keys<T> = T extends unknown ? keyof T : never;

test("what a program may give is what the runtime takes, property by property", () => {
  const agree: [
    Same<Asked<ens.AuthSchemeArgs>, keyof AuthSchemeInputs>,
    Same<Asked<ens.CallbackArgs, "authScheme"> | Told, keyof CallbackInputs>,
    Same<Asked<ens.SubscriptionArgs, "callback"> | Told, keyof SubscriptionInputs>,
    Same<Keys<ens.VerificationArgs>, Keys<VerificationInputs>>,
  ] = [true, true, true, true];
  expect(agree).not.toContain(undefined);
});

test("each property that the runtime keeps can be read in the program", async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: () => ({}),
  });
  const authUrl = "https://idp.example.org/token";
  const pairs: [pulumi.CustomResource, object, string[]][] = [
    [
      new ens.AuthScheme("a", { grantType: "client_credentials", authUrl, clientId: "c", clientSecret: "s" }),
      authScheme.inputs.shape,
      ["authId", "gone", "unconfirmed", "createdAt", "accountId"],
    ],
    [
      new ens.Callback("c", { url: "https://hooks.example.org/c", authId: "x" }),
      callback.inputs.shape,
      [
        ...[
          "callbackId",
          "authIdShown",
          "status",
          "statusReason",
          "signatureKey",
          "previousSignatureKey",
          "signatureKeyFingerprint",
        ],
        ...["adopted", "verificationKeyLost", "verifiedAt", "createdAt", "accountId"],
        ...["generatedName", "pendingName", "unconfirmed", "replaced"],
      ],
    ],
    [
      new ens.Subscription("s", { callbackId: "x", eventCategoryTypes: ["EngagementEvents.EmailOpen"] }),
      subscription.inputs.shape,
      ["subscriptionId", "filtersForm", "generatedName", "replaces", "unconfirmed", "createdAt", "accountId"],
    ],
  ];
  for (const [resource, shape, outputs] of pairs) {
    const told = Object.keys(shape).filter((property) => property !== "ignoredPaths" && property !== "autoNamed");
    for (const property of [...told, ...outputs]) {
      expect(pulumi.Output.isInstance(Reflect.get(resource, property)) || property).toBe(true);
    }
  }
});
