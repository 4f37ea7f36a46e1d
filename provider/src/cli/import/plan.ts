import { identifier, Names, slug } from "./names";
import type { Found, FoundCallback, FoundSubscription } from "./unit";

export type Described<T> = T extends Found<infer _Description> ? T & Required<Pick<T, "described">> : never;

/** A resource of the program, under its name there. */
export interface PlannedSubscription {
  readonly resource: string;
  readonly found: Described<FoundSubscription>;
}
export interface PlannedCallback {
  readonly resource: string;
  /** Variable that subscriptions refer to. */
  readonly variable: string;
  /** Constant with the id of the auth scheme. */
  readonly scheme?: string;
  readonly found: Described<FoundCallback>;
}
/** One callback with its subscriptions. `callback` is absent when no resource can describe the callback. */
export interface Group {
  readonly of: FoundCallback;
  readonly callback?: PlannedCallback;
  readonly subscriptions: readonly PlannedSubscription[];
}
export interface Plan {
  /** Ids of auth schemes by the names of their constants. */
  readonly schemes: ReadonlyMap<string, string>;
  readonly groups: readonly Group[];
}

/** Assigns safe, unique and reproducible names to all objects that a resource can describe. */
export function planProgram(callbacks: readonly FoundCallback[]): Plan {
  const resources = new Names();
  const variables = new Names();
  const schemes = new Map<string, string>();
  const constantOf = (authId: string): string => {
    const known = [...schemes].find(([, id]) => id === authId)?.[0];
    if (known !== undefined) return known;
    const name = variables.take(["authSchemeId"], "");
    schemes.set(name, authId);
    return name;
  };
  for (const { described } of callbacks)
    if (described?.inputs.authId !== undefined) constantOf(described.inputs.authId);
  const planned = callbacks.map((of): Pick<Group, "of" | "callback"> => {
    if (!isDescribed(of)) return { of };
    const resource = resources.take([slug(of.name, "callback")], "-");
    const variable = variables.take([identifier(resource, "callback")], "_");
    const { authId } = of.described.inputs;
    const scheme = authId === undefined ? {} : { scheme: constantOf(authId) };
    return { of, callback: { resource, variable, found: of, ...scheme } };
  });
  const groups = planned.map(({ of, callback }) => ({
    of,
    ...(callback === undefined ? {} : { callback }),
    subscriptions: of.subscriptions.filter(isDescribed).map((found) => {
      const name = slug(found.name, "subscription");
      return { resource: resources.take([name, qualifiedName(of.name, callback?.resource, name)], "-"), found };
    }),
  }));
  return { schemes, groups };
}

/** Returns a resource name for a subscription that contains the name of its callback once. */
function qualifiedName(callbackName: string, resource: string | undefined, name: string): string {
  const own = slug(callbackName, "callback");
  const rest = name.startsWith(`${own}-`) ? name.slice(own.length + 1) : name;
  return slug(`${resource ?? own}-${rest}`, name);
}

function isDescribed<T extends FoundCallback | FoundSubscription>(
  found: T,
): found is T & Required<Pick<T, "described">> {
  return found.described !== undefined;
}
