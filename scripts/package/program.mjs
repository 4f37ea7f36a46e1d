import { deepStrictEqual } from "node:assert";
import { createHash, createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";
import { verifySignature } from "pulumi-ens/receiver";
import { createReceiver } from "pulumi-ens-receiver";
import { toNodeListener } from "pulumi-ens-receiver/node";

// A user's program. The same text is also TypeScript, and CommonJS when `require` replaces `import`.

async function main() {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
    call: () => ({}),
  });
  const authScheme = new ens.AuthScheme("idp", {
    grantType: "client_credentials",
    authUrl: "https://login.example.org/token",
    clientId: "client",
    clientSecret: "secret",
  });
  const callback = new ens.Callback("orders", { url: "https://hooks.example.org/orders", authScheme });
  const subscription = new ens.Subscription("sent", {
    callback,
    eventCategoryTypes: ["TransactionalSendEvents.EmailSent"],
  });
  // The outputs are undefined when the package uses another copy of the SDK than the one with the mocked engine.
  const made = pulumi.all([authScheme.id, callback.authId, subscription.callbackId, callback.url]);
  deepStrictEqual(await new Promise((done) => made.apply(done)), [
    "idp-id",
    "idp-id",
    "orders-id",
    "https://hooks.example.org/orders",
  ]);

  const key = createHash("sha256").update("a key").digest();
  const signature = createHmac("sha256", key).update("[]").digest("base64");
  const keys = [key.toString("base64")];
  deepStrictEqual(verifySignature({ body: "[]", signature, keys }), true);
  deepStrictEqual(verifySignature({ body: "[{}]", signature, keys }), false);
  const receiver = createReceiver({ keys, handle: () => {} });
  deepStrictEqual(typeof toNodeListener(receiver), "function");
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
