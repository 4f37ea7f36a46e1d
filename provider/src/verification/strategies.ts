import type { InputsOf } from "../properties/derived-types";
import type { Strategy, strategies as tables } from "../properties/verification";
import { durationOf } from "../validation/duration";
import { command } from "./command";
import { file } from "./file";
import { listener } from "./listener";
import { manual } from "./manual";
import { none } from "./none";
import { pull } from "./pull";
import { receiver } from "./receiver";
import type { KeySource, Target } from "./strategy";

/** Options of each strategy, validated and with defaults. */
export type OptionsByStrategy = {
  readonly [Name in Strategy]: { readonly strategy: Name } & InputsOf<(typeof tables)[Name]>;
};
export type VerificationOptions = OptionsByStrategy[Strategy];

/** How each strategy gets the verification key. A strategy that is missing here does not compile. */
const strategies: {
  readonly [Name in Strategy]: (
    options: OptionsByStrategy[Name],
    target: Target,
  ) => KeySource | undefined | Promise<KeySource>;
} = { receiver, pull, file, command, listener, manual, none };

/** Opens the source of the verification key. Resolves with `undefined` when the callback stays unverified. */
export async function openKeySource<Name extends Strategy>(
  options: OptionsByStrategy[Name],
  target: Target,
): Promise<KeySource | undefined> {
  return strategies[options.strategy](options, target);
}

/** Returns how long to wait for the verification, in milliseconds; 0 when a person or nobody provides the key. */
export function waitingTime(options: VerificationOptions): number {
  return "timeout" in options ? durationOf(options.timeout) : 0;
}
