import { z } from "zod";
import type { callback } from "../../properties/callback";
import type { InputsOf, StateOf } from "../../properties/derived-types";
import { verificationKey } from "../../verification/read-key";

/** Checks of the types that have their own check. */
export const forms = { verificationKey, paths: z.array(z.string()) };

/** Inputs of a program with defaults and the name. `generatedName` is set if the program sets no name. */
export type Inputs = InputsOf<typeof callback> & { generatedName?: string | undefined };
export type CallbackState = StateOf<typeof callback>;

/** Whether the callback can no longer be verified, so that it will never accept a subscription. */
export function isUnverifiable({ verificationKeyLost, verifiedAt }: CallbackState): boolean {
  return verificationKeyLost === true && verifiedAt === undefined;
}
