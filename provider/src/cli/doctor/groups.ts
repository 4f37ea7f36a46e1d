import { EnsError, reason } from "../../ens/errors";
import { endSentence } from "../shared/sentence";
import type { Context } from "./context";
import { checkCallbacks } from "./delivery";
import { checkKey } from "./key";
import { checkPermissions } from "./permissions";
import { checkReceivers } from "./receivers";
import { adviceOnRequest, failed, type Result, skipped } from "./result";
import { checkSettings } from "./settings";
import { checkBusinessUnit, checkClock, checkToken } from "./sign-in";

/** A group of related checks. `--only` and `--skip` select it by its id. */
export interface Group {
  readonly id: string;
  /** The subject of the checks, in half a sentence. */
  readonly title: string;
  /** Groups that must not have failed, because this group depends on them. */
  readonly needs: readonly string[];
  check(context: Context): Promise<Result[]>;
}

const SIGNED_IN = ["settings", "token", "business-unit"];

export const GROUPS: readonly Group[] = [
  { id: "settings", title: "each setting and its source", needs: [], check: checkSettings },
  { id: "token", title: "access token", needs: ["settings"], check: checkToken },
  { id: "clock", title: "clock of this machine", needs: ["settings", "token"], check: checkClock },
  { id: "business-unit", title: "business unit of the token", needs: ["settings", "token"], check: checkBusinessUnit },
  { id: "permissions", title: "permissions of the installed package", needs: SIGNED_IN, check: checkPermissions },
  { id: "receivers", title: "DNS and TLS of each receiver", needs: SIGNED_IN, check: checkReceivers },
  { id: "callbacks", title: "callbacks that get no deliveries", needs: SIGNED_IN, check: checkCallbacks },
  { id: "key", title: "format of a signature key in a file", needs: [], check: checkKey },
];

export interface GroupResult extends Result {
  readonly group: string;
}

/** Runs the wanted groups and the groups that they need. Results of the latter are included only when they failed. */
export async function runGroups(context: Context, wanted: readonly string[]): Promise<GroupResult[]> {
  const results: GroupResult[] = [];
  const needed = new Set([...wanted, ...GROUPS.filter(({ id }) => wanted.includes(id)).flatMap(({ needs }) => needs)]);
  const broken = new Set<string>();
  for (const group of GROUPS.filter(({ id }) => needed.has(id))) {
    context.terminal.progress(group.title);
    const own = await resultsOf(group, context, broken);
    if (own.some(({ status }) => status === "failed")) broken.add(group.id);
    const shown = wanted.includes(group.id) ? own : own.filter(({ status }) => status === "failed");
    results.push(...shown.map((result) => ({ group: group.id, ...result })));
  }
  return results;
}

async function resultsOf(
  { id, needs, check }: Group,
  context: Context,
  broken: ReadonlySet<string>,
): Promise<Result[]> {
  const need = needs.find((each) => broken.has(each));
  if (need !== undefined) return [skipped(id, `Not checked, because ${need} failed.`)];
  try {
    return await check(context);
  } catch (error) {
    const isRefused = error instanceof EnsError && (error.status === 401 || error.status === 403);
    const text = `The check did not complete: ${endSentence(reason(error))}`;
    if (isRefused) return [skipped(id, text)]; // the permissions group reports what is missing
    return [failed(id, text, adviceOnRequest(error, "Check the network, and try again later."))];
  }
}
