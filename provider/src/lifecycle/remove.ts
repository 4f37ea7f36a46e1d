import { poll, READ_LAG_MS } from "../ens/poll";
import type { Kind, Values } from "../kinds/kind";
import { looksGenerated } from "../kinds/names";
import { type Holder, ownerKey } from "../run/objects";
import type { Run } from "../run/run";
import { askAndThrowIfOtherUnit } from "./business-unit";
import { generatedNameOf } from "./generated-name";
import { holderOf } from "./holder";

/**
 * Deletes the object of an entry of the state, unless another entry manages the object, too. The engine deletes removed
 * resources after it has created all others. Another resource may have adopted the object by then and would lose it.
 */
export async function remove(kind: Kind, run: Run, id: string, state: Values): Promise<void> {
  await askAndThrowIfOtherUnit(run, state);
  const holder = holderOf(kind, state);
  const others = run.objects.release(id, holder.stamp);
  if (others.length > 0) {
    run.warn(keptMessage(kind, id, state, others));
    return;
  }
  try {
    await throwUnlessOwn(kind, run, id, state);
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
  const kept = `${kind.noun} ${id} (${kind.label(state)}) stays in ENS, because ${who} manages it now`;
  const losesKey = state.signatureKey !== undefined && others.every(({ key }) => key?.signatureKey === undefined);
  if (!losesKey) return kept;
  const advice =
    "Receivers that have the key still work. To store a signature key in the state again, increase signatureKeyVersion " +
    "of the resource that manages it.";
  return `${kept}. Its signature key was only in the state of this resource and is no longer stored. ${advice}`;
}

/**
 * Rejects when the object has a name that another resource generated. That resource may have adopted the object in a run
 * that is not known here. The format of a name never causes a delete, but it is sufficient to prevent one.
 */
async function throwUnlessOwn(kind: Kind, run: Run, id: string, state: Values): Promise<void> {
  const { named } = kind;
  if (named === undefined || kind.findName === undefined) return;
  const own = [state[named.property], generatedNameOf(kind, state), state.pendingName];
  const find = (fresh: boolean) => kind.findName?.(run, id, state, fresh).catch(() => undefined);
  const mayDelete = (shown: string | undefined) => shown === undefined || own.includes(shown) || !looksGenerated(shown);
  let shown = await find(false);
  if (mayDelete(shown)) return;
  // ENS may show a new name with a delay.
  await poll(run, READ_LAG_MS, `ENS to show the name of ${kind.noun} ${id}`, async () => {
    shown = await find(true);
    return mayDelete(shown) ? true : undefined;
  });
  if (mayDelete(shown)) return;
  throw new Error(
    `its name is now ${shown}, which another resource generates, so it may belong to that resource and was not deleted. ` +
      "Run 'pulumi up' for the whole stack. If another resource manages the object, run 'pulumi state delete' for this entry.",
  );
}
