// Records of people in the browser's IndexedDB, which survive a reload from the moment at which they are put.
import { Unwritten } from "./unwritten.ts";

/** A record that waits for the database; without a value, it is removed there. */
interface Change<T> {
  user: string;
  key: string;
  record: T | null;
}

/** The owner of what was written before the server has named the user: no user has an empty id. */
const NOBODY = "";

export class Records<T extends { user: string }> {
  readonly #database: string;
  readonly #table: string;
  readonly #keyOf: (record: T) => string;
  readonly #keyName: keyof T & string;
  readonly #unwritten: Unwritten<T>;
  readonly #held: Unwritten<{ token: string; record: T }>;
  readonly #waiting = new Map<string, Change<T>>();
  #writing = false;

  /**
   * @param database its name in the browser
   * @param key the property that tells the records of one user apart
   */
  constructor(database: string, table: string, key: keyof T & string) {
    this.#database = database;
    this.#table = table;
    this.#keyName = key;
    this.#keyOf = (record) => String(record[key]);
    this.#unwritten = new Unwritten(database);
    this.#held = new Unwritten(`${database}-held`);
  }

  /** The records of this user. Erases those of everybody else. A database that fails has none. */
  async open(user: string): Promise<T[]> {
    this.#unwritten.keepOnlyOf(user);
    for (const [name, change] of this.#waiting) if (change.user !== user) this.#waiting.delete(name);
    const latest = this.#unwritten.of(user); // an earlier page was not here long enough to have them written
    for (const [key, record] of latest) void this.#write({ user, key, record });
    const all = (await this.#use<T[]>("readonly", (records) => records.getAll()).catch(() => [])) ?? [];
    const others = all.filter((record) => record.user !== user);
    if (others.length > 0) {
      await this.#use("readwrite", (records) => others.forEach((record) => records.delete([record.user, this.#keyOf(record)]))).catch(() => {});
    }
    const written = all.filter((record) => record.user === user && !latest.has(this.#keyOf(record)));
    return [...written, ...[...latest.values()].filter((record) => record !== null)];
  }

  async read(user: string, key: string): Promise<T | undefined> {
    const change = this.#waiting.get(nameOf(user, key));
    const latest = change ? change.record : this.#unwritten.of(user).get(key);
    if (latest !== undefined) return latest ?? undefined;
    return this.#use<T>("readonly", (records) => records.get([user, key])).catch(() => undefined);
  }

  /** The record survives a reload when this returns, and the end of the tab when the promise is done. */
  put(record: T): Promise<void> {
    return this.#change({ user: record.user, key: this.#keyOf(record), record });
  }

  remove(user: string, key: string): Promise<void> {
    return this.#change({ user, key, record: null });
  }

  /**
   * Keeps a record of somebody whom the server has not named yet, in this tab, for whoever comes back with the same token.
   * @param token is kept beside it: only for pages that keep the token in the tab anyway
   */
  hold(token: string, record: T): void {
    this.#held.note(NOBODY, this.#keyOf(record), { token, record });
  }

  /** The records that are held for a token. */
  held(token: string): T[] {
    return [...this.#held.of(NOBODY).values()].flatMap((held) => (held?.token === token ? [held.record] : []));
  }

  /** Drops one record that is held, or all of them. */
  release(key?: string): void {
    if (key === undefined) this.#held.keepOnlyOf();
    else this.#held.drop(NOBODY, key);
  }

  #change(change: Change<T>): Promise<void> {
    this.#unwritten.note(change.user, change.key, change.record);
    return this.#write(change);
  }

  /** While changes are written, only the latest of each record waits. What the database does not take stays in the tab. */
  async #write(next: Change<T>): Promise<void> {
    this.#waiting.set(nameOf(next.user, next.key), next);
    if (this.#writing) return;
    this.#writing = true;
    while (this.#waiting.size > 0) {
      const changes = [...this.#waiting.values()];
      this.#waiting.clear();
      const work = (records: IDBObjectStore) =>
        changes.forEach(({ user, key, record }) => (record === null ? records.delete([user, key]) : records.put(record)));
      const written = await this.#use("readwrite", work).then(() => true, () => false);
      if (written) for (const { user, key, record } of changes) this.#unwritten.settle(user, key, record);
    }
    this.#writing = false;
  }

  /** Opens the database and closes it again: an open connection would keep the page out of the browser's cache for its back button. */
  async #use<R>(mode: IDBTransactionMode, work: (records: IDBObjectStore) => IDBRequest<R> | void): Promise<R | undefined> {
    const opening = indexedDB.open(this.#database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(this.#table, { keyPath: ["user", this.#keyName] });
    const database = await resultOf(opening);
    try {
      const transaction = database.transaction(this.#table, mode);
      const request = work(transaction.objectStore(this.#table));
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
      return request?.result;
    } finally {
      database.close();
    }
  }
}

function nameOf(user: string, key: string): string {
  return `${user}\n${key}`;
}

function resultOf<R>(request: IDBRequest<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
