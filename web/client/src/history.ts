// Reads the history of a session over REST, for a client that is too far behind to be sent every item (protocol, section 5, "Resume").
import type { HistoryMessage } from "./frames.ts";
import type { Platform } from "./platform.ts";
import type { Transcript } from "./transcript.ts";

export class HistoryReader {
  readonly #base: URL;
  readonly #token: () => string | null;
  readonly #fetch: Platform["fetch"];
  #running: { transcript: Transcript; sessionId: string | null; abort: AbortController } | null = null;

  /**
   * @param base the address under which the server's paths lie
   * @param token returns the token to read with
   */
  constructor(base: URL, token: () => string | null, fetch: Platform["fetch"]) {
    this.#base = base;
    this.#token = token;
    this.#fetch = fetch;
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
        const messages = await this.#read(sessionId ?? "", transcript.lastSeq, running.abort.signal);
        if (this.#running !== running || transcript.sessionId !== sessionId) return false;
        transcript.load(messages, reload);
      }
      return true;
    } catch (failure) {
      if (this.#running !== running) return false;
      throw failure;
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }

  /** Aborts the request, and drops a response that has come already. */
  cancel(): void {
    this.#running?.abort.abort();
    this.#running = null;
  }

  /** Reads page by page, from the newest message back to what the transcript has. */
  async #read(sessionId: string, lastSeq: number, signal: AbortSignal): Promise<HistoryMessage[]> {
    let messages: HistoryMessage[] = [];
    for (;;) {
      const page = await this.#readPage(sessionId, messages[0]?.seq, signal);
      messages = [...page, ...messages];
      const [oldest] = page;
      if (oldest && oldest.seq >= (messages[page.length]?.seq ?? Infinity)) throw new Error("the pages of the history overlap");
      if (!oldest || oldest.seq <= lastSeq) return messages;
    }
  }

  async #readPage(sessionId: string, beforeSeq: number | undefined, signal: AbortSignal): Promise<HistoryMessage[]> {
    const address = new URL(`sessions/${encodeURIComponent(sessionId)}`, this.#base);
    if (beforeSeq) address.searchParams.set("before_seq", String(beforeSeq));
    const response = await this.#fetch(address, {
      headers: { Authorization: `Bearer ${this.#token()}` },
      cache: "no-store",
      signal,
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return (await response.json()).messages;
  }
}
