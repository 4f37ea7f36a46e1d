import type { EnsClient } from "../ens/client";
import { isOurs } from "./kind";

/** What stands in the way of a delete, as a person would look for it. */
export interface Blocker {
  readonly id: string;
  readonly name: string;
}

/** More than these are a list of lines. */
const IN_A_SENTENCE = 3;

/** Ids of what the stack has and what it left in ENS, as far as this run was told: one process serves one run. */
const managed = new Set<string>();
const left = new Set<string>();

/** The stack has it. */
export function manages(id: string): void {
  managed.add(id);
}

/** The stack has it no longer, and it stays in ENS, because its `onDelete` is `retain`. `object` names it. */
export function leaves(ens: EnsClient, id: string, object: string): void {
  managed.delete(id);
  left.add(id);
  ens.warn(`${object} stays in ENS, because onDelete is "retain"`);
}

/** All of them by name and id, and whose they are as far as that can be known. */
export function listed(ens: EnsClient, blockers: readonly Blocker[]): string {
  const sorted = blockers.toSorted((one, other) => one.name.localeCompare(other.name));
  const named = sorted.map((blocker) => `${blocker.name} (${blocker.id})${origin(ens, blocker)}`);
  return named.length > IN_A_SENTENCE ? `\n  ${named.join("\n  ")}\n` : `${named.join(", ")}; `;
}

/** Whether a stack has some of them. */
export function someManaged(blockers: readonly Blocker[]): boolean {
  return blockers.some(({ id, name }) => managed.has(id) || (isOurs(name) && !left.has(id)));
}

function origin(ens: EnsClient, { id, name }: Blocker): string {
  if (ens.deleting.has(id)) return ", whose own delete is under way";
  if (left.has(id)) return ", which this run left in ENS";
  if (managed.has(id)) return " of this stack";
  return isOurs(name) ? " made by a stack" : "";
}
