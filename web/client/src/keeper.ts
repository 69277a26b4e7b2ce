// Keeps the messages of one person in a store until the server has them.
import type { Entry } from "./entries.ts";
import type { Platform } from "./platform.ts";
import type { OutboxStore, StoredMessage } from "./store.ts";

/** The server remembers a command's id for 24 hours: an older message could take effect twice. People decide about it. */
const OLDEST_TO_SEND_MS = 23 * 60 * 60 * 1000;

/** The first place of a message that is written before the places of the stored ones are known: after all of them. */
const AFTER_STORED = 1e12;

export class Keeper {
  readonly #store: OutboxStore;
  readonly #platform: Platform;
  readonly #token: () => string | null;
  readonly #kept = new Map<string, Pick<StoredMessage, "order" | "writtenAt">>();
  #user: string | null = null;
  #nextOrder = AFTER_STORED;

  /** Counts the people, so that a slow store can tell whether they are still here. */
  #turn = 0;

  /** @param token returns the one in use */
  constructor(store: OutboxStore, platform: Platform, token: () => string | null) {
    this.#store = store;
    this.#platform = platform;
    this.#token = token;
  }

  /**
   * The server has named the user: their messages are kept from now on, and those of everybody else are erased. Returns what was kept earlier,
   * the oldest first.
   * @param unsent returns the messages that were written until then
   */
  async adopt(user: string, unsent: () => readonly Entry[]): Promise<StoredMessage[]> {
    const turn = this.#turn;
    this.#user = user;
    for (const entry of unsent()) this.keep(entry); // at once: the page can go while the store is read
    const own = new Set(this.#kept.keys()); // the client has them, or they are settled by now
    const held = this.#takeHeld(user).filter(({ id }) => !own.has(id));
    const read = await this.#store.open(user);
    if (this.#turn !== turn) return [];
    const stored = [...read, ...held.filter(({ id }) => !read.some((message) => message.id === id))].filter(({ id }) => !own.has(id));
    for (const { id, order, writtenAt } of stored) this.#kept.set(id, { order, writtenAt });
    this.#nextOrder = Math.max(-1, ...stored.map(({ order }) => order)) + 1;
    const later = unsent().filter(({ id }) => id && !stored.some((message) => message.id === id));
    for (const { id } of later) this.#kept.delete(id!);
    for (const entry of later) this.keep(entry);
    const now = this.#platform.date();
    return stored.map((message) => ({ ...message, failed: message.failed || now - message.writtenAt > OLDEST_TO_SEND_MS }));
  }

  /**
   * Keeps a message, or what has become of it, before this returns. A store that fails keeps nothing; the message is in memory all the same. Without
   * a user, the store may hold it for the token.
   */
  keep({ id, text, files, voice, speak, state }: Entry): void {
    if (!id) return;
    const place = this.#kept.get(id) ?? { order: this.#nextOrder++, writtenAt: this.#platform.date() };
    const more = { ...(files && { files }), ...(voice && { voice }), ...(speak && { speak }) };
    const message = { user: this.#user ?? "", id, text, ...more, ...place, failed: state === "failed" };
    const token = this.#token();
    if (this.#user !== null || (token !== null && this.#store.hold)) this.#kept.set(id, place);
    if (this.#user !== null) this.#store.put(message).catch(() => {});
    else if (token !== null) this.#store.hold?.(token, message);
  }

  /** The server has the message, or it was taken back. */
  drop(id: string | undefined): void {
    if (!id || !this.#kept.delete(id)) return;
    if (this.#user === null) this.#store.release?.(id);
    else this.#store.remove(this.#user, id).catch(() => {});
  }

  /** Another person has come. What was kept is erased when the server names them. */
  forget(): void {
    this.#turn++;
    this.#user = null;
    this.#nextOrder = AFTER_STORED;
    this.#kept.clear();
    this.#store.release?.();
  }

  /** The messages that were held for the token of this user become theirs; those of other tokens go. */
  #takeHeld(user: string): StoredMessage[] {
    const token = this.#token();
    const held = ((token !== null && this.#store.held?.(token)) || []).map((message) => ({ ...message, user }));
    for (const message of held) if (!this.#kept.has(message.id)) this.#store.put(message).catch(() => {});
    this.#store.release?.();
    return held;
  }
}
