// Reads the history of a session over REST, for a client that is too far behind to be sent every item (protocol, section 5, "Resume").
import type { Entry } from "./entries.ts";
import type { HistoryMessage, SharedFile } from "./frames.ts";
import type { Platform } from "./platform.ts";
import type { Transcript } from "./transcript.ts";

interface HistoryPage {
  messages: HistoryMessage[];
  /** The place before which there are older messages. */
  next_before_seq?: number;
}

export class HistoryReader {
  readonly #base: URL;
  readonly #token: () => string | null;
  readonly #fetch: Platform["fetch"];
  readonly #window: number | null;
  #readingOlder: { transcript: Transcript; olderBefore: number } | null = null;
  #running: { transcript: Transcript; sessionId: string | null; abort: AbortController } | null = null;

  /**
   * @param base the address under which the server's paths lie
   * @param token returns the token to read with
   * @param window how many messages are read of a conversation of which nothing is here; null for all of them
   */
  constructor(base: URL, token: () => string | null, fetch: Platform["fetch"], window: number | null = null) {
    this.#base = base;
    this.#token = token;
    this.#fetch = fetch;
    this.#window = window;
  }

  /**
   * Brings a transcript up to date. False if the same is under way already, or is no longer wanted.
   * @throws {Error} if the history cannot be read
   */
  async catchUp(transcript: Transcript): Promise<boolean> {
    const { sessionId } = transcript;
    if (this.#running?.transcript === transcript && this.#running.sessionId === sessionId) return false;
    this.cancel();
    const running = (this.#running = { transcript, sessionId, abort: new AbortController() });
    try {
      // The server can ask again while the client reads. The messages of the earlier request are not complete then.
      while (transcript.behind) {
        const reload = transcript.reload;
        const newest = this.#window !== null && transcript.lastSeq === 0;
        const { signal } = running.abort;
        const page = newest ? await this.#readPage(sessionId ?? "", undefined, signal) : null;
        const messages = page?.messages ?? (await this.#read(sessionId ?? "", transcript.lastSeq, signal));
        if (this.#running !== running || transcript.sessionId !== sessionId) return false;
        if (page) transcript.loadNewest(messages, page.next_before_seq ?? null, reload);
        else transcript.load(messages, reload);
      }
      return true;
    } catch (failure) {
      if (this.#running !== running) return false;
      throw failure;
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }

  /**
   * Adds the next older messages. False if there are none, they are on their way already, or are no longer wanted.
   * @throws {Error} if the history cannot be read
   */
  async addOlder(transcript: Transcript): Promise<boolean> {
    const { sessionId, olderBefore } = transcript;
    if (olderBefore === null || sessionId === null) return false;
    if (this.#readingOlder?.transcript === transcript && this.#readingOlder.olderBefore === olderBefore) return false;
    const reading = (this.#readingOlder = { transcript, olderBefore });
    try {
      const page = await this.#readPage(sessionId, olderBefore);
      if (this.#readingOlder !== reading || transcript.sessionId !== sessionId || transcript.olderBefore !== olderBefore) return false;
      transcript.addOlder(page.messages, page.messages.length > 0 ? (page.next_before_seq ?? null) : null);
      return true;
    } finally {
      if (this.#readingOlder === reading) this.#readingOlder = null;
    }
  }

  /**
   * The files of an item with fresh addresses. Null if the server shows them no more, or the item is of another conversation.
   * @throws {Error} if the history cannot be read
   */
  async freshFiles({ sessionId }: Transcript, { seq = 0, messageId }: Pick<Entry, "messageId"> & { seq?: number }): Promise<readonly SharedFile[] | null> {
    if (sessionId === null || !messageId || !Number.isInteger(seq) || seq === 0) return null;
    const { messages } = await this.#readPage(sessionId, seq + 1, undefined, 1);
    const message = messages.find(({ message_id: id }) => id === messageId);
    return message && "files" in message ? (message.files ?? null) : null;
  }

  /** Aborts the request, and drops a response that has come already. */
  cancel(): void {
    this.#running?.abort.abort();
    this.#running = this.#readingOlder = null;
  }

  /** Reads page by page, from the newest message back to what the transcript has. */
  async #read(sessionId: string, lastSeq: number, signal: AbortSignal): Promise<HistoryMessage[]> {
    let messages: HistoryMessage[] = [];
    for (;;) {
      const { messages: page } = await this.#readPage(sessionId, messages[0]?.seq, signal);
      messages = [...page, ...messages];
      const [oldest] = page;
      if (oldest && oldest.seq >= (messages[page.length]?.seq ?? Infinity)) throw new Error("the pages of the history overlap");
      if (!oldest || oldest.seq <= lastSeq) return messages;
    }
  }

  async #readPage(sessionId: string, beforeSeq?: number, signal?: AbortSignal, limit = this.#window): Promise<HistoryPage> {
    const address = new URL(`sessions/${encodeURIComponent(sessionId)}`, this.#base);
    if (beforeSeq) address.searchParams.set("before_seq", String(beforeSeq));
    if (limit !== null) address.searchParams.set("limit", String(limit));
    const response = await this.#fetch(address, {
      headers: { Authorization: `Bearer ${this.#token()}` },
      cache: "no-store",
      ...(signal && { signal }),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  }
}
