import type { LiveCallback } from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { shownUrl } from "../../ens/shown-url";
import { ownerIn, ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { resourceName } from "../names";
import type { Inputs } from "./schema";

/**
 * Explains why a finished callback at the URL is not changed, and lists the options that fit. A test covers each
 * option. `context` contains sentences about this callback and similar ones.
 */
export function explainTakenUrl(run: Run, inputs: Inputs, found: LiveCallback, context: readonly string[]): string {
  const { callbackId, callbackName, status } = found;
  const object = `callback ${callbackId} (${callbackName})`;
  const stays = `${object} already exists at ${shownUrl(inputs.url)} and was not changed`;
  const own = ownerKey("Callback", inputs.owner);
  const owners = run.objects.holders(callbackId).flatMap(({ owner }) => owner ?? []);
  const other = owners.find((owner) => owner !== own);
  const ways = [
    ...(context.length > 0 ? [TAKE_OVER] : []),
    ...(other === undefined || owners.includes(own ?? "") ? [] : [ownerText(other, run.objects.inProgram.has(other))]),
    ...(other === undefined ? [replacingText(inputs)] : []),
    ...(other === undefined && !owners.includes(own ?? "") ? waysToTakeOver(inputs, found) : []),
  ];
  return `${stays}.${context.length > 0 ? `\n${context.join("\n")}\n` : " "}Options:\n${ways.map((way) => `  - ${way}`).join("\n")}${isVerified(status) ? "" : statusHint(status)}`;
}

const TAKE_OVER =
  "If nobody has the signature key, run 'ENS_RECOVER=take-over pulumi up' once. This callback and all other callbacks of " +
  "the program with generated names keep their ids and subscriptions and get new signature keys. Do not do this in a run " +
  "that replaces the resource, because the state then has the key.";

function ownerText(owner: string, inProgram: boolean): string {
  const name = resourceName(ownerIn(owner));
  if (inProgram)
    return `The resource "${name}" of this program manages it. Set another url here, or remove one of the two resources.`;
  return `The state contains it as the resource "${name}". If that resource was renamed or moved, add \`aliases\` to this one.`;
}

const replacingText = ({ owner }: Inputs) =>
  `If this run replaces ${owner === undefined ? "the resource" : `"${resourceName(owner)}"`} (--replace, pulumi state ` +
  "taint), set the resource option `deleteBeforeReplace: true` for this run, because ENS accepts one callback for a URL.";

/**
 * Returns the options for a callback that is not in the state. It was kept in ENS, removed from the state, left by a
 * run that was interrupted at its last step, or created by somebody else.
 */
function waysToTakeOver({ adopt: asked, generatedName }: Inputs, { callbackName, status }: LiveCallback): string[] {
  const verified = isVerified(status);
  // "ifUnverified" does not adopt a callback with subscriptions.
  const adopt = `adopt: "${verified || asked === "ifUnverified" ? "always" : "ifUnverified"}"`;
  const key = verified
    ? " and its signature key. The resource gets the key only if the state contains it under another name and the run uses " +
      "--refresh"
    : "";
  return [
    `If the resource was renamed or moved in the program, add \`aliases\` to it.`,
    `To manage this callback, set ${adopt} on the resource. The callback keeps its id${key}.`,
    ...(verified && callbackName !== generatedName
      ? [
          "If nobody has the signature key, adopt the callback, run 'pulumi up', raise signatureKeyVersion, and run 'pulumi up' again.",
        ]
      : []),
    "If nobody needs the callback, delete it in Setup, or choose another url.",
  ];
}

const statusHint = (status: string | null | undefined) =>
  `\nENS reports "${status}" for this callback and delivers nothing to it now.`;
