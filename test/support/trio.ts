import type { Exported } from "./engine";
import { CREDENTIALS, type World } from "./world";

/** Declarations that a program with trios needs. */
export const LOGIN = { grantType: "client_credentials", authUrl: "https://login.example.org/token", ...CREDENTIALS };
export const at = (name: string) => `https://hooks.example.org/${name}`;
export const TRIO_HEAD = `
  const login = ${JSON.stringify(LOGIN)};
  const at = (name) => "https://hooks.example.org/" + name;`;

/**
 * Returns a part of a program with one resource of each kind: `<name>-idp`, `<name>` and `<name>-sub`, with the same
 * resource options. `v` changes scope, batch size and filter. `callback` replaces arguments and options of the
 * callback.
 */
export function trio(
  name: string,
  v: number,
  options = "",
  callback: { readonly args?: string; readonly options?: string } = {},
): string {
  const selection = `eventCategoryTypes: ["TransactionalSendEvents.EmailBounced"], filters: { definitionKey: "${name}-${v}" }`;
  return `
    const ${name}Idp = new ens.AuthScheme("${name}-idp", { ...login, scope: "${name} ${v}" }, { ${options} });
    const ${name} = new ens.Callback(
      "${name}",
      { url: at("${name}"), authScheme: ${name}Idp, maxBatchSize: ${100 * v}, ${callback.args ?? ""} },
      { ${options}${options && ", "}${callback.options ?? ""} });
    new ens.Subscription("${name}-sub", { callback: ${name}, ${selection} }, { ${options} });`;
}

/** The names of the resources of trios. */
export const namesOf = (...trios: string[]) => trios.flatMap((name) => [`${name}-idp`, name, `${name}-sub`]);

type Live = Readonly<Record<string, unknown>>;
export const idOf = ({ subscriptionId, callbackId, authId }: Live) => String(subscriptionId ?? callbackId ?? authId);

/** Lists all objects in ENS. */
export async function objectsIn(world: World): Promise<Live[]> {
  const { authentications, callbacks, subscriptions } = await world.simulator.admin.state();
  return [...authentications, ...callbacks, ...subscriptions].map((each) => ({ ...each }));
}

/** The resources of the state by name, each with its object in ENS. */
export type Seen = Readonly<Record<string, Exported & { readonly live: Live | undefined }>>;

export async function look(world: World): Promise<Seen> {
  const byId = new Map((await objectsIn(world)).map((each) => [idOf(each), each]));
  const { resources } = await world.stack.stored();
  const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);
  return Object.fromEntries(resources.map((each) => [nameOf(each.urn), { ...each, live: byId.get(each.id) }]));
}

export const liveOf = (seen: Seen, names: readonly string[]) => names.map((name) => seen[name]?.live);
export const idsOf = (seen: Seen, names: readonly string[]) => names.map((name) => seen[name]?.id);
