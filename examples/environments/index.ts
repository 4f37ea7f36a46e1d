import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";
import { readDescription } from "./description";
import { replaceSecrets, type SecretSource } from "./secrets";
import { type Description, SECTIONS, type Section } from "./sections";

const config = new pulumi.Config();

/** The configuration of the project. Objects are JSON strings. */
function configured(): Record<string, unknown> {
  const prefix = `${config.name}:`;
  const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(prefix));
  return Object.fromEntries(keys.map((key) => [key.slice(prefix.length), parsed(pulumi.runtime.getConfig(key))]));
}

function parsed(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function described(): Description {
  try {
    return readDescription(configured(), (source) => secretAt(source) !== undefined);
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

/**
 * Creates a resource for each entry. `readDescription` has checked the entries, so their values have the types of the
 * arguments.
 */
function makeEach<Made>(
  section: Section,
  make: (name: string, args: Record<string, unknown>, options: pulumi.CustomResourceOptions) => Made,
): Record<string, Made> {
  const entries = Object.entries(environment[section]).map(([name, { protect, ...given }]) => {
    const args = replaceSecrets(SECTIONS[section], given, (source) => secretAt(source as SecretSource));
    return [name, make(name, args, protect === true ? { protect } : {})] as const;
  });
  return Object.fromEntries(entries);
}

/** Maps each value and keeps the names. */
function each<Value, Made>(values: Record<string, Value>, make: (value: Value) => Made): Record<string, Made> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(value)]));
}

/**
 * The description after the merge with the project's `base`. The description names the places of secrets and contains
 * no secret.
 */
export const environment = described();

const authSchemes = makeEach(
  "authSchemes",
  (name, args, options) => new ens.AuthScheme(name, args as unknown as ens.AuthSchemeArgs, options),
);

const callbacks = makeEach("callbacks", (name, { authScheme, ...args }, options) => {
  const scheme = authSchemes[String(authScheme)];
  const all = scheme === undefined ? args : { ...args, authScheme: scheme };
  return new ens.Callback(name, all as unknown as ens.CallbackArgs, options);
});

const subscriptions = makeEach("subscriptions", (name, { callback, ...args }, options) => {
  const target = callbacks[String(callback)];
  const all = target === undefined ? args : { ...args, callback: target };
  return new ens.Subscription(name, all as unknown as ens.SubscriptionArgs, options);
});

export const callbackIds = each(callbacks, ({ callbackId }) => callbackId);
export const subscriptionIds = each(subscriptions, ({ subscriptionId }) => subscriptionId);
/** The signature keys of the callbacks, for the receivers. Secret. */
export const signatureKeys = each(callbacks, ({ signatureKey }) => signatureKey);
