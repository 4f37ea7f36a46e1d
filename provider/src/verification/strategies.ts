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

/** The options of each strategy, checked and with defaults. */
export type OptionsByStrategy = {
  readonly [Word in Strategy]: { readonly strategy: Word } & InputsOf<(typeof tables)[Word]>;
};
export type VerificationOptions = OptionsByStrategy[Strategy];

/** How each strategy gets at the verification key. The compiler misses one that a table has and this registry has not. */
const strategies: {
  readonly [Word in Strategy]: (
    options: OptionsByStrategy[Word],
    target: Target,
  ) => KeySource | undefined | Promise<KeySource>;
} = { receiver, pull, file, command, listener, manual, none };

/** Opens the source of the verification key; `undefined` when the callback shall stay unverified. */
export async function openKeySource<Word extends Strategy>(
  options: OptionsByStrategy[Word],
  target: Target,
): Promise<KeySource | undefined> {
  return strategies[options.strategy](options, target);
}

/** How long to wait: no time at all where a person, or nobody, gives the key. In milliseconds. */
export function waitingTime(options: VerificationOptions): number {
  return "timeout" in options ? durationOf(options.timeout) : 0;
}
