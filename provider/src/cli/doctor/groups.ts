import { EnsError, reason } from "../../ens/errors";
import { checkCallbacks } from "./delivery";
import { checkKey } from "./key";
import { checkPermissions } from "./permissions";
import { checkReceivers } from "./receivers";
import { failed, type Result, skipped } from "./result";
import { checkSettings } from "./settings";
import { checkBusinessUnit, checkClock, checkToken } from "./sign-in";
import type { Visit } from "./visit";

/** Checks of one matter, under an id for `--only` and `--skip`. */
export interface Group {
  readonly id: string;
  /** What is checked, in half a sentence. */
  readonly title: string;
  /** Groups after whose failure this one would say nothing. */
  readonly needs: readonly string[];
  check(visit: Visit): Promise<Result[]>;
}

const SIGNED_IN = ["settings", "token", "business-unit"];

export const GROUPS: readonly Group[] = [
  { id: "settings", title: "each setting, and where it comes from", needs: [], check: checkSettings },
  { id: "token", title: "whether ENS gives a token", needs: ["settings"], check: checkToken },
  { id: "clock", title: "whether the clock of this machine is right", needs: ["settings", "token"], check: checkClock },
  { id: "business-unit", title: "which business unit it is", needs: ["settings", "token"], check: checkBusinessUnit },
  { id: "permissions", title: "which permissions the package has", needs: SIGNED_IN, check: checkPermissions },
  { id: "receivers", title: "DNS and TLS of each callback's host", needs: SIGNED_IN, check: checkReceivers },
  { id: "callbacks", title: "which callbacks get nothing", needs: SIGNED_IN, check: checkCallbacks },
  { id: "key", title: "the form of a signature key in a file", needs: [], check: checkKey },
];

export interface GroupResult extends Result {
  readonly group: string;
}

/** Runs those groups, and those that they need, which show only when they fail. */
export async function runGroups(visit: Visit, wanted: readonly string[]): Promise<GroupResult[]> {
  const results: GroupResult[] = [];
  const needed = new Set([...wanted, ...GROUPS.filter(({ id }) => wanted.includes(id)).flatMap(({ needs }) => needs)]);
  const broken = new Set<string>();
  for (const group of GROUPS.filter(({ id }) => needed.has(id))) {
    visit.terminal.progress(group.title);
    const own = await resultsOf(group, visit, broken);
    if (own.some(({ status }) => status === "failed")) broken.add(group.id);
    const shown = wanted.includes(group.id) ? own : own.filter(({ status }) => status === "failed");
    results.push(...shown.map((result) => ({ group: group.id, ...result })));
  }
  return results;
}

async function resultsOf({ id, needs, check }: Group, visit: Visit, broken: ReadonlySet<string>): Promise<Result[]> {
  const need = needs.find((each) => broken.has(each));
  if (need !== undefined) return [skipped(id, `It needs ${need}, which failed.`)];
  try {
    return await check(visit);
  } catch (error) {
    const isRefused = error instanceof EnsError && (error.status === 401 || error.status === 403);
    const text = `It could not be checked: ${reason(error)}.`;
    if (isRefused) return [skipped(id, text)]; // the permissions say what is missing
    return [failed(id, text, "Try again later, and check the network.")];
  }
}
