import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";
import { type Environment, environmentOf, type SecretSource } from "./description";

const config = new pulumi.Config();

function described(): Environment {
  const keys = ["authSchemes", "callbacks", "subscriptions"] as const;
  const given = Object.fromEntries(keys.map((key) => [key, config.getObject<unknown>(key)]));
  try {
    return environmentOf(given, (source) => secretAt(source) !== undefined);
  } catch (error) {
    const problems = (error as Error).message.replaceAll(/^/gm, "  ");
    throw new pulumi.RunError(
      `Nothing was changed, because the description of "${pulumi.getStack()}" is not usable:\n${problems}`,
    );
  }
}

function secretAt(source: SecretSource): pulumi.Output<string> | undefined {
  if ("config" in source) return config.getSecret(source.config);
  const value = process.env[source.env];
  return value ? pulumi.secret(value) : undefined;
}

/** The secret is there: the description was refused otherwise. */
const secret = (source: SecretSource) => secretAt(source) ?? pulumi.secret("");

/** The same names with something made of each value. */
function each<Value, Made>(values: Record<string, Value>, make: (name: string, value: Value) => Made) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(name, value)]));
}

const environment = described();

const authSchemes = each(environment.authSchemes, (name, { clientSecret, password, ...rest }) => {
  const withPassword = password === undefined ? {} : { password: secret(password) };
  return new ens.AuthScheme(name, { ...rest, ...withPassword, clientSecret: secret(clientSecret) });
});

const callbacks = each(environment.callbacks, (name, { authScheme, ...rest }) => {
  const scheme = authScheme === undefined ? undefined : authSchemes[authScheme];
  return new ens.Callback(name, scheme === undefined ? rest : { ...rest, authScheme: scheme });
});

const subscriptions = each(environment.subscriptions, (name, { callback, ...rest }) => {
  const target = callbacks[callback];
  return new ens.Subscription(name, target === undefined ? rest : { ...rest, callback: target });
});

export const callbackIds = each(callbacks, (_name, callback) => callback.callbackId);
export const subscriptionIds = each(subscriptions, (_name, subscription) => subscription.subscriptionId);
/** What the receivers check deliveries with. Secret. */
export const signatureKeys = each(callbacks, (_name, callback) => callback.signatureKey);
