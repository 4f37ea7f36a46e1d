import * as pulumi from "@pulumi/pulumi";
import type { Properties, Type } from "../properties/types";
import { formatOwner, textOf, typeOf } from "./frozen";
import { refuseOptions } from "./options";
import { programError, shownValue } from "./program-error";
import { requireRuntime } from "./program-folder";
import { isWithoutTrace, stopTraces } from "./stop-traces";

/**
 * One resource while it is registered: what is stored with it, which outputs it has, which of those are secret.
 *
 * The constructor of each resource calls `super(...parameters)` itself, because the SDK takes what stands above the second
 * constructor for the line of the program. That line stands in the state and in messages, and each constructor in between
 * costs some 130 bytes of state.
 */
export class Registration {
  readonly parameters: [type: string, name: string, inputs: pulumi.Inputs, options: pulumi.CustomResourceOptions];
  readonly #properties: Properties;
  readonly #restoreTraces: () => void;

  /**
   * @param kind Frozen: it is in the type and in the text that every state file keeps.
   * @param properties The table of the kind.
   */
  constructor(
    kind: string,
    properties: Properties,
    name: string,
    args: pulumi.Inputs,
    options: pulumi.CustomResourceOptions | undefined,
  ) {
    refuseOptions(kind, name, options ?? {});
    requireRuntime();
    const entries = Object.entries(properties);
    const inputs = Object.entries(args).map(([key, value]) => [key, hideSecrets(properties[key], value)]);
    // A property that is no input becomes an output only when it is declared, with a value that is not there.
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

  /** It was thrown while traces were off, and a person needs the line of the program. */
  restoreTrace(error: unknown, constructor: new (...args: never) => unknown): unknown {
    this.#restoreTraces();
    if (isWithoutTrace(error)) Error.captureStackTrace(error, constructor);
    return error;
  }

  /** Must be called, whatever `super` does. */
  end(): void {
    this.#restoreTraces();
  }

  /** ENS's ids as outputs: the resource's `id` is known in the preview of an update, as no other output is. */
  setIds(resource: pulumi.CustomResource): void {
    for (const [key, { identity }] of Object.entries(this.#properties)) {
      if (identity === "same") Reflect.set(resource, key, resource.id);
      if (identity === "may differ") {
        Reflect.set(resource, key, foresee(Reflect.get<object, string>(resource, key), resource.id));
      }
    }
  }
}

/** All of an object is secret when a part is: the mark of a part alone would be lost on the way. */
function hideSecrets(property: Properties[string] | undefined, value: unknown): unknown {
  if (property === undefined || value === undefined) return value;
  if (property.secret) return pulumi.secret(value);
  const parts = secretParts(property.type);
  if (parts.length === 0) return value;
  const isPlain = typeof value === "object" && value !== null && !pulumi.Output.isInstance(value);
  if (isPlain && !(value instanceof Promise) && !parts.some((key) => key in value)) return value;
  return pulumi.secret(value);
}

/** The secret properties of an object, in any of its variants. */
function secretParts(type: Type): string[] {
  const tables = type.is === "variants" ? Object.values(type.variants) : type.is === "shape" ? [type.properties] : [];
  return tables.flatMap((parts) => Object.keys(parts).filter((key) => parts[key]?.secret));
}

/**
 * Which resource this is. Names that the program leaves out are made from it, and by it a later run recognizes what an
 * interrupted one of this very resource has created.
 */
function ownerOf(name: string, parent: pulumi.Resource | undefined): pulumi.Input<string> {
  const owner = (urn: string) => formatOwner([pulumi.getProject(), pulumi.getStack(), urn, name]);
  if (parent === undefined) return owner("");
  // Not the output itself: whoever needs an output of a component waits for all its children, and so for itself.
  return new Promise<string>((known) => parent.urn.apply(known)).then(owner);
}

/** The id of the resource given, or the id itself: exactly one of the two. `of` is the resource that has the reference. */
export function reference(
  of: { readonly kind: string; readonly name: string },
  by: { readonly resource: string; readonly id: string },
  resource: pulumi.Input<pulumi.CustomResource> | undefined,
  id: pulumi.Input<string> | undefined,
): pulumi.Input<string> | undefined {
  if (resource !== undefined && id !== undefined) {
    throw programError(of.kind, of.name, `${by.resource} and ${by.id} say the same; remove one of them`);
  }
  if (resource === undefined) return id;
  const requireResource = (given: unknown) => {
    if (pulumi.CustomResource.isInstance(given)) return;
    const problem = `${by.resource} ${shownValue(given)}, which is not a resource; give an id as ${by.id}`;
    throw programError(of.kind, of.name, problem);
  };
  // At once where that is possible, because the SDK wraps what fails later.
  if (!pulumi.Output.isInstance(resource) && !(resource instanceof Promise)) requireResource(resource);
  return pulumi.output(resource).apply((given) => {
    requireResource(given);
    const own: unknown = Reflect.get(given, by.id);
    return pulumi.Output.isInstance(own) ? (own as pulumi.Output<string>) : given.id;
  });
}

/**
 * An id that ENS may change. In the preview of an update no output is known but the resource's `id`: that stands for it
 * then, so that what depends on it shows no change, as ENS mostly keeps the id. Also for a state without the output.
 */
function foresee(output: pulumi.Output<string>, id: pulumi.Output<string>): pulumi.Output<string> {
  const isKnown: Promise<boolean> = Reflect.get(output, "isKnown"); // part of every output, and of no type
  const told = pulumi.all([output, id]).apply(([value, first]) => value ?? first);
  return pulumi.output(isKnown).apply((known) => (known ? told : id));
}
