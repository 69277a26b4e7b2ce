// Which of many entries are on the page. Pure.

/** So many entries are drawn at first, and added when somebody comes to an edge. */
const STEP = 50;
/** No more are drawn at once. */
const MOST = 200;

type Keyed = { readonly key: number };

export class EntryWindow {
  /** The first entry that is drawn; null for as many as fit before the last. */
  #first: number | null = null;
  /** The last entry that is drawn; null for the newest. */
  #last: number | null = null;

  /** True if the newest entry is drawn. */
  get atEnd(): boolean {
    return this.#last === null;
  }

  /**
   * The entries to draw.
   * @param following true if the newest ones are in sight: then older ones give way to them, and otherwise new ones wait
   */
  of<T extends Keyed>(entries: readonly T[], following: boolean): readonly T[] {
    if (following) this.#last = null;
    let { from, to } = this.#range(entries);
    if (to - from > MOST && following) {
      this.#first = null;
      from = Math.max(0, to - STEP);
    } else if (to - from > MOST) to = from + MOST;
    this.#set(entries, from, to, following && this.#first === null);
    return entries.slice(from, to);
  }

  /** Older entries, and fewer of the newest if they become too many. False if there are none. */
  up(entries: readonly Keyed[]): boolean {
    const { from, to } = this.#range(entries);
    if (from === 0) return false;
    const first = Math.max(0, from - STEP);
    this.#set(entries, first, Math.min(to, first + MOST), false);
    return true;
  }

  /** Newer entries, and fewer of the oldest if they become too many. False if the newest are drawn. */
  down(entries: readonly Keyed[]): boolean {
    const { from, to } = this.#range(entries);
    if (to === entries.length) return false;
    const last = Math.min(entries.length, to + STEP);
    this.#set(entries, Math.max(from, last - MOST), last, false);
    return true;
  }

  /** The newest entries. */
  toEnd(): void {
    this.#first = this.#last = null;
  }

  #range(entries: readonly Keyed[]): { from: number; to: number } {
    const last = this.#last === null ? -1 : entries.findIndex(({ key }) => key === this.#last);
    const to = last < 0 ? entries.length : last + 1;
    const first = this.#first === null ? -1 : entries.findIndex(({ key }) => key === this.#first);
    return { from: first < 0 || first >= to ? Math.max(0, to - STEP) : first, to };
  }

  #set(entries: readonly Keyed[], from: number, to: number, sliding: boolean): void {
    this.#first = sliding ? null : (entries[from]?.key ?? null);
    this.#last = to === entries.length ? null : (entries[to - 1]?.key ?? null);
  }
}
