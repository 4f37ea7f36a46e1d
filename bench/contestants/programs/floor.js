// The engine's own work for so many resources: each is a subscription as version 0.2.0 stored it, and nothing is done.
// Names and values are written out, so that this stays what it is whatever becomes of the package.
const text =
  "exports.handler=()=>({diff:async(i,o,n)=>({changes:o.eventCategoryTypes[0]!=n.eventCategoryTypes[0]})," +
  'create:async p=>({id:p.callbackId,outs:{...p,createdAt:"2026-11-25T17:43:01.210Z",subscriptionId:p.callbackId}}),' +
  "update:async(i,o,n)=>({outs:{...o,...n}}),read:async(id,props)=>({id,props})})";
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
