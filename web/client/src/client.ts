// The protocol client: one person's conversation over sockets that come and go.
import type { ClientEvents } from "./clientevents.ts";
import { Connection, type State, type TokenRefusal } from "./connection.ts";
import { isUnsent, type Entry } from "./entries.ts";
import { Events } from "./events.ts";
import type { AdminCommand, ConnectionStatus, ServerFrame, SharedFile } from "./frames.ts";
import { HistoryReader } from "./history.ts";
import { Keeper } from "./keeper.ts";
import { Outbox } from "./outbox.ts";
import { Owner } from "./owner.ts";
import { browserPlatform, type Platform } from "./platform.ts";
import { indexedDbStore, RESTORE_WITHIN_MS, type OutboxStore, type StoredMessage } from "./store.ts";
import { Transcript, type ResumePoint, type Unsent } from "./transcript.ts";
import { Uploads } from "./uploads.ts";

/** A hole in an answer is rare, and reconnecting heals it. Waiting a little keeps a faulty server from being asked all the time. */
const RESYNC_AFTER_MS = 1_000;

export interface ClientOptions {
  /** The address under which the server's paths lie, with a slash at its end. */
  base: URL;
  /** Where messages wait that are not acknowledged; the browser's IndexedDB if it is absent. */
  store?: OutboxStore;
  /**
   * How many messages to read of a long conversation at first, 1 to 1000; `loadOlder` adds as many. All of them if it is absent. A conversation
   * of up to 500 items comes as a whole.
   */
  window?: number;
  platform?: Platform;
}

export class ChatClient {
  readonly #events = new Events<ClientEvents>();
  readonly #platform: Platform;
  readonly #owner = new Owner();
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #keeper: Keeper;
  readonly #reader: HistoryReader;
  /** The files of this person on their way to the server. */
  readonly uploads: Uploads;
  #transcript = new Transcript();
  /** The server has bound the socket. */
  #bound = false;
  /** `bound` was told for this socket. */
  #told = false;

  /** Where the next socket goes, until one is bound. */
  #destination: Pick<ResumePoint, "session_id" | "reopen"> | null = null;

  /** The session that the present socket was asked to resume. */
  #asked: string | null = null;

  /** The user whose stored messages are here or on their way. */
  #restoring: string | null = null;
  #restored = false;
  /** The conversation whose older messages could not be read. */
  #olderFailed: Transcript | null = null;
  /** Counts the people, so that a slow store can tell whether they are still here. */
  #turn = 0;

