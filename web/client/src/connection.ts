// One WebSocket to the server. It is opened again whenever it is lost, until the server refuses the token.
import { Backoff } from "./backoff.ts";
import type { ClientFrame, ServerFrame } from "./frames.ts";
import type { Platform, Socket, Wake } from "./platform.ts";
import type { ResumePoint } from "./transcript.ts";

const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 10_000;
const ASK_WITHIN_MS = 5_000;
const SHOW_EVERY_MS = 1_000;
const TOKEN_CLOSED = 4001;

/** After so many upgrades in a row that fail although the server can be reached, something on the way blocks WebSockets. */
const BLOCKED_AFTER = 2;
const NOT_AN_UPGRADE = 400;

/** Without a network a client is `offline`, and without a token `stopped`. */
export type State = "connecting" | "connected" | "reconnecting" | "offline" | "stopped";

/** Why the server accepts a token no longer. */
export interface TokenRefusal {
  token: string | null;
  /** `malformed`: it has characters that no token has. */
  reason: "malformed" | "expired" | "withdrawn" | "refused";
  /** What the server said last, if it explained itself. */
  message: string | null;
}

/** What a connection reports. */
export interface ConnectionListener {
  /** The state has changed; while reconnecting, once a second with the seconds left. */
  onState(state: State, seconds: number): void;
  onFrame(frame: ServerFrame): void;
  /** The connection has stopped. */
  onRefused(refusal: TokenRefusal): void;
}

export class Connection {
  readonly #base: URL;
  readonly #resumePoint: () => ResumePoint;
  readonly #listener: ConnectionListener;
  readonly #platform: Platform;
  readonly #backoff: Backoff;

  #token: string | null = null;
  #socket: Socket | null = null;
  #opened = false;
  /** When the server last sent something on this socket. */
  #heardAt = 0;

  /** Upgrades in a row that something on the way has blocked. */
  #blocked = 0;
  #HttpSocket: typeof import("./httpsocket.ts").HttpSocket | null = null;

  /** Why the server is about to close the socket for good: the text of its last error that was not recoverable. */
  #farewell: string | null = null;

  /** True while an attempt to connect is due, or waits for the network. */
  #waiting = false;
  /** Counts what happens to the connection, so that a slow answer can tell whether it is still wanted. */
  #turn = 0;

  #stopAttempt = () => {};
  #stopCountdown = () => {};
  #stopPing = () => {};
  #stopPong = () => {};

