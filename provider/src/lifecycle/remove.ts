import { poll, READ_LAG_MS } from "../ens/poll";
import type { Kind, Values } from "../kinds/kind";
import { looksGenerated } from "../kinds/names";
import { type Holder, ownerKey } from "../run/objects";
import type { Run } from "../run/run";
import { askAndRefuseOtherUnit } from "./business-unit";
import { generatedNameOf } from "./generated-name";
import { holderOf } from "./holder";

/**
 * Deletes the object of an entry of the state, unless another entry holds it, too: then only the entry goes. The engine
 * deletes what left the program after it created everything else, so that an object which another resource has taken over
 * by then would be deleted under it.
 */
export async function remove(kind: Kind, run: Run, id: string, state: Values): Promise<void> {
  await askAndRefuseOtherUnit(run, state);
  const holder = holderOf(kind, state);
  const others = run.objects.release(id, holder.stamp);
  if (others.length > 0) {
    run.warn(keptMessage(kind, id, state, others));
    return;
  }
  try {
    await refuseUnlessOwn(kind, run, id, state);
    await kind.delete(run, id, state);
  } catch (error) {
    run.objects.hold(id, holder);
    throw error;
  }
}

function keptMessage(kind: Kind, id: string, state: Values, others: readonly Holder[]): string {
  const own = ownerKey(kind.name, state.owner);
  const who =
    own !== undefined && others.every(({ owner }) => owner === own)
      ? "its replacement"
      : "another resource of this stack";
  const kept = `${kind.noun} ${id} (${kind.label(state)}) stays in ENS: ${who} has it now`;
  const loses = state.signatureKey !== undefined && others.every(({ key }) => key?.signatureKey === undefined);
  if (!loses) return kept;
  const way = "receivers that have it go on working; to have a key in the state again, raise signatureKeyVersion there";
  return `${kept}. Its signature key was in the state of this resource only and goes with it: ${way}`;
}

/**
 * Another resource of ours may have taken the object over in a run that this one knows nothing of: it then bears a name
 * that another resource generated. The form of a name never causes a delete, but it is good enough to stop one.
 */
async function refuseUnlessOwn(kind: Kind, run: Run, id: string, state: Values): Promise<void> {
  const { named } = kind;
  if (named === undefined || kind.findName === undefined) return;
  const own = [state[named.property], generatedNameOf(kind, state), state.pendingName];
  const find = (fresh: boolean) => kind.findName?.(run, id, state, fresh).catch(() => undefined);
  const mayDelete = (shown: string | undefined) => shown === undefined || own.includes(shown) || !looksGenerated(shown);
  let shown = await find(false);
  if (mayDelete(shown)) return;
  // A rename may show late.
  await poll(run, READ_LAG_MS, `ENS to show the name of ${kind.noun} ${id}`, async () => {
    shown = await find(true);
    return mayDelete(shown) ? true : undefined;
  });
  if (mayDelete(shown)) return;
  const other = `it is called ${shown} now, which is a name that another resource generates`;
  const ways =
    "run 'pulumi up' for the whole stack, or 'pulumi state delete' for this entry if another resource has it";
  throw new Error(`${other}, so it may belong to that one and is not deleted; ${ways}`);
}
