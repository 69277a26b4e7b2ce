// A socket over plain HTTP, for networks that block WebSockets: frames come as server-sent events, and go by requests (protocol, section 3,
// "Without WebSockets"). Loaded only when it is needed.
import type { ServerFrame } from "./frames.ts";
import type { Platform, Socket } from "./platform.ts";
import { ServerEventReader, type ServerEvent } from "./serverevents.ts";

/** The server takes at most this many frames by one request. */
const MOST_FRAMES = 20;
const LOST = 1006;
const TOKEN_CLOSED = 4001;

export class HttpSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  readonly #base: URL;
  readonly #token: string;
  readonly #platform: Platform;
  readonly #waiting: string[] = [];
  #stream = new AbortController();
  #requests = new AbortController();
  #sending = false;
  #closed = false;

  /** The place of the client, with which its requests find the session of its stream. */
  #session = "";
  #seq = 0;

  /**
   * @param base the address under which the server's paths lie
   * @param parameters those of the upgrade that this stands for
   */
  constructor(base: URL, parameters: Record<string, string>, token: string, platform: Platform) {
    this.#base = base;
    this.#token = token;
    this.#platform = platform;
    void this.#listen(parameters, true);
  }

  send(data: string): void {
    this.#waiting.push(data);
    void this.#sendAll();
  }

  close(): void {
    this.#closed = true;
    this.#stream.abort();
    this.#requests.abort();
  }

  async #listen(parameters: Record<string, string>, first: boolean): Promise<void> {
    const stream = (this.#stream = new AbortController());
    try {
      const response = await this.#request("stream", parameters, { headers: { Accept: "text/event-stream" }, signal: stream.signal });
      if (!response.ok || !response.body) return await this.#refused(response);
      if (first) this.onopen?.();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const events = new ServerEventReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        for (const event of events.read(value)) this.#take(event);
      }
    } catch {
      // The stream was cut, or replaced by another one.
    }
    if (this.#stream === stream) this.#end(LOST, "");
  }

  #take({ event, data }: ServerEvent): void {
    if (this.#closed || !data) return;
    if (event === "close") {
      const { code, reason } = JSON.parse(data) as { code: number; reason: string };
      return this.#end(code, reason);
    }
    const frame = JSON.parse(data) as ServerFrame;
    if (frame.type === "connection_status" && frame.session_id) this.#session = frame.session_id;
    if ("seq" in frame && typeof frame.seq === "number") this.#seq = Math.max(this.#seq, frame.seq);
    this.onmessage?.({ data });
  }

  async #sendAll(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#waiting.length > 0 && !this.#closed) {
      const batch = this.#waiting.slice(0, MOST_FRAMES);
      if (!(await this.#carry(batch))) break;
      this.#waiting.splice(0, batch.length);
    }
    this.#sending = false;
  }

  /** Sends frames. False if the connection has ended. */
  async #carry(batch: string[]): Promise<boolean> {
    try {
      const place: Record<string, string> = this.#session ? { session_id: this.#session, last_seq: String(this.#seq) } : {};
      const response = await this.#request("commands", place, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: `[${batch.join(",")}]`,
        signal: this.#requests.signal,
      });
      if (!response.ok) return (await this.#refused(response), false);
      const { replies, close } = (await response.json()) as { replies: ServerFrame[]; close?: { code: number; reason: string } };
      for (const reply of replies) this.#reply(reply);
      if (close) this.#end(close.code, close.reason);
      return !close;
    } catch {
      this.#end(LOST, "");
      return false;
    }
  }

  #reply(frame: ServerFrame): void {
    if (this.#closed) return;
    this.onmessage?.({ data: JSON.stringify(frame) });
    if (frame.type !== "ack" || !frame.session_id || frame.session_id === this.#session) return;
    // The command took effect in another session: look at that one, from its beginning.
    this.#session = frame.session_id;
    this.#seq = 0;
    const before = this.#stream;
    void this.#listen({ session_id: frame.session_id, last_seq: "0" }, false);
    before.abort();
  }

  async #refused(response: Response): Promise<void> {
    if (response.status !== 401) return this.#end(LOST, "");
    const { message } = (await response.json().catch(() => ({}))) as { message?: string };
    this.#end(TOKEN_CLOSED, message ?? "");
  }

  #request(path: string, parameters: Record<string, string>, init: RequestInit): Promise<Response> {
    const address = new URL(path, this.#base);
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    return this.#platform.fetch(address, { ...init, cache: "no-store", headers: { ...init.headers, Authorization: `Bearer ${this.#token}` } });
  }

  #end(code: number, reason: string): void {
    if (this.#closed) return;
    this.close();
    this.onclose?.({ code, reason });
  }
}
