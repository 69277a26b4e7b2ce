// What happens on all nodes, live, for administrators (protocol, section 6). It is read again from its place whenever it is lost.
import { Backoff } from "./backoff.ts";
import { browserPlatform, type Platform } from "./platform.ts";
import { ServerEventReader, type ServerEvent } from "./serverevents.ts";

/** The server sends a comment at least every 13 seconds. */
const SILENT_FOR_MS = 30_000;

export type AdminEventType =
  | "session_opened"
  | "session_ended"
  | "session_reopened"
  | "session_erased"
  | "session_taken_over"
  | "session_released"
  | "transfer_offered"
  | "transfer_declined"
  | "help_requested"
  | "help_answered"
  | "help_escalated"
  | "queue_changed"
  | "rated"
  | "viewers_changed"
  | "model_failing"
  | "model_recovered"
  | "store_failing"
  | "store_recovered"
  | "notification_failed"
  | "reload";

export interface AdminEvent {
  /** Clients ignore types that they do not know. */
  type: AdminEventType;
  timestamp?: string;
  session_id?: string;
  user_id?: string;
  admin_id?: string;
  metadata?: Record<string, string>;
}

export interface AdminFeedListener {
  /** `reload` comes first, and whenever events may have been missed: read the lists. */
  onEvent(event: AdminEvent): void;
  /** True while the feed is read. */
  onState(live: boolean): void;
  /** The server accepts the token no longer, or it is no administrator's. The feed has stopped. */
  onRefused(status: 401 | 403): void;
}

export class AdminFeed {
  readonly #base: URL;
  readonly #token: () => string | null;
  readonly #listener: AdminFeedListener;
  readonly #platform: Platform;
  readonly #backoff: Backoff;
  #stream: AbortController | null = null;
  #place: string | null = null;
  #stopTimer = () => {};

  /**
   * @param base the address under which the server's paths lie, with a slash at its end
   * @param token returns the token to read with
   */
  constructor(base: URL, token: () => string | null, listener: AdminFeedListener, platform: Platform = browserPlatform()) {
    [this.#base, this.#token, this.#listener, this.#platform] = [base, token, listener, platform];
    this.#backoff = new Backoff(platform.random);
  }

  /** Reads on from the last place, or begins. */
  start(): void {
    this.stop();
    void this.#read();
  }

  /** Stops; `start` goes on from here. */
  stop(): void {
    this.#stopTimer();
    this.#stream?.abort();
    this.#stream = null;
  }

  async #read(): Promise<void> {
    const stream = (this.#stream = new AbortController());
    let retryAfter = 0;
    try {
      this.#watch(stream);
      const response = await this.#platform.fetch(new URL("admin/events", this.#base), {
        headers: { Accept: "text/event-stream", Authorization: `Bearer ${this.#token()}`, ...(this.#place !== null && { "Last-Event-ID": this.#place }) },
        cache: "no-store",
        signal: stream.signal,
      });
      if (this.#stream !== stream) return;
      const { status } = response;
      if (status === 401 || status === 403) {
        this.stop();
        return this.#listener.onRefused(status);
      }
      retryAfter = 1000 * (Number(response.headers.get("Retry-After")) || 0);
      if (response.ok && response.body) await this.#take(stream, response.body);
    } catch {
      // The stream was cut.
    }
    if (this.#stream !== stream) return;
    stream.abort();
    this.#listener.onState(false);
    this.#stopTimer();
    this.#stopTimer = this.#platform.after(this.#backoff.next(this.#platform.now(), retryAfter), () => void this.#read());
  }

  async #take(stream: AbortController, body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const parts = body.pipeThrough(new TextDecoderStream()).getReader();
    const events = new ServerEventReader();
    for (;;) {
      const { done, value } = await parts.read();
      if (done || this.#stream !== stream) return;
      this.#watch(stream);
      for (const event of events.read(value)) this.#receive(event);
    }
  }

  #receive({ id, event, data }: ServerEvent): void {
    this.#backoff.reset();
    const begins = this.#place === null;
    if (id !== undefined) this.#place = id;
    this.#listener.onState(true);
    // What happened before the feed began is in the lists.
    if (begins) this.#listener.onEvent({ type: "reload" });
    if (event !== "message") this.#listener.onEvent({ ...(data ? JSON.parse(data) : {}), type: event });
  }

  /** A network that dies without closing anything is noticed by its silence. */
  #watch(stream: AbortController): void {
    this.#stopTimer();
    this.#stopTimer = this.#platform.after(SILENT_FOR_MS, () => stream.abort());
  }
}
