import { EnsError, reason } from "../ens/errors";
import { InitializationFailed } from "./initialization-failed";

/**
 * The state of an object while a `create` or an `update` works on it. Each step records what took effect, or may have,
 * so that a failure later on leaves the truth in the state and not the state before.
 */
export class Progress<State extends object> {
  readonly #noun: string;
  readonly #id: string;
  #state: State;
  /** Whether the state says something that the stored one does not. */
  #recorded: boolean;

  /** `created`: the object is new to the state, so that every failure keeps it. */
  constructor(noun: string, id: string, state: State, created: boolean) {
    this.#noun = noun;
    this.#id = id;
    this.#state = state;
    this.#recorded = created;
  }

  get state(): State {
    return this.#state;
  }

  /** Something took effect, or may have. */
  record(state: State): void {
    this.#state = state;
    this.#recorded = true;
  }

  /** Something became known that is no reason to keep a state by itself. */
  learn(state: State): void {
    this.#state = state;
  }

  /** The object is kept as it is now, and the run fails with this message. */
  partialFailureError(message: string, cause?: unknown): InitializationFailed {
    return new InitializationFailed(this.#id, this.#state, message, { cause });
  }

  /** Does the work and returns the state after it. A failure after something took effect is a partial one. */
  async finish(work: () => Promise<void>): Promise<State> {
    try {
      await work();
      return this.#state;
    } catch (cause) {
      if (cause instanceof InitializationFailed || !this.#recorded) throw cause;
      const gone = cause instanceof EnsError && cause.gone;
      const next = gone ? "run 'pulumi up --refresh' to see whether it is gone" : "run 'pulumi up' again";
      throw this.partialFailureError(
        `${this.#noun} ${this.#id} exists but is not as asked: ${reason(cause)}; ${next}`,
        cause,
      );
    }
  }
}
