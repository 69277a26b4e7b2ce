// One WebSocket to the server. It is opened again whenever it is lost, until the server refuses the token.
import { Backoff } from "./backoff.js";
import { TOKEN_MALFORMED, tokenRefusedText } from "./texts.js";
/** @import { ClientFrame, ServerFrame } from "../../frames" */

const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 10_000;
const TOKEN_CLOSED = 4001;

/** @typedef {"connecting" | "connected" | "reconnecting" | "offline" | "stopped"} State */
/** @typedef {ReturnType<typeof setTimeout>} Timer */

/**
 * What a connection reports.
 * @typedef {object} Listener
 * @property {(state: State, seconds: number) => void} onState the state has changed; while reconnecting, once a second with the seconds left
 * @property {(frame: ServerFrame) => void} onFrame
 * @property {(reason: string, token: string | null) => void} onRefused why the server accepts this token no longer; the connection has stopped
 */

export class Connection {
  #base;
  #resumePoint;
  #listener;
  #backoff = new Backoff();

  /** @type {string | null} */
  #token = null;
  /** @type {WebSocket | null} */
  #socket = null;

  /** Why the server is about to close the socket for good: the text of its last error that was not recoverable. @type {string | null} */
  #farewell = null;

  /** True while an attempt to connect is due, or waits for the network. */
  #waiting = false;
  /** Counts what happens to the connection, so that a slow answer can tell whether it is still wanted. */
  #turn = 0;

  /** @type {Timer | undefined} */
  #attempt;
  /** @type {Timer | undefined} */
  #countdown;
  /** @type {Timer | undefined} */
  #ping;
  /** @type {Timer | undefined} */
  #pong;

  /**
   * @param {URL} base the address under which the server's paths lie
   * @param {() => Record<string, string>} resumePoint returns the query parameters to connect with
   * @param {Listener} listener
   */
  constructor(base, resumePoint, listener) {
    this.#base = base;
    this.#resumePoint = resumePoint;
    this.#listener = listener;
    addEventListener("offline", () => this.#whenOffline());
    addEventListener("online", () => this.#connectNow());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#connectNow());
  }

  /** The token in use, or null when signed out. */
  get token() {
    return this.#token;
  }

  /**
   * Connects with a token. Nothing of an earlier token's connection goes on.
   * @param {string} token
   */
  start(token) {
    this.#token = token;
    this.#backoff.reset();
    this.reopen();
  }

  /** Closes the socket, and stays closed until `start`. */
  stop() {
    this.#token = null;
    this.#backoff.hint(null);
    this.#drop();
    this.#listener.onState("stopped", 0);
  }

  /**
   * Sends a newer token of the same user on the open socket. False if no socket is open.
   * @param {string} token
   */
  refresh(token) {
    if (!this.send({ type: "token_refresh", content: token })) return false;
    this.#token = token;
    return true;
  }

  /**
   * Sends a frame. False if no socket is open; the frame is not kept.
   * @param {ClientFrame} frame
   */
  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /**
   * Moves to another node after this long, because the present one shuts down.
   * @param {number} milliseconds
   */
  reconnectAfter(milliseconds) {
    this.#backoff.hint(performance.now() + milliseconds);
    clearTimeout(this.#attempt);
    this.#attempt = setTimeout(() => this.reopen(), milliseconds);
  }

  /** Drops the socket and opens a new one at the resume point. */
  reopen() {
    this.#backoff.hint(null);
    this.#drop();
    if (this.#token) this.#open();
  }

  #open() {
    this.#clearTimers();
    if (!navigator.onLine) return this.#whenOffline();
    this.#farewell = null;
    this.#listener.onState("connecting", 0);
    const address = new URL("ws", this.#base);
    address.protocol = address.protocol.replace("http", "ws");
    for (const [name, value] of Object.entries(this.#resumePoint())) address.searchParams.set(name, value);

    /** @type {WebSocket} */
    let socket;
    try {
      socket = new WebSocket(address, ["chatbox.v1", `bearer.${this.#token}`]);
    } catch {
      return this.#refuse(TOKEN_MALFORMED); // a subprotocol cannot hold these characters
    }
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      if (this.#socket !== socket) return; // dropped while it was opening
      opened = true;
      this.#listener.onState("connected", 0);
      this.#schedulePing();
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#receive(event.data);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (code === TOKEN_CLOSED) this.#refuse(tokenRefusedText(reason, this.#farewell));
      else if (opened) this.#retry();
      else this.#askWhy();
    };
  }

  /** @param {string} data */
  #receive(data) {
    clearTimeout(this.#pong);
    this.#schedulePing();
    /** @type {ServerFrame} */
    const frame = JSON.parse(data);
    if (frame.type === "connection_status") this.#backoff.reset();
    if (frame.type === "error" && frame.error.recoverable === false) this.#farewell = frame.error.message;
    if (frame.type !== "pong") this.#listener.onFrame(frame);
  }

  /** Browsers hide why an upgrade failed. A plain request to the same address gets the same status. */
  async #askWhy() {
    const turn = this.#turn;
    /** @type {string | null} */
    let refusal = null;
    let retryAfter = 0;
    try {
      const response = await fetch(new URL("ws", this.#base), {
        headers: { Authorization: `Bearer ${this.#token}` },
        cache: "no-store",
        signal: AbortSignal.timeout(5_000),
      });
      if (response.status === 401) refusal = await response.text();
      retryAfter = Number(response.headers.get("Retry-After")) || 0;
    } catch {
      // The server cannot be reached: wait, as for any other status.
    }
    if (this.#turn !== turn) return;
    if (refusal !== null) this.#refuse(tokenRefusedText(refusal));
    else this.#retry(retryAfter * 1000);
  }

  /** @param {number} [atLeast] milliseconds */
  #retry(atLeast = 0) {
    this.#clearTimers();
    const milliseconds = this.#backoff.next(performance.now(), atLeast);
    if (!navigator.onLine) return this.#whenOffline();
    const until = performance.now() + milliseconds;
    const show = () => this.#listener.onState("reconnecting", Math.max(0, Math.ceil((until - performance.now()) / 1000)));
    show();
    this.#waiting = true;
    this.#countdown = setInterval(show, 1000);
    this.#attempt = setTimeout(() => this.#open(), milliseconds);
  }

  /** The network is back, or somebody looks at the page again: an attempt that is due later is made now. */
  #connectNow() {
    if (this.#token && !this.#socket && this.#waiting) this.#open();
  }

  #whenOffline() {
    if (!this.#token) return;
    this.#drop();
    this.#waiting = true;
    this.#listener.onState("offline", 0);
  }

  /** @param {string} reason */
  #refuse(reason) {
    const token = this.#token;
    this.stop();
    this.#listener.onRefused(reason, token);
  }

  /** A network that dies without closing anything is only noticed by a ping without a pong. */
  #schedulePing() {
    clearTimeout(this.#ping);
    this.#ping = setTimeout(() => {
      if (!this.send({ type: "ping" })) return;
      this.#pong = setTimeout(() => this.reopen(), PONG_WITHIN_MS);
    }, PING_EVERY_MS);
  }

  #drop() {
    this.#clearTimers();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #clearTimers() {
    clearTimeout(this.#attempt);
    clearTimeout(this.#ping);
    clearTimeout(this.#pong);
    clearInterval(this.#countdown);
    this.#waiting = false;
    this.#turn++;
  }
}
