// One WebSocket to the node that is opened again whenever it is lost, until the token is refused.

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 10_000;
const TOKEN_CLOSED = 4001;

// Events, each with a `detail`: `frame` (the frame), `state` ({ state, seconds }) and `refused` ({ reason, token }: why which token will not do).
// States: connecting, connected, reconnecting (in so many seconds), offline, stopped.
export class Connection extends EventTarget {
  #base;
  #token = null;
  #resumePoint;
  #socket = null;
  #attempt = 0;
  #timer = 0;
  #countdown = 0;
  #ping = 0;
  #pong = 0;
  #hint = null;

  // `base` is the address that the node's paths hang under; `resumePoint` returns the query parameters to connect with.
  constructor(base, resumePoint) {
    super();
    this.#base = base;
    this.#resumePoint = resumePoint;
    addEventListener("offline", () => this.#whenOffline());
    addEventListener("online", () => this.#connectNow());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#connectNow());
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  // What the node is shown, or was shown last; null when signed out.
  get token() {
    return this.#token;
  }

  // Begins anew: nothing of an earlier token's connection goes on.
  start(token) {
    this.#token = token;
    this.#attempt = 0;
    this.reopen();
  }

  // Ends the connection until there is another token.
  stop() {
    this.#token = null;
    this.#hint = null;
    this.#drop();
    this.#tell("stopped");
  }

  // A newer token of the same user, on the socket that is open. False if none is.
  refresh(token) {
    if (!this.send({ type: "token_refresh", content: token })) return false;
    this.#token = token;
    return true;
  }

  // False when the frame cannot go out now; nothing is kept for later here.
  send(frame) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  // The node is going away: move to another one after this long.
  reconnectAfter(milliseconds) {
    this.#hint = performance.now() + milliseconds;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.reopen(), milliseconds);
  }

  // Drops the socket and connects anew from the resume point.
  reopen() {
    this.#hint = null;
    this.#drop();
    if (this.#token) this.#open();
  }

  #open() {
    this.#clearTimers();
    if (!navigator.onLine) return this.#whenOffline();
    this.#tell("connecting");
    const address = new URL("ws", this.#base);
    address.protocol = address.protocol.replace("http", "ws");
    for (const [name, value] of Object.entries(this.#resumePoint())) address.searchParams.set(name, value);

    let socket;
    try {
      socket = new WebSocket(address, ["chatbox.v1", `bearer.${this.#token}`]);
    } catch {
      return this.#refuse("That does not look like a token."); // characters that no token has
    }
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      if (this.#socket !== socket) return; // given up before
      opened = true;
      this.#tell("connected");
      this.#schedulePing();
    };
    socket.onmessage = (event) => this.#socket === socket && this.#receive(event.data);
    socket.onclose = (event) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (event.code === TOKEN_CLOSED) return this.#refuse("Your token has expired.");
      if (opened) this.#retry();
      else this.#askWhy();
    };
  }

  #receive(data) {
    clearTimeout(this.#pong);
    this.#schedulePing();
    const frame = JSON.parse(data);
    if (frame.type === "connection_status") this.#attempt = 0;
    if (frame.type === "pong") return;
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  // A browser hides why an upgrade was refused; the same address without an upgrade answers with the same status.
  async #askWhy() {
    const waiting = this.#timer;
    const token = this.#token;
    let status = 0;
    let retryAfter = 0;
    try {
      const answer = await fetch(new URL("ws", this.#base), {
        headers: { Authorization: `Bearer ${token}` },
        cache: "no-store",
        signal: AbortSignal.timeout(5_000),
      });
      status = answer.status;
      retryAfter = Number(answer.headers.get("Retry-After")) || 0;
    } catch {
      status = 0; // unreachable: as good a reason to wait as any
    }
    if (this.#socket || this.#timer !== waiting || this.#token !== token) return; // connected by other means, or somebody else, meanwhile
    if (status === 401) this.#refuse("The token was not accepted.");
    else this.#retry(retryAfter * 1000);
  }

  #retry(atLeast = 0) {
    const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt++);
    const jittered = backoff * (0.5 + Math.random() / 2);
    const hinted = this.#hint === null ? null : Math.max(0, this.#hint - performance.now());
    this.#hint = null;
    this.#clearTimers();
    this.#wait(hinted ?? Math.max(atLeast, jittered));
  }

  #wait(milliseconds) {
    if (!navigator.onLine) return this.#whenOffline();
    const until = performance.now() + milliseconds;
    const show = () => this.#tell("reconnecting", Math.max(0, Math.ceil((until - performance.now()) / 1000)));
    show();
    this.#countdown = setInterval(show, 1000);
    this.#timer = setTimeout(() => this.#open(), milliseconds);
  }

  #connectNow() {
    if (this.#token && !this.#socket && this.#timer) this.#open();
  }

  #whenOffline() {
    if (!this.#token) return;
    this.#drop();
    this.#timer = -1; // nothing to wait for but the network
    this.#tell("offline");
  }

  #refuse(reason) {
    const token = this.#token;
    this.stop();
    this.dispatchEvent(new CustomEvent("refused", { detail: { reason, token } }));
  }

  // A network that dies silently is noticed only by asking.
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
    clearTimeout(this.#timer);
    clearTimeout(this.#ping);
    clearTimeout(this.#pong);
    clearInterval(this.#countdown);
    this.#timer = 0;
  }

  #tell(state, seconds = 0) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, seconds } }));
  }
}
