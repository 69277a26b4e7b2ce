// How long to wait before the next attempt to connect. Pure: the caller brings the clock.

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

export class Backoff {
  readonly #random: () => number;
  #attempt = 0;

  /** The moment that the server has named for the next attempt. */
  #hint: number | null = null;

  /** @param random returns a number from 0 to 1: it spreads the attempts of many clients */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** A connection works: the next delay is the shortest again. */
  reset(): void {
    this.#attempt = 0;
  }

  /**
   * The server has asked to connect at this moment. The next delay follows that.
   * @param moment on the caller's clock, in milliseconds; null takes it back
   */
  hint(moment: number | null): void {
    this.#hint = moment;
  }

  /**
   * Milliseconds until the next attempt. The delay doubles with every attempt, up to half a minute, and is shortened by up to half at random.
   * @param now on the clock of `hint`
   * @param atLeast what the server has asked for in `Retry-After`
   */
  next(now: number, atLeast = 0): number {
    const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt++);
    const hint = this.#hint;
    this.#hint = null;
    return hint === null ? Math.max(atLeast, full * (0.5 + this.#random() / 2)) : Math.max(0, hint - now);
  }
}
