import * as pulumi from "@pulumi/pulumi";
import { textOf, typeOf } from "./frozen";
import { refuseOptions } from "./options";
import { requireRuntime } from "./program-folder";

/** The part of all ENS resources: what is stored with them, which outputs they have, which of those are secret. */
export abstract class EnsResource extends pulumi.CustomResource {
  /**
   * @param kind Frozen: it is in the type and in the text that every state file keeps.
   * @param outputs All properties that a person can read, also those that are inputs with a default.
   * @param secrets Those of them that nobody may see.
   */
  protected constructor(
    kind: string,
    name: string,
    args: pulumi.Inputs,
    outputs: readonly string[],
    secrets: string[],
    options: pulumi.CustomResourceOptions | undefined,
  ) {
    refuseOptions(kind, name, options ?? {});
    requireRuntime();
    const declared = Object.fromEntries(outputs.map((output) => [output, undefined]));
    const hidden = secrets.flatMap((key) => (args[key] === undefined ? [] : [[key, pulumi.secret(args[key])]]));
    super(
      typeOf(kind),
      name,
      { ...declared, ...args, ...Object.fromEntries(hidden), __provider: textOf(kind) },
      pulumi.mergeOptions(options, { additionalSecretOutputs: secrets }),
    );
  }
}

/**
 * Which resource this is, as JSON: project, stack, URN of the parent and name. Names that the program leaves out are made
 * from it, and by it a later run recognizes what an interrupted one of this very resource has created.
 */
export function ownerOf(name: string, parent: pulumi.Resource | undefined): pulumi.Input<string> {
  const owner = (urn: string) => JSON.stringify([pulumi.getProject(), pulumi.getStack(), urn, name]);
  if (parent === undefined) return owner("");
  // Not the output itself: whoever needs an output of a component waits for all its children, and so for itself.
  return new Promise<string>((known) => parent.urn.apply(known)).then(owner);
}

/** The id of the resource given, or the id itself: exactly one of the two. */
export function reference(
  by: { readonly resource: string; readonly id: string },
  resource: pulumi.Input<pulumi.CustomResource> | undefined,
  id: pulumi.Input<string> | undefined,
): pulumi.Input<string> | undefined {
  if (resource !== undefined && id !== undefined) {
    throw new Error(`give either ${by.resource} or ${by.id}, not both: they are the same thing`);
  }
  if (resource === undefined) return id;
  return pulumi.output(resource).apply((given) => {
    if (!pulumi.CustomResource.isInstance(given))
      throw new Error(`${by.resource} is no resource; give an id as ${by.id}`);
    const own: unknown = Reflect.get(given, by.id);
    return pulumi.Output.isInstance(own) ? (own as pulumi.Output<string>) : given.id;
  });
}

/**
 * An id that ENS may change. In the preview of an update no output is known but the resource's `id`: that stands for it
 * then, so that what depends on it shows no change, as ENS mostly keeps the id. Also for a state without the output.
 */
export function foreseen(output: pulumi.Output<string>, id: pulumi.Output<string>): pulumi.Output<string> {
  const isKnown: Promise<boolean> = Reflect.get(output, "isKnown"); // part of every output, and of no type
  const told = pulumi.all([output, id]).apply(([value, first]) => value ?? first);
  return pulumi.output(isKnown).apply((known) => (known ? told : id));
}
