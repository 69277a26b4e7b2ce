// Keeps the messages of one person in a store until the server has them.
import type { Entry } from "./entries.ts";
import type { Platform } from "./platform.ts";
import type { OutboxStore, StoredMessage } from "./store.ts";

/** The server remembers a command's id for 24 hours: an older message could take effect twice. People decide about it. */
const OLDEST_TO_SEND_MS = 23 * 60 * 60 * 1000;

export class Keeper {
  readonly #store: OutboxStore;
  readonly #platform: Platform;
  readonly #kept = new Map<string, Pick<StoredMessage, "order" | "writtenAt">>();
  #user: string | null = null;
  #nextOrder = 0;

  /** Counts the people, so that a slow store can tell whether they are still here. */
  #turn = 0;

  constructor(store: OutboxStore, platform: Platform) {
    this.#store = store;
    this.#platform = platform;
  }

  /**
   * The server has named the user: their messages are kept from now on, and those of everybody else are erased. Returns what was kept earlier,
   * the oldest first.
   * @param unsent returns the messages that were written until then
   */
  async adopt(user: string, unsent: () => readonly Entry[]): Promise<StoredMessage[]> {
    const turn = this.#turn;
    const stored = await this.#store.open(user);
    if (this.#turn !== turn) return [];
    this.#user = user;
    for (const { id, order, writtenAt } of stored) this.#kept.set(id, { order, writtenAt });
    this.#nextOrder = Math.max(-1, ...stored.map(({ order }) => order)) + 1;
    for (const entry of unsent()) this.keep(entry);
    const now = this.#platform.date();
    return stored.map((message) => ({ ...message, failed: message.failed || now - message.writtenAt > OLDEST_TO_SEND_MS }));
  }

  /** Keeps a message, or what has become of it. A store that fails keeps nothing; the message is in memory all the same. */
  keep({ id, text, files, voice, speak, state }: Entry): void {
    if (!id || this.#user === null) return;
    const place = this.#kept.get(id) ?? { order: this.#nextOrder++, writtenAt: this.#platform.date() };
    this.#kept.set(id, place);
    const more = { ...(files && { files }), ...(voice && { voice }), ...(speak && { speak }) };
    this.#store.put({ user: this.#user, id, text, ...more, ...place, failed: state === "failed" }).catch(() => {});
  }

  /** The server has the message, or it was taken back. */
  drop(id: string | undefined): void {
    if (!id || !this.#kept.delete(id) || this.#user === null) return;
    this.#store.remove(this.#user, id).catch(() => {});
  }

  /** Another person has come. What was kept is erased when the server names them. */
  forget(): void {
    this.#turn++;
    this.#user = null;
    this.#kept.clear();
  }
}
