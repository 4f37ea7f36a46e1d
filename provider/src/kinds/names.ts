import { createHash } from "node:crypto";
import { formatOwner, parseOwner, typeOf } from "../resources/frozen";

/** A text that ends like this looks like a name that pulumi-ens generated. It proves nothing: other people write such names. */
const GENERATED = /-[0-9a-f]{7}$/;
const PENDING = /-[0-9a-f]{12}-pending$/;
/** The longest part of a resource's name in the name of a callback that is being created. */
const LONGEST = 20;

/**
 * The name of an object whose program leaves it out: `<resource>-<7 hex digits>`. It is the same in every run, another
 * one for another value of what forces a replacement (`cause`), and no other resource generates it.
 */
export function generateName(owner: string, cause: string): string {
  const [, , , name] = parseOwner(owner);
  return `${name}-${digest(owner, cause).slice(0, 7)}`;
}

/**
 * The resource that generates this name: one that has project, stack and parent in common with one of these owners. It
 * need not be in the program any more.
 */
export function generatorOf(owners: readonly string[], name: string, cause: string): string | undefined {
  if (!looksGenerated(name)) return undefined;
  const own = name.replace(GENERATED, "");
  const beside = new Set(
    owners.map((owner) => {
      const [project, stack, parent] = parseOwner(owner);
      return formatOwner([project, stack, parent, own]);
    }),
  );
  return [...beside].find((owner) => generateName(owner, cause) === name);
}

/**
 * The name that a callback has in ENS while it is being created. Only `create` gives it, so that a later run recognizes
 * what an interrupted one left behind.
 */
export function pendingName(owner: string, cause: string): string {
  const [, , , name] = parseOwner(owner);
  return `${[...name].slice(0, LONGEST).join("")}-${digest(owner, cause).slice(0, 12)}-pending`;
}

/** Whether a name looks generated. Good for messages and for leaving an object alone, never for changing one. */
export function looksGenerated(name: string): boolean {
  return GENERATED.test(name);
}

/** Whether a name looks like one that a run gave to a callback in the making. It proves nothing, either. */
export function looksPending(name: string): boolean {
  return PENDING.test(name);
}

/** An owner for a resource that does not say which one it is. No other process makes the same. */
export function ownerWithin(processId: string, name: string): string {
  return formatOwner([processId, "", "", name]);
}

/** The name of the resource in the program. */
export function resourceName(owner: string): string {
  return parseOwner(owner)[3];
}

/** The URN of the resource, which Pulumi's commands ask for. */
export function urnOf(owner: string, kind: string): string {
  const [project, stack, parent, name] = parseOwner(owner);
  const [, , parentType = ""] = parent.split("::");
  const within = parentType === "" || parentType === "pulumi:pulumi:Stack" ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${within}${typeOf(kind)}::${name}`;
}

/** A prefix of this JSON is the text that versions before 0.3 hashed: their names stay as they are. */
function digest(owner: string, cause: string): string {
  return createHash("sha256")
    .update(JSON.stringify([...parseOwner(owner), cause]))
    .digest("hex");
}
