// Reads over REST what the node does not send over the socket: the history of a conversation that the page is too far behind.

export class HistoryReader {
  #base;
  #tokenNow;
  #running = null;

  // `base` is the address that the node's paths hang under; `tokenNow` returns the token to read with.
  constructor(base, tokenNow) {
    this.#base = base;
    this.#tokenNow = tokenNow;
  }

  // Brings a transcript up to date. False if somebody else is at it already; throws if the history cannot be read.
  async catchUp(transcript) {
    const { sessionId } = transcript;
    if (this.#running?.transcript === transcript && this.#running.sessionId === sessionId) return false;
    this.cancel();
    const running = (this.#running = { transcript, sessionId, abort: new AbortController() });
    try {
      // The node may say again that the page is behind while the page is reading: then what it has read is not all.
      while (transcript.behind) {
        const reload = transcript.reload;
        const messages = await this.#read(sessionId, transcript.lastSeq, running.abort.signal);
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

  // Whatever still comes is not wanted any more.
  cancel() {
    this.#running?.abort.abort();
    this.#running = null;
  }

  // Page by page, from the newest back to what is here already.
  async #read(sessionId, known, signal) {
    let messages = [];
    for (;;) {
      const page = await this.#readPage(sessionId, messages[0]?.seq, signal);
      messages = [...page, ...messages];
      if (page.length === 0 || page[0].seq <= known) return messages;
    }
  }

  async #readPage(sessionId, beforeSeq, signal) {
    const address = new URL(`sessions/${encodeURIComponent(sessionId)}`, this.#base);
    if (beforeSeq) address.searchParams.set("before_seq", beforeSeq);
    const answer = await fetch(address, {
      headers: { Authorization: `Bearer ${this.#tokenNow()}` },
      cache: "no-store",
      signal,
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return (await answer.json()).messages;
  }
}
