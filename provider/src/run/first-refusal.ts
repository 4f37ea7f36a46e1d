/**
 * The first callback of a run about which only a person can decide. All others like it wait for the same decision, so that
 * the run creates no more callbacks after it.
 */
export class FirstRefusal {
  /** How messages call it; `undefined` as long as there is none. */
  callback: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** Resolves when nobody looks any more. Who fails earlier would end the run before the first refusal is put into words. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /** Looks at callbacks one after the other: those that are looked at together would all be refused at length. */
  inTurn<T>(look: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(look);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
