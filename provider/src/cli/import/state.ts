import { textOf, typeOf } from "../../resources/frozen";
import type { Plan } from "./plan";

/**
 * Returns the file for `pulumi import --file`, with the inputs and outputs that the resources would have if the program had
 * created them. The file contains no secret. Source: Pulumi's import file format.
 */
export function stateText({ groups }: Plan): string {
  const resources = groups.flatMap(({ callback, subscriptions }) => [
    ...(callback === undefined ? [] : [entry("Callback", callback.resource, callback.found)]),
    ...subscriptions.map(({ resource, found }) => entry("Subscription", resource, found)),
  ]);
  return `${JSON.stringify({ resources }, undefined, 2)}\n`;
}

function entry(
  kind: string,
  name: string,
  { id, described }: { readonly id: string; readonly described: { readonly inputs: object; readonly state: object } },
): object {
  const __provider = textOf(kind);
  const { inputs, state } = described;
  return { type: typeOf(kind), name, id, inputs: { ...inputs, __provider }, outputs: { ...state, __provider } };
}