  constructor({ base, store, window, platform = browserPlatform() }: ClientOptions) {
    this.#platform = platform;
    this.#keeper = new Keeper(store ?? indexedDbStore(), platform, () => this.token);
    this.#connection = new Connection(
      base,
      () => this.#resumePoint,
      {
        onState: (state, seconds) => this.#whenState(state, seconds),
        onFrame: (frame) => this.#receive(frame),
        onRefused: (refusal) => this.#whenRefused(refusal),
      },
      platform,
    );
    this.#outbox = new Outbox((frame) => this.#connection.send(frame));
    this.#reader = new HistoryReader(base, () => this.token, platform.fetch, window);
    this.uploads = new Uploads(base, () => (this.#bound ? this.token : null), platform);
  }

  /** Calls the listener for each event of this name. Returns a function that ends that. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (detail: ClientEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /** The token in use, or null when signed out. */
  get token(): string | null {
    return this.#connection.token;
  }

  /** The user that the server has named; null until then. */
  get user(): string | null {
    return this.#owner.user;
  }

  /** The conversation. Another person gets another one. */
  get transcript(): Transcript {
    return this.#transcript;
  }

  /** True while commands go out: the server has bound the socket, and the messages of the store are here, or the store takes too long. */
  get isBound(): boolean {
    return this.#outbox.isOpen;
  }

  /** True if a token claims to be of the user whose conversation this is. Nobody has checked that. */
  isClaimedBy(token: string): boolean {
    return this.#owner.isClaimedBy(token);
  }

  /** True if a token claims to be of another user. */
  isDeniedBy(token: string): boolean {
    return this.#owner.isDeniedBy(token);
  }

  /** Connects with a token. Everything of the earlier user goes if the token claims another one, or if the server names another one. */
  signIn(token: string): void {
    if (this.isDeniedBy(token)) this.forget();
    this.#connection.start(token);
  }

  /** Sends a newer token of the same user on the open socket. False if there is none, or the token claims another user. */
  renew(token: string): boolean {
    return this.#owner.user !== null && !this.isDeniedBy(token) && this.#connection.refresh(token);
  }

  /** Closes the connection. The conversation stays in memory for its owner, if the server has named one. */
  signOut(): void {
    if (this.#owner.user === null) this.forget(); // unsent messages of somebody unknown are for nobody
    this.#reader.cancel();
    this.#connection.stop();
  }

  /** Drops the conversation, its owner and the unsent messages; those in the store go when the server names another user. */
  forget(): void {
    this.#owner.forget();
    this.#clear();
  }

  /**
   * Shows another conversation, or with null the active one or a new one. Only `reopen` changes anything at the server: a conversation that has
   * ended goes on. False while messages wait here to be sent, because they are meant for this conversation.
   */
  open(sessionId: string | null, { reopen = false } = {}): boolean {
    if (this.#transcript.entries.some(isUnsent)) return false;
    this.#transcript = new Transcript();
    this.#outbox.dropCommands();
    this.#reader.cancel();
    this.#destination = sessionId === null ? null : { session_id: sessionId, ...(reopen && { reopen: "1" as const }) };
    this.reconnect();
    this.#changed();
    return true;
  }

  /** Drops the socket and opens a new one where this one stopped. */
  reconnect(): void {
    this.#connection.reopen();
  }

  /**
   * Sends a message, now or as soon as it can be sent. It is sent once, whatever happens to sockets and pages.
   * @param more the files that it carries, which the server has already; whether it is a recording; whether the answer is to be spoken
   */
  send(text: string, more: Omit<Unsent, "failed"> = {}): Entry {
    const entry = this.#transcript.send(this.#platform.newId(), text, more);
    entry.at = new Date(this.#platform.date()).toISOString();
    this.#post(entry);
    return entry;
  }

  /** Sends a message again that the server has refused, under the same id. */
  retry(entry: Entry): void {
    entry.state = "pending";
    entry.refusal = undefined;
    this.#post(entry);
  }

  /** True if a message can be taken back: the server does not have it, and cannot have it. */
  canDiscard(entry: Entry): boolean {
    return isUnsent(entry) && (entry.state === "failed" || !this.#outbox.mayHaveSent(entry.id));
  }

  /** Takes a message back. False if the server has it, or may have it. */
  discard(entry: Entry): boolean {
    if (!this.canDiscard(entry)) return false;
    this.#transcript.discard(entry);
    this.#keeper.drop(entry.id);
    this.#changed();
    return true;
  }

  /** Stops the answer that runs or is awaited, and no later one. False if no socket is bound. */
  stop(): boolean {
    const answerId = this.#transcript.answerId;
    return this.#outbox.command({ type: "stop", id: this.#platform.newId(), ...(answerId && { message_id: answerId }) });
  }

  /** Asks for another answer to the last message. False if no socket is bound. */
  regenerate(): boolean {
    return this.#outbox.command({ type: "regenerate", id: this.#platform.newId() });
  }

  /** Asks for a transcript of a voice message that has none. False if no socket is bound. */
  transcribe({ messageId }: Entry): boolean {
    return messageId !== undefined && this.#outbox.command({ type: "transcribe", id: this.#platform.newId(), message_id: messageId });
  }

  /** Chooses the model that answers from now on. False if no socket is bound. */
  selectModel(modelId: string): boolean {
    return this.#outbox.command({ type: "model_select", id: this.#platform.newId(), model_id: modelId });
  }

  /** Asks for a person to help. False if no socket is bound. */
  requestHelp(): boolean {
    return this.#outbox.command({ type: "help_request", id: this.#platform.newId() });
  }

  /** Rates a message, or the conversation. False if no socket is bound. */
  rate(rating: "up" | "down", { messageId, comment }: { messageId?: string; comment?: string } = {}): boolean {
    const about = { ...(messageId && { message_id: messageId }), ...(comment && { metadata: { comment } }) };
    return this.#outbox.command({ type: "feedback", id: this.#platform.newId(), content: rating, ...about });
  }

  /** Sends what only administrators may send. Returns the id that its acknowledgement will have, or null if no socket is bound. */
  administer(command: AdminCommand): string | null {
    const id = this.#platform.newId();
    return this.#outbox.command({ ...command, id }) ? id : null;
  }

  /** Tells the other side that everything up to this place has been shown. */
  seen(seq: number): void {
    if (this.#bound) this.#connection.send({ type: "seen", metadata: { seq } });
  }

  /** Tells the other viewers that the user is typing, or has stopped. */
  typing(typing: boolean): void {
    if (this.#bound) this.#connection.send({ type: "typing_indicator", content: typing ? "start" : "stop" });
  }

  /** Reads what the server has asked to read, and older messages that could not be read. The first it does by itself; this is for another try. */
  async loadHistory(): Promise<void> {
    if (this.#olderFailed !== null) {
      this.#olderFailed = null;
      await this.loadOlder();
    }
    try {
      if (await this.#reader.catchUp(this.#transcript)) this.#changed();
    } catch (failure) {
      this.#events.emit("historyFailed", failure as Error);
    }
  }

  /** Adds the next older messages of the conversation, if the server has any that are not here. */
  async loadOlder(): Promise<void> {
    if (this.#olderFailed === this.#transcript) return; // until somebody tries again
    const transcript = this.#transcript;
    try {
      if (await this.#reader.addOlder(transcript)) this.#changed();
    } catch (failure) {
      if (this.#transcript !== transcript) return;
      this.#olderFailed = transcript;
      this.#events.emit("historyFailed", failure as Error);
    }
  }

  /** The files of a message, or the sound of an answer, with fresh addresses; null if the server shows them no more. */
  freshFiles(entry: Entry): Promise<readonly SharedFile[] | null> {
    return this.#reader.freshFiles(this.#transcript, entry.speech ?? entry);
  }

  get #resumePoint(): ResumePoint {
    const point: ResumePoint = this.#owner.mayResume(this.token) ? { ...this.#transcript.resumePoint, ...this.#destination } : { last_seq: "0" };
    this.#asked = point.session_id ?? null;
    return point;
  }

  #post(entry: Entry): void {
    this.#keeper.keep(entry);
    this.#outbox.post(entry);
    this.#changed();
  }

  #whenState(state: State, seconds: number): void {
    this.#bound = this.#told = false;
    this.#outbox.close();
    if (state === "connected") this.#transcript.reconnect();
    this.#events.emit("state", { state, seconds });
    this.#changed();
  }

  #whenRefused(refusal: TokenRefusal): void {
    this.#reader.cancel();
    this.#events.emit("refused", refusal);
  }

  #receive(frame: ServerFrame): void {
    // With content, the frame is news and binds nothing.
    const binding = frame.type === "connection_status" && frame.session_id && !frame.content ? frame : null;
    if (binding && !this.#admit(binding)) return;
    const { gap, sessionId } = this.#transcript;
    const erased = sessionId !== null && this.#isErased(frame, sessionId);
    if (erased) this.#transcript.erase();
    this.#transcript.apply(frame);
    if (this.#transcript.gap && !gap) this.#connection.reconnectAfter(RESYNC_AFTER_MS);
    if (this.#transcript.sessionId !== sessionId) this.#outbox.dropCommands();
    this.#settle(frame);
    this.#events.emit("frame", frame);
    if (erased) this.#events.emit("erased", { sessionId });
    if (frame.type === "notification" && frame.metadata?.reason === "reconnect") {
      this.#connection.reconnectAfter(Math.max(0, Number(frame.metadata.reconnect_after_ms) || 0));
    }
    // The socket is bound to another session than the client believes. A new socket says which.
    if (frame.type === "error" && frame.metadata?.field === "session_id") this.#connection.reopen();
    if (binding) this.#bind();
    this.#changed();
  }

  /** The server says that the session of the transcript is gone, or binds a new socket to another one than was asked for: that is the only reason. */
  #isErased(frame: ServerFrame, sessionId: string): boolean {
    if (frame.type === "notification") return frame.metadata?.reason === "session_erased" && frame.session_id === sessionId;
    const greets = frame.type === "connection_status" && !frame.content && !this.#bound;
    return greets && this.#asked === sessionId && frame.session_id !== sessionId && this.#transcript.lastSeq > 0;
  }

  /** Before anything of a new binding is shown or sent, everything of another person goes. False if the client goes on with another socket. */
  #admit({ user_id: user, session_id: sessionId }: ConnectionStatus): boolean {
    const { another, reconnect, rewind } = this.#owner.admit({
      user: user ?? null,
      token: this.token,
      first: !this.#bound,
      sessionId,
      shownSession: this.#transcript.sessionId,
    });
    if (another) this.#clear();
    if (rewind) this.#transcript.rewind();
    if (another || !reconnect) this.#events.emit("admitted", { user: this.user, another });
    if (reconnect) this.#connection.reopen();
    return !reconnect;
  }

  #settle(frame: ServerFrame): void {
    if (frame.type === "ack") {
      this.#outbox.settle(frame.id);
      this.#keeper.drop(frame.id);
    } else if (frame.type === "user_message" || frame.type === "file_upload" || frame.type === "voice_message") {
      this.#keeper.drop(this.#transcript.byMessageId(frame.message_id)?.id);
    } else if (frame.type === "error") {
      this.#outbox.settle(frame.id);
      for (const entry of this.#transcript.entries) if (entry.state === "failed") this.#keeper.keep(entry);
    }
  }

  #bind(): void {
    this.#bound = true;
    this.uploads.wake();
    this.#destination = null;
    const { behind, pending } = this.#transcript;
    if (behind) void this.loadHistory();
    if (this.user !== null && this.#restoring !== this.user) this.#restore(this.user);
    if (this.user !== null && !this.#restored) return; // #restore goes on
    if (this.#outbox.isOpen && behind) this.#outbox.repeat(pending); // their acknowledgements may be among what the server skips
    this.#goOn();
  }

  #goOn(): void {
    if (!this.#outbox.isOpen) this.#outbox.open(this.#transcript.pending);
    const first = !this.#told;
    this.#told = true;
    this.#events.emit("bound", { first });
  }

  /** Gets the messages that an earlier page has left. Nothing is sent before them, unless the store takes too long. */
  #restore(user: string): void {
    const turn = this.#turn;
    this.#restoring = user;
    this.#restored = false;
    const add = (stored: readonly StoredMessage[]) => {
      if (this.#turn !== turn) return;
      stopWaiting();
      const transcript = this.#transcript;
      const added = transcript.restore(stored);
      if (this.#restored) added.forEach((entry) => this.#outbox.post(entry));
      this.#restored = true;
      if (this.#bound && !this.#outbox.isOpen) this.#goOn();
      this.#changed();
    };
    const stopWaiting = this.#platform.after(RESTORE_WITHIN_MS, () => add([]));
    this.#keeper.adopt(user, () => this.#transcript.entries.filter(isUnsent)).then(add, () => add([]));
  }

  #clear(): void {
    this.#turn++;
    this.#transcript = new Transcript();
    this.#destination = null;
    this.#outbox.forget();
    this.#keeper.forget();
    this.uploads.forget();
    this.#reader.cancel();
    this.#restoring = null;
    this.#restored = false;
    this.#changed();
  }

  #changed(): void {
    this.#events.emit("change", this.#transcript);
  }
}
