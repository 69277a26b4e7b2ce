// Where somebody reads in a conversation that grows: at its end, which then stays in sight, or further up, where nothing moves.

const NEAR_END_PX = 80;

export class ReadingPlace {
  readonly #list: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #hasNewest: () => boolean;
  /** Where the list was scrolled to when that was last looked at. */
  #top = 0;
  #follows = true;

  /**
   * @param scroller the element that scrolls the list
   * @param hasNewest returns true if the newest entry is in the list
   */
  constructor(list: HTMLElement, scroller: HTMLElement, hasNewest: () => boolean) {
    [this.#list, this.#scroller, this.#hasNewest] = [list, scroller, hasNewest];
    scroller.addEventListener("scroll", () => this.#whenScrolled(), { passive: true });
    // Pictures, formulas and sounds change their height when they come; what comes above the composer, and the keyboard of a phone, leave less room.
    const sizes = new ResizeObserver(() => this.#follows && this.toEnd());
    for (const part of [scroller, ...scroller.children]) sizes.observe(part);
  }

  /** True if the end stays in sight, whatever comes: only somebody who scrolls up leaves it. */
  get follows(): boolean {
    return this.#follows;
  }

  /** Shows the end of the list. */
  toEnd(): void {
    this.#follows = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  /** Changes the list. What somebody reads keeps its place. */
  keep(change: () => void): void {
    if (this.#follows) {
      change();
      return this.toEnd();
    }
    const putBack = this.#lineInSight();
    change();
    putBack();
    if (this.#isAtEnd) this.#follows = true; // a list that fits, such as that of another conversation
  }

  /** Remembers where the first entry in sight is, and returns what puts it back there. Not every browser does so by itself. */
  #lineInSight(): () => void {
    const { top } = this.#scroller.getBoundingClientRect();
    const node = [...this.#list.children].find((child) => child.getBoundingClientRect().bottom > top);
    const place = node?.getBoundingClientRect().top ?? 0;
    return () => {
      const moved = node?.isConnected ? node.getBoundingClientRect().top - place : 0;
      if (Math.abs(moved) >= 0.5) this.#scroller.scrollTop += moved;
    };
  }

  get #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return this.#hasNewest() && scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  /** The end can be out of sight because it has just grown: then nobody has moved up. */
  #whenScrolled(): void {
    const { scrollTop } = this.#scroller;
    const wentUp = scrollTop < this.#top;
    this.#top = scrollTop;
    if (this.#isAtEnd) this.#follows = true;
    else if (wentUp) this.#follows = false;
  }
}
