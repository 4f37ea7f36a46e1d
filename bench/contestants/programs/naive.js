// The provider that a user writes first: handlers beside the program, a token for each call, a GET for each object.

async function call(method, path, body) {
  const json = { "content-type": "application/json" };
  const asked = await fetch(`${process.env.ENS_AUTH_URL}/v2/token`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({
      grant_type: "client_credentials",
      client_id: process.env.ENS_CLIENT_ID,
      client_secret: process.env.ENS_CLIENT_SECRET,
    }),
  });
  if (!asked.ok) throw new Error(`The token endpoint returned ${asked.status}.`);
  const { access_token } = await asked.json();
  const answer = await fetch(`${process.env.ENS_REST_URL}/platform/v1/${path}`, {
    method,
    headers: { ...json, authorization: `Bearer ${access_token}` },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} returned ${answer.status}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

function changed(olds, news, names) {
  return names.filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
}

const schemes = {
  async create({ grantType, authUrl, clientId, clientSecret, ...inputs }) {
    const scheme = { authType: "oauth2", grantType, authUrl, clientId, clientSecret };
    const [{ authId }] = await call("POST", "ens-authentications", [scheme]);
    return { id: authId, outs: { ...inputs, grantType, authUrl, clientId, clientSecret, authId } };
  },
  async diff(_id, olds, news) {
    return { changes: changed(olds, news, ["grantType", "authUrl", "clientId", "clientSecret"]).length > 0 };
  },
  async update(authId, _olds, { grantType, authUrl, clientId, clientSecret, ...inputs }) {
    const scheme = { authId, authType: "oauth2", grantType, authUrl, clientId, clientSecret };
    await call("PUT", "ens-authentications", [scheme]);
    return { outs: { ...inputs, grantType, authUrl, clientId, clientSecret, authId } };
  },
  async delete(id) {
    await call("DELETE", `ens-authentications/${id}`);
  },
};

const callbacks = {
  async create({ callbackName, url, authId, ...inputs }) {
    const [{ callbackId, signatureKey }] = await call("POST", "ens-callbacks", [{ callbackName, url, authId }]);
    let status = "";
    while (status !== "verified") {
      await new Promise((resolve) => setTimeout(resolve, 200));
      ({ status } = await call("GET", `ens-callbacks/${callbackId}`));
    }
    return { id: callbackId, outs: { ...inputs, callbackName, url, authId, callbackId, signatureKey, status } };
  },
  async diff(_id, olds, news) {
    const differing = changed(olds, news, ["callbackName", "url", "authId"]);
    return { changes: differing.length > 0, replaces: differing.filter((name) => name === "url") };
  },
  async update(callbackId, olds, { callbackName, authId, ...inputs }) {
    await call("PUT", "ens-callbacks", [{ callbackId, callbackName, authId }]);
    const { signatureKey, status } = olds;
    return { outs: { ...inputs, callbackName, authId, callbackId, signatureKey, status } };
  },
  async read(id, props) {
    const { callbackName, url, authId, status } = await call("GET", `ens-callbacks/${id}`);
    return { id, props: { ...props, callbackName, url, authId, status } };
  },
  async delete(id) {
    await call("DELETE", `ens-callbacks/${id}`);
  },
};

const subscriptions = {
  async create({ subscriptionName, callbackId, eventCategoryTypes, ...inputs }) {
    const subscription = { subscriptionName, callbackId, eventCategoryTypes };
    const [{ subscriptionId }] = await call("POST", "ens-subscriptions", [subscription]);
    return { id: subscriptionId, outs: { ...inputs, ...subscription, subscriptionId } };
  },
  async diff(_id, olds, news) {
    const differing = changed(olds, news, ["subscriptionName", "callbackId", "eventCategoryTypes"]);
    return { changes: differing.length > 0, replaces: differing.filter((name) => name === "callbackId") };
  },
  async update(subscriptionId, _olds, { subscriptionName, eventCategoryTypes, ...inputs }) {
    await call("PUT", "ens-subscriptions", [{ subscriptionId, subscriptionName, eventCategoryTypes }]);
    return { outs: { ...inputs, subscriptionName, eventCategoryTypes, subscriptionId } };
  },
  async read(id, props) {
    const { subscriptionName, callbackId, eventCategoryTypes } = await call("GET", `ens-subscriptions/${id}`);
    return { id, props: { ...props, subscriptionName, callbackId, eventCategoryTypes } };
  },
  async delete(id) {
    await call("DELETE", `ens-subscriptions/${id}`);
  },
};

class AuthScheme extends pulumi.dynamic.Resource {
  constructor(name, args, options) {
    super(schemes, name, { authId: undefined, ...args }, options);
  }
}

class Callback extends pulumi.dynamic.Resource {
  constructor(name, args, options) {
    const outputs = { callbackId: undefined, signatureKey: undefined, status: undefined };
    super(callbacks, name, { ...outputs, ...args }, { ...options, additionalSecretOutputs: ["signatureKey"] });
  }
}

class Subscription extends pulumi.dynamic.Resource {
  constructor(name, args, options) {
    super(subscriptions, name, { subscriptionId: undefined, ...args }, options);
  }
}

const authScheme = new AuthScheme("a", {
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  clientId: pulumi.secret("c"),
  clientSecret: pulumi.secret("s"),
});
for (let c = 0; c < size.callbacks; c++) {
  const url = `https://hooks.example.org/${c}`;
  const callback = new Callback(`c${c}`, { callbackName: `c${c}`, url, authId: authScheme.id });
  for (let s = c; s < size.subscriptions; s += size.callbacks) {
    const event = s < size.changed ? "EmailNotSent" : "EmailSent";
    new Subscription(`s${s}`, {
      subscriptionName: `s${s}`,
      callbackId: callback.id,
      eventCategoryTypes: [`TransactionalSendEvents.${event}`],
    });
  }
}
