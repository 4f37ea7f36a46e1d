import { type KindName, secretPaths } from "pulumi-ens/check";
import { isObject, own } from "./values";

/** The place of a secret. Descriptions are committed, so they never contain the secret itself. */
export type SecretSource = { readonly env: string } | { readonly config: string };

const WAYS = "give { env: NAME } for an environment variable, or { config: KEY } for `pulumi config set --secret KEY`";

export function isSource(value: unknown): value is SecretSource {
  if (!isObject(value) || Object.keys(value).length !== 1) return false;
  const [name] = Object.values(value);
  return ("env" in value || "config" in value) && typeof name === "string" && name !== "";
}

/** Replaces each secret in the arguments. */
export function replaceSecrets(
  kind: KindName,
  args: Readonly<Record<string, unknown>>,
  replace: (given: unknown, path: readonly string[]) => unknown,
): Record<string, unknown> {
  return secretPaths(kind).reduce<Record<string, unknown>>((all, path) => replaceAt(all, path, path, replace), args);
}

function replaceAt(
  object: Readonly<Record<string, unknown>>,
  rest: readonly string[],
  path: readonly string[],
  replace: (given: unknown, path: readonly string[]) => unknown,
): Record<string, unknown> {
  const [name = "", ...below] = rest;
  const given = own(object, name);
  if (given === undefined) return object;
  if (below.length === 0) return { ...object, [name]: replace(given, path) };
  return isObject(given) ? { ...object, [name]: replaceAt(given, below, path, replace) } : object;
}

/** Returns why a secret cannot be read, without its value. */
export function findSecretProblem(given: unknown, isSet: (source: SecretSource) => boolean): string | undefined {
  if (!isSource(given))
    return isObject(given) ? `does not say where the secret is; ${WAYS}` : `is written down here; ${WAYS}`;
  if (isSet(given)) return undefined;
  if ("env" in given) return `is in the environment variable ${given.env}, which is not set; export ${given.env}`;
  return `is in the configuration as ${given.config}, which is not set; run \`pulumi config set --secret ${given.config}\``;
}
