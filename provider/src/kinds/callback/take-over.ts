import { getCallback, type LiveCallback } from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { nothingWhenGone } from "../../ens/errors";
import { shownUrl } from "../../ens/shown-url";
import { type KnownKey, REPLACED_FACTS, type Replaced } from "../../properties/callback";
import { ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { explainRefusal } from "./refusal";
import { countSubscriptions } from "./removal";
import type { CallbackState, Inputs } from "./schema";

/** A callback that a resource has created or taken over, and the known facts about it. */
export interface Obtained {
  readonly live: LiveCallback;
  /** `created`: a new callback with a pending name. All others existed, were finished, and are taken over. */
  readonly how: "created" | "adopted" | "taken back" | "taken over";
  /** Additional properties of the state. */
  readonly known: Partial<CallbackState>;
}

/**
 * Returns a finished callback that may be taken over; `undefined` if none exists. Throws if taking over is not allowed.
 */
export async function takeOverFinished(
  run: Run,
  inputs: Inputs,
  listed: readonly LiveCallback[],
): Promise<Obtained | undefined> {
  const found: LiveCallback[] = [];
  // A list may contain callbacks that no longer exist.
  for (const each of listed) {
    const live = await getCallback(run.ens, each.callbackId).catch(nothingWhenGone);
    if (live !== undefined) found.push(each);
  }
  if (found.length === 0) return undefined;
  const predecessor = run.objects.predecessorOf(ownerKey("Callback", inputs.owner));
  const replaced = predecessor?.state.replaced as Replaced | undefined;
  const back = found.find(({ callbackId }) => callbackId === replaced?.callbackId);
  if (back !== undefined && replaced !== undefined) {
    const { callbackId: _, ...known } = replaced;
    return { live: back, how: "taken back", known: { ...known, ...replacedBy(run, inputs) } };
  }
  const wanted: LiveCallback[] = [];
  for (const each of found) if (await mayAdopt(run, inputs, each)) wanted.push(each);
  if (wanted.length > 1) {
    const all = wanted.map((each) => `${each.callbackName} (${each.callbackId})`).join(", ");
    throw new Error(`several callbacks at ${shownUrl(inputs.url)} could be adopted: ${all}. Delete all but one.`);
  }
  const [adopted] = wanted;
  if (adopted !== undefined) {
    const known = adoptedState(run, inputs, adopted);
    return { live: adopted, how: "adopted", known: { ...known, ...replacedBy(run, inputs) } };
  }
  const [first] = found as [LiveCallback, ...LiveCallback[]];
  // A callback in the state is being replaced, so its key is known and it must not be taken over.
  if (run.takesOver && first.callbackName === inputs.generatedName && !run.objects.isHeld(first.callbackId)) {
    announce(run, inputs, first);
    return { live: first, how: "taken over", known: replacedBy(run, inputs) };
  }
  throw new Error(await explainRefusal(run, inputs, first));
}

/** Reports a callback that gets a new key. The line also covers its subscriptions, of which there may be hundreds. */
function announce(
  { warn, objects }: Run,
  { authId: wanted }: Inputs,
  { callbackId, callbackName, authId }: LiveCallback,
) {
  objects.announced.add(callbackId);
  const kept = "Subscriptions that this stack created for it are taken over too.";
  warn(
    `callback ${callbackId} (${callbackName}) is taken over and gets a new signature key. Update its receiver. ${kept}`,
  );
  if (!authId || authId === wanted || objects.isHeld(authId)) return;
  // The interrupted run may have created the scheme, or the program used it before. Nothing shows the owner.
  const unused =
    "If the interrupted run created this scheme, nothing uses it now. Note its id, because ENS cannot list schemes.";
  warn(`auth scheme ${authId} is detached from the callbacks that are taken over, and is kept in ENS. ${unused}`);
}

/** Whether the program allows to adopt a callback. */
async function mayAdopt(run: Run, inputs: Inputs, found: LiveCallback): Promise<boolean> {
  if (isOfAnother(run, inputs, found)) return false;
  if (inputs.adopt === "always") return true;
  if (inputs.adopt !== "ifUnverified" || isVerified(found.status)) return false;
  return (await countSubscriptions(run, found.callbackId)) === 0;
}

/** Whether another resource of this program manages the callback, as far as this run knows. */
function isOfAnother({ objects }: Run, { owner }: Inputs, { callbackId }: LiveCallback): boolean {
  const own = ownerKey("Callback", owner);
  if (objects.creating.has(callbackId)) return objects.creating.get(callbackId) !== own;
  return objects
    .holders(callbackId)
    .some((holder) => holder.owner !== undefined && holder.owner !== own && objects.inProgram.has(holder.owner));
}

/** Records the key version without a rotation, and copies the key from another entry of the state if one has it. */
function adoptedState(
  run: Run,
  { signatureKeyVersion }: Inputs,
  { callbackId, status }: LiveCallback,
): Partial<CallbackState> {
  const known = run.objects.holders(callbackId).find(({ key }) => key !== undefined)?.key;
  const key: KnownKey = { ...known, signatureKeyVersion };
  return known === undefined && isVerified(status) ? { ...key, adopted: true } : key;
}

/** Records the callback that Pulumi deletes after its replacement, so that a reverted program can manage it again. */
export function replacedBy(run: Run, { owner }: Inputs): Partial<CallbackState> {
  const predecessor = run.objects.predecessorOf(ownerKey("Callback", owner));
  if (predecessor === undefined || run.objects.deleted.has(predecessor.id)) return {};
  const facts = REPLACED_FACTS.map((name) => [name, predecessor.state[name]] as const);
  const known = Object.fromEntries(facts.filter(([, value]) => value !== undefined));
  return { replaced: { callbackId: predecessor.id, ...known } };
}
