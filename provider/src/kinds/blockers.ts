import type { Run } from "../run/run";
import { looksGenerated } from "./names";

/** An object that blocks a delete. */
export interface Blocker {
  readonly id: string;
  readonly name: string;
}

/** The largest number of objects in one sentence. A message shows more of them as lines. */
const IN_A_SENTENCE = 3;

/** Records and reports that an object is kept in ENS, because its `onDelete` is `retain`. `object` is its name. */
export function keepInEns(run: Run, id: string, object: string): void {
  run.objects.left.add(id);
  run.warn(`${object} stays in ENS, because onDelete is "retain"`);
}

/** Lists objects by name and id, with their owner if it is known. Ends with ". " or a line break. */
export function listText(run: Run, blockers: readonly Blocker[]): string {
  const sorted = blockers.toSorted((one, other) => one.name.localeCompare(other.name));
  const named = sorted.map((blocker) => `${blocker.name} (${blocker.id})${originText(run, blocker)}`);
  return named.length > IN_A_SENTENCE ? `\n  ${named.join("\n  ")}\n` : `${named.join(", ")}. `;
}

/** Whether a stack manages some of the objects. */
export function someManaged({ objects }: Run, blockers: readonly Blocker[]): boolean {
  return blockers.some(({ id, name }) => !objects.left.has(id) && (objects.isHeld(id) || looksGenerated(name)));
}

function originText({ objects }: Run, { id, name }: Blocker): string {
  if (objects.deleting.has(id)) return ", which is being deleted";
  if (objects.left.has(id)) return ", which this run keeps in ENS";
  if (objects.isHeld(id)) return " managed by this stack";
  return looksGenerated(name) ? " created by a stack" : "";
}
