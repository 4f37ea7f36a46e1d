import { z } from "zod";
import type { callback } from "../../properties/callback";
import type { InputsOf, StateOf } from "../../properties/derived-types";
import { verificationKey } from "../../verification/read-key";

/** The checks of the types that have one of their own. */
export const forms = { verificationKey, paths: z.array(z.string()) };

/** What a program asks for, with defaults and the name. `generatedName` is there when the program gives no name. */
export type Inputs = InputsOf<typeof callback> & { generatedName?: string | undefined };
export type CallbackState = StateOf<typeof callback>;

/** Nobody can verify it any more, so that it never takes a subscription. */
export function isUnverifiable({ verificationKeyLost, verifiedAt }: CallbackState): boolean {
  return verificationKeyLost === true && verifiedAt === undefined;
}
