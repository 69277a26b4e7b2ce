// Requests that change the same thing: the server gets them in the order in which people wanted them, and only what becomes of the last one counts. Pure.

/** What has become of a request. */
export type Outcome<T> = { value: T; failure: null } | { value: null; failure: Error };

export class Turns {
  /** The last request about each thing, while it is under way. */
  readonly #last = new Map<string, Promise<Outcome<unknown>>>();

  /** Makes a request after those before it about the same thing. Null if people want something else meanwhile. */
  async take<T>(thing: string, ask: () => Promise<T>): Promise<Outcome<T> | null> {
    const turn: Promise<Outcome<T>> = Promise.resolve(this.#last.get(thing))
      .then(ask)
      .then(
        (value) => ({ value, failure: null }),
        (failure: Error) => ({ value: null, failure }),
      );
    this.#last.set(thing, turn);
    const outcome = await turn;
    if (this.#last.get(thing) !== turn) return null;
    this.#last.delete(thing);
    return outcome;
  }
}
