const authScheme = new ens.AuthScheme("a", {
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  clientId: "c",
  clientSecret: "s",
});
for (let c = 0; c < size.callbacks; c++) {
  const callback = new ens.Callback(`c${c}`, { url: `https://hooks.example.org/${c}`, authScheme });
  for (let s = c; s < size.subscriptions; s += size.callbacks) {
    const event = s < size.changed ? "EmailNotSent" : "EmailSent";
    new ens.Subscription(`s${s}`, { callback, eventCategoryTypes: [`TransactionalSendEvents.${event}`] });
  }
}
