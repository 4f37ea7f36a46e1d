import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

const config = new pulumi.Config();

// Each provider works in the business unit that its settings name, and reads nothing from the environment.
for (const tenant of ["north", "south"]) {
  const provider = new ens.Provider(tenant, {
    ...config.requireObject<ens.ProviderArgs>(tenant),
    clientSecret: config.requireSecret(`${tenant}ClientSecret`),
  });
  const callback = new ens.Callback(
    `${tenant}-orders`,
    { url: `${config.require("receivers")}/${tenant}` },
    { provider },
  );
  new ens.Subscription(
    `${tenant}-orders-sent`,
    { callback, eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] },
    { provider },
  );
}
