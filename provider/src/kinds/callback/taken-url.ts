import type { LiveCallback } from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { shownUrl } from "../../ens/shown-url";
import { ownerIn, ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { resourceName } from "../names";
import type { Inputs } from "./schema";

/**
 * Why a finished callback at the url is left alone, and the ways out that fit it. Each of them is followed by a test.
 * `context` are sentences about it and those like it.
 */
export function explainTakenUrl(run: Run, inputs: Inputs, found: LiveCallback, context: readonly string[]): string {
  const { callbackId, callbackName, status } = found;
  const object = `callback ${callbackId} (${callbackName})`;
  const stays = `${object} exists at ${shownUrl(inputs.url)} already, and is neither deleted nor given another key`;
  const own = ownerKey("Callback", inputs.owner);
  const owners = run.objects.holders(callbackId).flatMap(({ owner }) => owner ?? []);
  const other = owners.find((owner) => owner !== own);
  const ways = [
    ...(context.length > 0 ? [TAKE_OVER] : []),
    ...(other === undefined || owners.includes(own ?? "") ? [] : [ownerText(other, run.objects.inProgram.has(other))]),
    ...(other === undefined ? [replacingText(inputs)] : []),
    ...(other === undefined && !owners.includes(own ?? "") ? waysToTakeOver(inputs, found) : []),
  ];
  return `${stays}.${context.length > 0 ? `\n${context.join("\n")}\n` : " "}Ways out:\n${ways.map((way) => `  - ${way}`).join("\n")}${isVerified(status) ? "" : statusHint(status)}`;
}

const TAKE_OVER =
  "If nobody has its key, run this once: ENS_RECOVER=take-over pulumi up. It and all others with such names that the " +
  "program has keep their ids and subscriptions, and get new signature keys. Not for a run that replaces the resource, " +
  "because the state has the key then.";

function ownerText(owner: string, inProgram: boolean): string {
  const name = resourceName(ownerIn(owner));
  if (inProgram)
    return `The resource "${name}" of this program has it. Give this one another url, or remove one of the two.`;
  return `The state has it as the resource "${name}". If that was renamed or moved, give this one \`aliases\`.`;
}

const replacingText = ({ owner }: Inputs) =>
  `If this run replaces ${owner === undefined ? "the resource" : `"${resourceName(owner)}"`} (--replace, pulumi state ` +
  "taint), give it the resource option `deleteBeforeReplace: true` for this run: ENS has one callback for a url.";

/** It was retained, taken out of the state, left by a run that was killed at its last step, or made by somebody else. */
function waysToTakeOver({ adopt: asked, generatedName }: Inputs, { callbackName, status }: LiveCallback): string[] {
  const verified = isVerified(status);
  // One with subscriptions is not taken over by ifUnverified.
  const adopt = `adopt: "${verified || asked === "ifUnverified" ? "always" : "ifUnverified"}"`;
  const key = verified
    ? ", and its key stays with those who have it; with --refresh, a key that the state has under another name comes along"
    : "";
  return [
    `If the resource was renamed or moved in the program, give it \`aliases\`.`,
    `To manage this callback here, give the resource ${adopt}: it keeps its id${key}.`,
    ...(verified && callbackName !== generatedName
      ? ["If nobody has its key, adopt it, run 'pulumi up', raise signatureKeyVersion and run 'pulumi up' again."]
      : []),
    "If nobody needs it, delete it in Setup, or choose another url.",
  ];
}

const statusHint = (status: string | null | undefined) =>
  `\nENS says "${status}" of it: nothing is delivered to it now.`;
