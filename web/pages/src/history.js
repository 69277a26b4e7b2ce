// Reads the history of a session over REST, for a page that is too far behind to be sent every item (protocol, section 5, "Resume").
/** @import { Transcript } from "./transcript.js" */
/** @import { HistoryMessage } from "../../frames" */

export class HistoryReader {
  #base;
  #token;

  /** @type {{ transcript: Transcript, sessionId: string | null, abort: AbortController } | null} */
  #running = null;

  /**
   * @param {URL} base the address under which the server's paths lie
   * @param {() => string | null} token returns the token to read with
   */
  constructor(base, token) {
    this.#base = base;
    this.#token = token;
  }

  /**
   * Brings a transcript up to date. False if the same is under way already, or is no longer wanted.
   * @param {Transcript} transcript
   * @throws {Error} if the history cannot be read
   */
  async catchUp(transcript) {
    const { sessionId } = transcript;
    if (this.#running?.transcript === transcript && this.#running.sessionId === sessionId) return false;
    this.cancel();
    const running = (this.#running = { transcript, sessionId, abort: new AbortController() });
    try {
      // The server can ask again while the page reads. The messages of the earlier request are not complete then.
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
  cancel() {
    this.#running?.abort.abort();
    this.#running = null;
  }

  /**
   * Reads page by page, from the newest message back to what the transcript has.
   * @param {string} sessionId
   * @param {number} lastSeq
   * @param {AbortSignal} signal
   */
  async #read(sessionId, lastSeq, signal) {
    /** @type {HistoryMessage[]} */
    let messages = [];
    for (;;) {
      const page = await this.#readPage(sessionId, messages[0]?.seq, signal);
      messages = [...page, ...messages];
      if (page.length === 0 || page[0].seq <= lastSeq) return messages;
    }
  }

  /**
   * @param {string} sessionId
   * @param {number | undefined} beforeSeq
   * @param {AbortSignal} signal
   * @returns {Promise<HistoryMessage[]>}
   */
  async #readPage(sessionId, beforeSeq, signal) {
    const address = new URL(`sessions/${encodeURIComponent(sessionId)}`, this.#base);
    if (beforeSeq) address.searchParams.set("before_seq", String(beforeSeq));
    const response = await fetch(address, {
      headers: { Authorization: `Bearer ${this.#token()}` },
      cache: "no-store",
      signal,
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return (await response.json()).messages;
  }
}
