/**
 * The first existing callback of a run about which a person must decide. All similar callbacks need the same decision, so
 * the run creates no more callbacks after it.
 */
export class FirstRefusal {
  /** Description of the callback for messages; `undefined` before the first refusal. */
  callback: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** Waits until no callback is being examined. An earlier failure would end the run before the first refusal is reported. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /** Examines callbacks one after the other. If they were examined at the same time, each would get the long message. */
  inTurn<T>(examine: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(examine);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
