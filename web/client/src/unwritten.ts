// What a page has handed to the browser's database and the database does not have yet: in the tab's sessionStorage, at once, so that a reload within
// these milliseconds loses nothing. Without a sessionStorage, or with a full one, nothing is kept here.

/** Where the parts of a name end. Ids hold no control characters. */
const END = "\n";

export class Unwritten<T> {
  readonly #place: string;
  readonly #storage: () => Storage | undefined;

  /** @param place keeps these apart from others in the same tab */
  constructor(place: string, storage: () => Storage | undefined = () => globalThis.sessionStorage) {
    this.#place = place + END;
    this.#storage = storage;
  }

  /** @param value null if the database has to remove what it has */
  note(user: string, key: string, value: T | null): void {
    this.#use((storage) => storage.setItem(this.#nameOf(user, key), JSON.stringify(value)));
  }

  /** The database has this value. */
  settle(user: string, key: string, value: T | null): void {
    this.#use((storage) => storage.getItem(this.#nameOf(user, key)) === JSON.stringify(value) && this.drop(user, key));
  }

  drop(user: string, key: string): void {
    this.#use((storage) => storage.removeItem(this.#nameOf(user, key)));
  }

  /** What is kept of a user, by key. */
  of(user: string): Map<string, T | null> {
    const found = new Map<string, T | null>();
    this.#use((storage) => {
      const start = this.#nameOf(user, "");
      for (const name of Object.keys(storage)) if (name.startsWith(start)) found.set(name.slice(start.length), JSON.parse(storage.getItem(name)!) as T | null);
    });
    return found;
  }

  /** Drops what is kept of everybody whom `keeps` does not name. */
  keepOnlyOf(...keeps: string[]): void {
    const starts = keeps.map((user) => this.#nameOf(user, ""));
    this.#use((storage) => {
      for (const name of Object.keys(storage)) if (name.startsWith(this.#place) && !starts.some((start) => name.startsWith(start))) storage.removeItem(name);
    });
  }

  #nameOf(user: string, key: string): string {
    return this.#place + user + END + key;
  }

  #use(work: (storage: Storage) => unknown): void {
    try {
      const storage = this.#storage();
      if (storage) work(storage);
    } catch {
      // People can forbid it, and it can be full.
    }
  }
}