  /**
   * @param base the address under which the server's paths lie
   * @param resumePoint returns the query parameters to connect with
   */
  constructor(base: URL, resumePoint: () => ResumePoint, listener: ConnectionListener, platform: Platform) {
    this.#base = base;
    this.#resumePoint = resumePoint;
    this.#listener = listener;
    this.#platform = platform;
    this.#backoff = new Backoff(platform.random);
    platform.onWake((wake) => this.#wake(wake));
  }

  /** The token in use, or null when signed out. */
  get token(): string | null {
    return this.#token;
  }

  /** Connects with a token. Nothing of an earlier token's connection goes on. */
  start(token: string): void {
    this.#token = token;
    this.#blocked = 0;
    this.#backoff.reset();
    this.reopen();
  }

  /** Closes the socket, and stays closed until `start`. */
  stop(): void {
    this.#token = null;
    this.#backoff.hint(null);
    this.#drop();
    this.#listener.onState("stopped", 0);
  }

  /** Sends a newer token of the same user on the open socket. False if no socket is open. */
  refresh(token: string): boolean {
    if (this.#isBlocked && this.#opened) {
      this.#token = token;
      this.reopen(); // an event stream cannot take another token
      return true;
    }
    if (!this.send({ type: "token_refresh", content: token })) return false;
    this.#token = token;
    return true;
  }

  /** Sends a frame. False if no socket is open; the frame is not kept. */
  send(frame: ClientFrame): boolean {
    if (!this.#socket || !this.#opened) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Moves to another node after this many milliseconds, because the present one shuts down. */
  reconnectAfter(milliseconds: number): void {
    this.#backoff.hint(this.#platform.now() + milliseconds);
    this.#stopAttempt();
    this.#stopAttempt = this.#platform.after(milliseconds, () => this.reopen());
  }

  /** Drops the socket and opens a new one at the resume point. */
  reopen(): void {
    this.#backoff.hint(null);
    this.#drop();
    if (this.#token) this.#open();
  }

  #open(): void {
    this.#clearTimers();
    if (!this.#platform.isOnline()) return this.#whenOffline();
    this.#farewell = null;
    this.#listener.onState("connecting", 0);
    const socket = this.#openSocket();
    if (!socket) return this.#refuse("malformed", null); // a subprotocol cannot hold these characters
    this.#socket = socket;
    this.#opened = false;
    socket.onopen = () => {
      if (this.#socket !== socket) return; // dropped while it was opening
      this.#opened = true;
      if (!this.#isBlocked) this.#blocked = 0;
      this.#listener.onState("connected", 0);
      this.#heardAt = this.#platform.now();
      this.#schedulePing(PING_EVERY_MS);
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#receive(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.#socket !== socket) return;
      const opened = this.#opened;
      this.#socket = null;
      if (code === TOKEN_CLOSED) this.#refuse(reasonOf(reason), this.#farewell);
      else if (opened || this.#isBlocked) this.#retry();
      else void this.#askWhy();
    };
  }

  get #isBlocked(): boolean {
    return this.#HttpSocket !== null && this.#blocked >= BLOCKED_AFTER;
  }

  /** Null if the token has characters that no token has. */
  #openSocket(): Socket | null {
    const parameters: Record<string, string> = { ...this.#resumePoint() };
    if (this.#HttpSocket && this.#isBlocked) return new this.#HttpSocket(this.#base, parameters, this.#token ?? "", this.#platform);
    const address = new URL("ws", this.#base);
    address.protocol = address.protocol.replace("http", "ws");
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    try {
      return this.#platform.openSocket(address, ["chatbox.v1", `bearer.${this.#token}`]);
    } catch {
      return null;
    }
  }

  #receive(data: string): void {
    this.#stopPong();
    this.#heardAt = this.#platform.now();
    const frame = JSON.parse(data) as ServerFrame;
    if (frame.type === "connection_status") this.#backoff.reset();
    if (frame.type === "error" && frame.error.recoverable === false) this.#farewell = frame.error.message;
    if (frame.type !== "pong") this.#listener.onFrame(frame);
  }

  /** Browsers hide why an upgrade failed. A plain request to the same address gets the same status. */
  async #askWhy(): Promise<void> {
    const turn = this.#turn;
    let refusal: string | null = null;
    let retryAfter = 0;
    const abort = new AbortController();
    const stopWaiting = this.#platform.after(ASK_WITHIN_MS, () => abort.abort());
    try {
      const response = await this.#platform.fetch(new URL("ws", this.#base), {
        headers: { Authorization: `Bearer ${this.#token}` },
        cache: "no-store",
        signal: abort.signal,
      });
      if (response.status === 401) refusal = await response.text();
      // The server would have taken this upgrade, and a plain request reaches it.
      if (response.status === NOT_AN_UPGRADE && ++this.#blocked >= BLOCKED_AFTER) this.#HttpSocket ??= (await import("./httpsocket.ts")).HttpSocket;
      retryAfter = Number(response.headers.get("Retry-After")) || 0;
    } catch {
      // The server cannot be reached: wait, as for any other status.
    }
    stopWaiting();
    if (this.#turn !== turn) return;
    if (refusal !== null) this.#refuse(reasonOf(refusal), null);
    else if (this.#isBlocked) this.#open();
    else this.#retry(retryAfter * 1000);
  }

  #retry(atLeast = 0): void {
    this.#clearTimers();
    const now = this.#platform.now();
    const milliseconds = this.#backoff.next(now, atLeast);
    if (!this.#platform.isOnline()) return this.#whenOffline();
    this.#waiting = true;
    this.#countDown(now + milliseconds);
    this.#stopAttempt = this.#platform.after(milliseconds, () => this.#open());
  }

  #countDown(until: number): void {
    this.#listener.onState("reconnecting", Math.max(0, Math.ceil((until - this.#platform.now()) / 1000)));
    this.#stopCountdown = this.#platform.after(SHOW_EVERY_MS, () => this.#countDown(until));
  }

  /** The network is back, or somebody looks at the page again: an attempt that is due later is made now. */
  #wake(wake: Wake): void {
    if (wake === "offline") this.#whenOffline();
    else if (this.#token && !this.#socket && this.#waiting) this.#open();
  }

  #whenOffline(): void {
    if (!this.#token) return;
    this.#drop();
    this.#waiting = true;
    this.#listener.onState("offline", 0);
  }

  #refuse(reason: TokenRefusal["reason"], message: string | null): void {
    const token = this.#token;
    this.stop();
    this.#listener.onRefused({ token, reason, message });
  }

  /**
   * A network that dies without closing anything is only noticed by a ping without a pong. What is heard meanwhile puts the ping off; it moves no
   * timer, because an answer comes in hundreds of pieces a second.
   */
  #schedulePing(milliseconds: number): void {
    this.#stopPing = this.#platform.after(milliseconds, () => {
      const silence = this.#platform.now() - this.#heardAt;
      if (silence < PING_EVERY_MS) return this.#schedulePing(PING_EVERY_MS - silence);
      if (!this.send({ type: "ping" })) return;
      this.#schedulePing(PING_EVERY_MS);
      this.#stopPong = this.#platform.after(PONG_WITHIN_MS, () => this.reopen());
    });
  }

  #drop(): void {
    this.#clearTimers();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #clearTimers(): void {
    this.#stopAttempt();
    this.#stopPing();
    this.#stopPong();
    this.#stopCountdown();
    this.#waiting = false;
    this.#turn++;
  }
}

/** @param text the body of a 401, or the close frame's reason (protocol, sections 2 and 3) */
function reasonOf(text: string): TokenRefusal["reason"] {
  if (/withdrawn/i.test(text)) return "withdrawn";
  return /expired/i.test(text) ? "expired" : "refused";
}
