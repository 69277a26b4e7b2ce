// Which name of a conversation counts: the one that people gave here, one that another device gave, or the one in the list. Pure.

/** What is known of a name besides the list. */
interface Known {
  name: string;
  /** When it was last told, in `#now`. */
  at: number;
  /** People gave it here, and the server has not answered yet. */
  isOnItsWay: boolean;
  /** What was heard of other names meanwhile. */
  heard: string | null;
  /** Names that it has replaced. The index can be late, and a list that has one of these is older. */
  readonly former: Set<string>;
  /** Names that people gave here. The server tells this page of them, too, and that can come after the next name. */
  readonly own: Set<string>;
}

export class Names {
  readonly #known = new Map<string, Known>();
  #now = 0;

  /** The name that the page has been told, or undefined if only the list knows it. */
  of(sessionId: string | null): string | undefined {
    return sessionId === null ? undefined : this.#known.get(sessionId)?.name;
  }

  /**
   * People give a session this name. It counts at once, whatever comes until `stored` or `refused`.
   * @param shown the name that the list has
   */
  given(sessionId: string, name: string, shown: string): void {
    const known = this.#tell(sessionId, name, shown);
    [known.isOnItsWay, known.heard] = [true, null];
    known.own.add(name);
  }

  /** The server has the name that was given last. True if another device may have given one since: the list knows. */
  stored(sessionId: string, name: string): boolean {
    const known = this.#tell(sessionId, name, "");
    const isDoubtful = known.heard !== null && known.heard !== name;
    [known.isOnItsWay, known.heard] = [false, null];
    known.own.add(name);
    if (isDoubtful) known.former.clear();
    return isDoubtful;
  }

  /**
   * The server does not take the name that was given last, or did not answer: the list knows which one counts.
   * @param before the name that people saw before
   */
  refused(sessionId: string, before: string): void {
    const known = this.#tell(sessionId, before, "");
    if (known.heard !== null) known.name = known.heard;
    [known.isOnItsWay, known.heard] = [false, null];
    known.former.clear();
  }

  /**
   * The server tells of a name. True if it is not known whether it counts, because it may be of this page and come late: the list knows.
   * @param shown the name that the list has
   */
  told(sessionId: string, name: string, shown: string): boolean {
    const known = this.#known.get(sessionId);
    if (known?.isOnItsWay) {
      if (!known.own.has(name) || known.heard !== null) known.heard = name;
      return false;
    }
    if (known?.own.has(name) && known.name !== name) {
      known.former.delete(name);
      return true;
    }
    this.#tell(sessionId, name, shown);
    return false;
  }

  /** A socket is bound: names can have been told while there was none. */
  bound(): void {
    for (const { former, own } of this.#known.values()) {
      former.clear();
      own.clear();
    }
  }

  /** A list is about to be read. Returns what `read` needs. */
  get now(): number {
    return this.#now;
  }

  /**
   * The list has this name. Returns the one that counts.
   * @param since `now` before the list was asked for: what was told later is newer
   */
  read(sessionId: string, name: string, since: number): string {
    const known = this.#known.get(sessionId);
    if (!known) return name;
    if (known.isOnItsWay || known.at > since || known.former.has(name)) return known.name;
    return (known.name = name); // the name before is not former: this list may be the late one
  }

  clear(): void {
    this.#known.clear();
  }

  #tell(sessionId: string, name: string, shown: string): Known {
    const known = this.#known.get(sessionId) ?? { name: shown, at: 0, isOnItsWay: false, heard: null, former: new Set(), own: new Set() };
    this.#known.set(sessionId, known);
    if (known.name && known.name !== name) known.former.add(known.name);
    known.former.delete(name);
    [known.name, known.at] = [name, ++this.#now];
    return known;
  }
}
