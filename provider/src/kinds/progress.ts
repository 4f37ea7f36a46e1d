import { EnsError, reason } from "../ens/errors";
import { InitializationFailed } from "./initialization-failed";

/**
 * The state of an object during a `create` or an `update`. Each step records what took effect or may have taken effect,
 * so that the state is correct even if a later step fails.
 */
export class Progress<State extends object> {
  readonly #noun: string;
  readonly #id: string;
  #state: State;
  /** Whether a failure must store this state, because it differs from the stored state. */
  #recorded: boolean;

  /** `created`: the object is not in the stored state, so that every failure must store it. */
  constructor(noun: string, id: string, state: State, created: boolean) {
    this.#noun = noun;
    this.#id = id;
    this.#state = state;
    this.#recorded = created;
  }

  get state(): State {
    return this.#state;
  }

  /** Records the state after a step that took effect or may have taken effect. */
  record(state: State): void {
    this.#state = state;
    this.#recorded = true;
  }

  /** Updates the state with a fact that alone is no reason to store the state after a failure. */
  learn(state: State): void {
    this.#state = state;
  }

  /** Returns an error with this message that stores the current state. */
  partialFailureError(message: string, cause?: unknown): InitializationFailed {
    return new InitializationFailed(this.#id, this.#state, message, { cause });
  }

  /** Does the work and returns the state after it. A failure after a recorded step becomes a partial failure. */
  async finish(work: () => Promise<void>): Promise<State> {
    try {
      await work();
      return this.#state;
    } catch (cause) {
      if (cause instanceof InitializationFailed || !this.#recorded) throw cause;
      const gone = cause instanceof EnsError && cause.gone;
      const next = gone
        ? `Run 'pulumi up --refresh' to check whether the ${this.#noun} still exists.`
        : "Run 'pulumi up' again.";
      throw this.partialFailureError(
        `${this.#noun} ${this.#id} exists but does not match the program: ${reason(cause)}\n${next}`,
        cause,
      );
    }
  }
}
