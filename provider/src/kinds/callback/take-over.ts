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

/** A callback for a resource that had none, and what is known of it. */
export interface Obtained {
  readonly live: LiveCallback;
  /** `created`: it is new and bears a pending name. Otherwise it was there, finished, and is taken over. */
  readonly how: "created" | "adopted" | "taken back" | "taken over";
  /** What the state has to hold of it besides. */
  readonly known: Partial<CallbackState>;
}

/** One that is finished, where it may be taken over; `undefined` where there is none; an error where it may not. */
export async function takeOverFinished(
  run: Run,
  inputs: Inputs,
  listed: readonly LiveCallback[],
): Promise<Obtained | undefined> {
  const found: LiveCallback[] = [];
  // A list may show one that is gone.
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
    throw new Error(`several callbacks at ${shownUrl(inputs.url)} could be adopted: ${all}; delete all but one`);
  }
  const [adopted] = wanted;
  if (adopted !== undefined) {
    const known = adoptedState(run, inputs, adopted);
    return { live: adopted, how: "adopted", known: { ...known, ...replacedBy(run, inputs) } };
  }
  const [first] = found as [LiveCallback, ...LiveCallback[]];
  // One that the state has is being replaced, and its key is known.
  if (run.takesOver && first.callbackName === inputs.generatedName && !run.objects.isHeld(first.callbackId)) {
    announce(run, inputs, first);
    return { live: first, how: "taken over", known: replacedBy(run, inputs) };
  }
  throw new Error(await explainRefusal(run, inputs, first));
}

/** One line for each new key. Hundreds of subscriptions say nothing. */
function announce(
  { warn, objects }: Run,
  { authId: wanted }: Inputs,
  { callbackId, callbackName, authId }: LiveCallback,
) {
  objects.announced.add(callbackId);
  const kept = "subscriptions that this stack made for it stay and are taken over, too";
  warn(
    `callback ${callbackId} (${callbackName}) is taken over and gets a new signature key: update its receiver; ${kept}`,
  );
  if (!authId || authId === wanted || objects.isHeld(authId)) return;
  // The killed run may have made it, or the program named another one before: nothing proves whose it is.
  const whose = "if the killed run made it, nothing uses it now; note its id, because ENS cannot list schemes";
  warn(
    `auth scheme ${authId}, which callbacks had that are taken over, is replaced on them and stays in ENS: ${whose}`,
  );
}

/** Somebody else's callback at our url, as the program says. */
async function mayAdopt(run: Run, inputs: Inputs, found: LiveCallback): Promise<boolean> {
  if (isOfAnother(run, inputs, found)) return false;
  if (inputs.adopt === "always") return true;
  if (inputs.adopt !== "ifUnverified" || isVerified(found.status)) return false;
  return (await countSubscriptions(run, found.callbackId)) === 0;
}

/** Another resource of this program has it, as far as this run was told. */
function isOfAnother({ objects }: Run, { owner }: Inputs, { callbackId }: LiveCallback): boolean {
  const own = ownerKey("Callback", owner);
  if (objects.creating.has(callbackId)) return objects.creating.get(callbackId) !== own;
  return objects
    .holders(callbackId)
    .some((holder) => holder.owner !== undefined && holder.owner !== own && objects.inProgram.has(holder.owner));
}

/** The version is only recorded: what it means is the next change. The key comes along where another entry has it. */
function adoptedState(
  run: Run,
  { signatureKeyVersion }: Inputs,
  { callbackId, status }: LiveCallback,
): Partial<CallbackState> {
  const known = run.objects.holders(callbackId).find(({ key }) => key !== undefined)?.key;
  const key: KnownKey = { ...known, signatureKeyVersion };
  return known === undefined && isVerified(status) ? { ...key, adopted: true } : key;
}

/** What the engine will delete because this takes its place, so that a program that is taken back can have it again. */
export function replacedBy(run: Run, { owner }: Inputs): Partial<CallbackState> {
  const predecessor = run.objects.predecessorOf(ownerKey("Callback", owner));
  if (predecessor === undefined || run.objects.deleted.has(predecessor.id)) return {};
  const facts = REPLACED_FACTS.map((name) => [name, predecessor.state[name]] as const);
  const known = Object.fromEntries(facts.filter(([, value]) => value !== undefined));
  return { replaced: { callbackId: predecessor.id, ...known } };
}
