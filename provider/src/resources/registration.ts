import * as pulumi from "@pulumi/pulumi";
import type { Properties, Type } from "../properties/types";
import { formatOwner, textOf, typeOf } from "./frozen";
import { requireNode } from "./node-version";
import { rejectOptions } from "./options";
import { programError, shownValue } from "./program-error";
import { requireRuntime } from "./program-folder";
import { isWithoutTrace, stopTraces } from "./stop-traces";

/**
 * Parameters with which a resource is registered: type, provider text, inputs, outputs and secret outputs.
 *
 * The constructor of each resource calls `super(...parameters)` itself, because the SDK treats the caller of the second
 * constructor as the line of the program. The state and messages contain that line, and each additional constructor
 * adds about 130 bytes to the state.
 */
export class Registration {
  readonly parameters: [type: string, name: string, inputs: pulumi.Inputs, options: pulumi.CustomResourceOptions];
  readonly #properties: Properties;
  readonly #restoreTraces: () => void;

  /**
   * @param kind Name of the kind. Must never change, because it is in the type and the provider text of every state
   * file.
   * @param properties Table of the kind.
   */
  constructor(
    kind: string,
    properties: Properties,
    name: string,
    args: pulumi.Inputs,
    options: pulumi.CustomResourceOptions | undefined,
  ) {
    requireNode();
    rejectOptions(kind, name, options ?? {});
    requireRuntime();
    const entries = Object.entries(properties);
    const inputs = Object.entries(args).map(([key, value]) => [key, hideSecrets(properties[key], value)]);
    // A property that is not an input becomes an output only if it is declared with the value `undefined`.
    const declared = entries.flatMap(([key, { output }]) => (output === false ? [] : [[key, undefined]]));
    const secrets = entries.flatMap(([key, { secret }]) => (secret ? [key] : []));
    const owner = "owner" in properties ? { owner: ownerOf(name, options?.parent) } : {};
    this.parameters = [
      typeOf(kind),
      name,
      { ...Object.fromEntries(declared), ...owner, ...Object.fromEntries(inputs), __provider: textOf(kind) },
      pulumi.mergeOptions(options, { additionalSecretOutputs: secrets }),
    ];
    this.#properties = properties;
    this.#restoreTraces = stopTraces(options);
  }

  /**
   * Adds the missing stack trace to an error that was thrown while traces were off, so that it shows the program's
   * line.
   */
  restoreTrace(error: unknown, constructor: new (...args: never) => unknown): unknown {
    this.#restoreTraces();
    if (isWithoutTrace(error)) Error.captureStackTrace(error, constructor);
    return error;
  }

  /** Turns stack traces on again. Must be called even if `super` throws. */
  end(): void {
    this.#restoreTraces();
  }

  /**
   * Sets the outputs with ENS ids from the resource's `id`, the only output that is known in the preview of an update.
   */
  setIds(resource: pulumi.CustomResource): void {
    for (const [key, { identity }] of Object.entries(this.#properties)) {
      if (identity === "same") Reflect.set(resource, key, resource.id);
      if (identity === "may differ") {
        Reflect.set(resource, key, foresee(Reflect.get<object, string>(resource, key), resource.id));
      }
    }
  }
}

/** Marks secrets. An object with a secret part is secret as a whole, because Pulumi would lose the mark of the part. */
function hideSecrets(property: Properties[string] | undefined, value: unknown): unknown {
  if (property === undefined || value === undefined) return value;
  if (property.secret) return pulumi.secret(value);
  const parts = secretParts(property.type);
  if (parts.length === 0) return value;
  const isPlain = typeof value === "object" && value !== null && !pulumi.Output.isInstance(value);
  if (isPlain && !(value instanceof Promise) && !parts.some((key) => key in value)) return value;
  return pulumi.secret(value);
}

/** Returns the secret properties of an object in any of its variants. */
function secretParts(type: Type): string[] {
  const tables = type.is === "variants" ? Object.values(type.variants) : type.is === "shape" ? [type.properties] : [];
  return tables.flatMap((parts) => Object.keys(parts).filter((key) => parts[key]?.secret));
}

/**
 * Returns the identity of the resource. Generated names are derived from the identity, so that a later run recognizes
 * the objects that an interrupted run of this resource created.
 */
function ownerOf(name: string, parent: pulumi.Resource | undefined): pulumi.Input<string> {
  const owner = (urn: string) => formatOwner([pulumi.getProject(), pulumi.getStack(), urn, name]);
  if (parent === undefined) return owner("");
  // The output itself would cause a deadlock, because a consumer of a component's output waits for all its children.
  return new Promise<string>((known) => parent.urn.apply(known)).then(owner);
}

/**
 * Returns the id of the referenced resource, or the id that was passed instead. `of` is the resource with the
 * reference.
 */
export function reference(
  of: { readonly kind: string; readonly name: string },
  by: { readonly resource: string; readonly id: string },
  resource: pulumi.Input<pulumi.CustomResource> | undefined,
  id: pulumi.Input<string> | undefined,
): pulumi.Input<string> | undefined {
  if (resource !== undefined && id !== undefined) {
    throw programError(of.kind, of.name, `${by.resource} and ${by.id} are both set; remove one of them`);
  }
  if (resource === undefined) return id;
  const requireResource = (given: unknown) => {
    if (pulumi.CustomResource.isInstance(given)) return;
    const problem = `${by.resource} ${shownValue(given)}, which is not a resource; pass an id as ${by.id}`;
    throw programError(of.kind, of.name, problem);
  };
  // Checks a plain value immediately, because the SDK wraps errors that occur later.
  if (!pulumi.Output.isInstance(resource) && !(resource instanceof Promise)) requireResource(resource);
  return pulumi.output(resource).apply((given) => {
    requireResource(given);
    const own: unknown = Reflect.get(given, by.id);
    return pulumi.Output.isInstance(own) ? (own as pulumi.Output<string>) : given.id;
  });
}

/**
 * Returns an id that ENS may change. The resource's `id` replaces the id in the preview of an update, where no other
 * output is known, so that the preview shows no change of dependent resources. ENS mostly keeps the id. The resource's
 * `id` also replaces an output that the state does not have.
 */
function foresee(output: pulumi.Output<string>, id: pulumi.Output<string>): pulumi.Output<string> {
  const isKnown: Promise<boolean> = Reflect.get(output, "isKnown"); // every output has it, but no type declares it
  const told = pulumi.all([output, id]).apply(([value, first]) => value ?? first);
  return pulumi.output(isKnown).apply((known) => (known ? told : id));
}
