// The floor: the engine's own work. Each resource has the state of a subscription in version 0.2.0 and does nothing.
// Names and values are literal, so that the floor does not change with the package.
const text = 'exports.handler=()=>require("bench-none/runtime").provider()';
class Subscription extends pulumi.CustomResource {
  constructor(name, event) {
    super("pulumi-nodejs:dynamic/ens:Subscription", name, {
      __provider: text,
      accountId: undefined,
      adopt: undefined,
      callbackId: "25145088-94af-41f2-805c-e74ced00da5f",
      createdAt: undefined,
      eventCategoryTypes: [`TransactionalSendEvents.${event}`],
      filters: [],
      status: "active",
      statusReason: "set by pulumi-ens",
      subscriptionId: undefined,
      subscriptionName: `${name}-69296f4`,
    });
  }
}
for (let r = 0; r < size.resources; r++) new Subscription(`s${r}`, r < size.changed ? "EmailNotSent" : "EmailSent");
