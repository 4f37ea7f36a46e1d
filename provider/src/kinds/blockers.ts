import type { Run } from "../run/run";
import { looksGenerated } from "./names";

/** What stands in the way of a delete, as a person would look for it. */
export interface Blocker {
  readonly id: string;
  readonly name: string;
}

/** More than these are a list of lines. */
const IN_A_SENTENCE = 3;

/** The object stays in ENS, because its `onDelete` is `retain`. `object` names it. */
export function leaveInEns(run: Run, id: string, object: string): void {
  run.objects.left.add(id);
  run.warn(`${object} stays in ENS, because onDelete is "retain"`);
}

/** All of them by name and id, and whose they are as far as that can be known. */
export function listText(run: Run, blockers: readonly Blocker[]): string {
  const sorted = blockers.toSorted((one, other) => one.name.localeCompare(other.name));
  const named = sorted.map((blocker) => `${blocker.name} (${blocker.id})${originText(run, blocker)}`);
  return named.length > IN_A_SENTENCE ? `\n  ${named.join("\n  ")}\n` : `${named.join(", ")}; `;
}

/** Whether a stack has some of them. */
export function someManaged({ objects }: Run, blockers: readonly Blocker[]): boolean {
  return blockers.some(({ id, name }) => !objects.left.has(id) && (objects.isHeld(id) || looksGenerated(name)));
}

function originText({ objects }: Run, { id, name }: Blocker): string {
  if (objects.deleting.has(id)) return ", whose own delete is under way";
  if (objects.left.has(id)) return ", which this run left in ENS";
  if (objects.isHeld(id)) return " of this stack";
  return looksGenerated(name) ? " made by a stack" : "";
}
