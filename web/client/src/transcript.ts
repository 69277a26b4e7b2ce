// The state of a conversation, worked out from the server's frames. Pure: no socket, no clock.
import { applyPiece } from "./answers.ts";
import { Entries, isUnsent, type Entry, type Note } from "./entries.ts";
import type { Ack, AiResponse, AnswerMetadata, ConnectionStatus, ErrorFrame, FileUpload, HistoryMessage, ServerFrame, SharedFile, UserMessage, VoiceMessage } from "./frames.ts";
import { Voices } from "./voices.ts";

/** The query parameters with which a socket resumes (protocol, section 5, "Resume"). */
export interface ResumePoint {
  last_seq: string;
  session_id?: string;
  partial?: string;
  /** Opens the session, so that it goes on although it has ended. */
  reopen?: "1";
}

/** What a message has besides its text, before the server has it. */
export interface Unsent {
  files?: readonly SharedFile[];
  /** It is a recording. */
  voice?: boolean;
  /** It asks for its answer aloud. */
  speak?: boolean;
  /** The server has refused it. */
  failed?: boolean;
}

export class Transcript {
  readonly #entries = new Entries();
  readonly #voices = new Voices();

  /** The session that the socket is bound to. */
  sessionId: string | null = null;

  /** What the node does with voices: it writes recordings down, and speaks answers. */
  offers = { transcription: false, speech: false };

  /** The client has every item up to this place. */
  lastSeq = 0;

  /** The answer that the model was asked for, while nothing of it is here. */
  waiting: { messageId: string | null; thinks: boolean } | null = null;

  /** The history has to be read. Until then, items that arrive on the socket follow a hole and do not move `lastSeq`. */
  behind = false;

  /** The last time that the server asked to read the history, and the place up to which the history is complete then. */
  reload = { seq: 0 };

  /** The server has messages before this place that are not here; null if it has none, as far as the client knows. */
  olderBefore: number | null = null;

  /** The entries, the oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries.all;
  }

  /** The messages that wait for their acknowledgement. */
  get pending(): Entry[] {
    return this.#entries.pending;
  }

  /** True while an answer runs or is awaited. */
  get answering(): boolean {
    return this.waiting !== null || this.#entries.streaming !== null;
  }

  /** The id of the answer that runs or is awaited, or null. */
  get answerId(): string | null {
    return this.waiting?.messageId ?? this.#entries.streaming?.messageId ?? null;
  }

  /** True if text of the running answer is missing. */
  get gap(): boolean {
    return this.#entries.streaming?.gap === true;
  }

  /** The answer that can be regenerated, or null: the last entry, if nothing is under way. */
  get regenerable(): Entry | null {
    const last = this.entries.at(-1);
    return last?.role === "ai" && last.state === "done" && this.waiting === null ? last : null;
  }

  /** Where the next socket resumes. */
  get resumePoint(): ResumePoint {
    const point: ResumePoint = { last_seq: String(this.lastSeq) };
    if (this.sessionId) point.session_id = this.sessionId;
    const answer = this.#entries.streaming;
    if (answer) point.partial = `${answer.messageId}:${answer.text.length}`;
    return point;
  }

  /** The entry with this id of the server's. */
  byMessageId(messageId: string | undefined): Entry | undefined {
    return this.#entries.byMessageId(messageId);
  }

  /** Adds a message of ours, before the server has it. */
  send(id: string, text: string, { files, voice, speak, failed }: Unsent = {}): Entry {
    const more = { ...(files?.length && { files }), ...(voice && { voice }), ...(speak && { speak }) };
    return this.#entries.insert({ role: "user", text, state: failed ? "failed" : "pending", id, ...more });
  }

  /** Adds messages of ours that an earlier client has left, before those that were written since. Returns those that are new here. */
  restore(messages: readonly ({ id: string; text: string } & Unsent)[]): Entry[] {
    const later = this.entries.filter(isUnsent);
    const known = new Set(this.entries.map((entry) => entry.id));
    const added = messages
      .filter(({ id }) => !known.has(id))
      .map((message) => this.send(message.id, message.text, message));
    for (const entry of later) this.#entries.place(entry);
    return added.filter((entry) => entry.state === "pending");
  }

  /** The session is erased: nothing of it may be shown any more. What is not sent yet goes to the session that takes its place. */
  erase(): void {
    this.#dropStored();
  }

  /** Takes a message back that the server does not have. */
  discard(entry: Entry): void {
    if (isUnsent(entry)) this.#entries.remove(entry);
  }

  /** Applies a frame. Types that are not known show nothing; their `seq` counts. */
  apply(frame: ServerFrame): void {
    switch (frame.type) {
      case "connection_status":
        return this.#bind(frame);
      case "ack":
        return this.#acknowledge(frame);
      case "error":
        return this.#fail(frame);
      case "user_message":
        this.#addMessage(frame);
        break;
      case "loading":
        this.waiting = { messageId: frame.message_id ?? null, thinks: frame.metadata?.reason === "thinking" };
        break;
      case "ai_response":
        this.#addPiece(frame);
        break;
      case "notification":
        // Without a place, a notification is news about the connection and no part of the conversation.
        if (Number.isInteger(frame.seq)) this.#addNote(frame);
        break;
      case "file_upload":
      case "voice_message":
        // In an imported conversation there are no files any more, only that there was one.
        if (frame.files?.length) this.#addMessage(frame);
        else this.#addNote(frame);
        break;
      case "transcript":
        this.#voices.give(this.byMessageId(this.#voices.transcribe(frame)));
        break;
      case "speech":
        this.#voices.give(this.byMessageId(this.#voices.speak(frame)));
        break;
      case "admin_join":
      case "admin_leave":
      case "note":
        this.#addNote(frame);
        break;
      case "pong":
        return;
    }

    // Only items move the resume point. An `ack` can overtake items, and behind a hole nothing counts as complete.
    if (Number.isInteger(frame.seq) && !this.gap && !this.behind) this.lastSeq = Math.max(this.lastSeq, Number(frame.seq));
  }

  /** A new socket asks for everything after `lastSeq`: the server sends it, or asks to read the history again. */
  reconnect(): void {
    this.behind = false;
  }

  /** Drops the running answer: the next socket gets it from its beginning, and its text may have changed. */
  rewind(): void {
    this.#entries.keep((entry) => entry.state !== "streaming");
    this.waiting = null;
  }

  /**
   * Merges messages that were read over REST. They replace what the client has of them.
   * @param messages the oldest first
   * @param reload the value of `reload` when the messages were requested; if the server has asked again since, they are not complete
   */
  load(messages: readonly HistoryMessage[], reload = this.reload): void {
    for (const message of messages) this.#addHistory(message);
    const complete = reload === this.reload;
    const places = this.entries.map(({ seq }) => seq).filter((seq) => Number.isInteger(seq) && (complete || seq <= reload.seq));
    this.lastSeq = Math.max(this.lastSeq, ...places);
    this.behind = !complete;
  }

  /**
   * Takes the newest page of a conversation of which nothing is here. What is older can be added later.
   * @param olderBefore the place before which there is more, or null
   */
  loadNewest(messages: readonly HistoryMessage[], olderBefore: number | null, reload = this.reload): void {
    const oldest = messages[0]?.seq ?? 0;
    this.#entries.keep(({ seq }) => seq === 0 || seq >= oldest); // what came before a hole is read again
    this.olderBefore = olderBefore;
    this.load(messages, reload);
  }

  /** Adds a page of messages before those that are here. */
  addOlder(messages: readonly HistoryMessage[], olderBefore: number | null): void {
    const { lastSeq, behind } = this;
    for (const message of messages) this.#addHistory(message);
    [this.lastSeq, this.behind, this.olderBefore] = [lastSeq, behind, olderBefore];
  }

  #addHistory(message: HistoryMessage): void {
    const session_id = this.sessionId ?? "";
    if (message.type !== "ai_response") return this.apply({ ...message, session_id } as ServerFrame);
    const known = this.byMessageId(message.message_id);
    const content = message.metadata?.["placeholder"] ? "" : message.content; // the server's words for an answer without any
    if (known) known.text = content; // text that was shown may have been withdrawn since
    const metadata = { ...message.metadata, streaming: "true", done: "true" } as AnswerMetadata & Record<string, string>;
    this.apply({ ...message, content, session_id, model_id: metadata["model_id"] ?? "", offset: 0, metadata });
  }

  #bind(frame: ConnectionStatus): void {
    const sessionId = frame.session_id;
    if (!sessionId || frame.content) return; // with content, the frame is news and binds nothing
    this.offers = { transcription: frame.metadata?.transcription === "true", speech: frame.metadata?.speech === "true" };
    const seq = frame.seq ?? 0;
    const behind = frame.metadata?.history === "reload";
    if (behind) this.reload = { seq };
    if (sessionId === this.sessionId) {
      if (behind && seq < this.lastSeq) this.#dropStored();
      this.behind ||= behind;
      return;
    }

    this.behind = behind;
    if (this.sessionId && this.entries.some((entry) => !isUnsent(entry))) this.#startNewConversation();
    this.sessionId = sessionId;
    this.lastSeq = 0;
    this.olderBefore = null;
    this.waiting = null;
  }

  /** Places start again in another session. The earlier conversation stays readable above it. */
  #startNewConversation(): void {
    for (const entry of this.entries) {
      if (entry.state === "streaming") Object.assign(entry, { state: "done", finishReason: "cut" });
      if (!isUnsent(entry)) entry.seq = 0;
    }
    for (const entry of this.entries.filter(isUnsent)) this.#entries.place(entry); // what waits is for the new one
    this.#entries.insert({ role: "system", text: "", state: "done", seq: 0, note: { type: "new_conversation" } });
  }

  /** The server has less than the client: it was restored from an older backup. Its history counts on every device. */
  #dropStored(): void {
    this.#entries.keep(isUnsent);
    this.lastSeq = 0;
    this.olderBefore = null;
    this.waiting = null;
  }

  #acknowledge(frame: Ack): void {
    const entry = this.#entries.unacknowledged(frame.id);
    if (!entry) return;
    // After a reconnect the message itself can come before its acknowledgement. A repeated message can have taken effect in another session.
    const elsewhere = Boolean(frame.session_id && this.sessionId && frame.session_id !== this.sessionId);
    const known = this.byMessageId(frame.message_id);
    if (known && !elsewhere) Object.assign(known, { id: entry.id, ...(entry.speak && { speak: true }) }); // it is of this client
    if (elsewhere || known) return this.#entries.remove(entry);
    Object.assign(entry, { state: "sent", messageId: frame.message_id, refusal: undefined });
    this.#entries.place(entry, frame.seq);
  }

  #addMessage(frame: UserMessage | FileUpload | VoiceMessage): void {
    if (this.byMessageId(frame.message_id)) return;
    const own = this.#entries.unacknowledged("id" in frame ? frame.id : undefined) ?? this.#ownWith(frame);
    const role = frame.sender === "admin" || frame.sender === "ai" ? frame.sender : "user";
    const entry = own ?? this.#entries.insert({ role, text: "", state: "sent" });
    Object.assign(entry, { text: frame.content ?? "", state: "sent", messageId: frame.message_id, refusal: undefined });
    entry.at = frame.timestamp;
    if (frame.files?.length) entry.files = frame.files;
    if (frame.type === "voice_message") entry.voice = true;
    this.#voices.give(entry);
    if (entry.role === "admin") entry.name = frame.metadata?.["admin_name"];
    const of = entry.role === "ai" ? frame.metadata?.["of"] : undefined;
    if (of) Object.assign(entry, { of, superseded: this.byMessageId(of)?.superseded });
    this.#entries.place(entry, frame.seq);
  }

  /** The server shows a message with files to its sender before its acknowledgement. A file belongs to one message. */
  #ownWith({ sender, file_id: first }: UserMessage | FileUpload | VoiceMessage): Entry | undefined {
    return sender === "user" && first ? this.pending.find(({ files }) => files?.[0]?.file_id === first) : undefined;
  }

  #addPiece(frame: AiResponse): void {
    const { message_id: messageId, seq } = frame;
    if (this.waiting && (this.waiting.messageId ?? messageId) === messageId) this.waiting = null;
    const entry =
      this.byMessageId(messageId) ??
      this.#entries.insert({ role: "ai", text: "", state: "streaming", seq, messageId, modelId: frame.model_id, at: frame.timestamp });
    if (!applyPiece(entry, frame)) return;
    this.#voices.end(frame);
    this.#voices.give(entry);
    const earlier = this.byMessageId(frame.metadata.supersedes);
    if (earlier) earlier.superseded = true;
    for (const answer of [earlier, entry]) if (answer?.superseded) this.#supersedeFilesOf(answer);
    this.#entries.place(entry, seq); // pieces have no place: the answer gets its own when it ends
  }

  #supersedeFilesOf({ messageId }: Entry): void {
    for (const entry of this.entries) if (entry.of === messageId) entry.superseded = true;
  }

  #addNote(frame: Exclude<Note, { type: "new_conversation" }>): void {
    if (this.byMessageId(frame.message_id)) return;
    const { content: text = "", seq, message_id: messageId, timestamp: at } = frame;
    this.#entries.insert({ role: "system", text, state: "done", seq, messageId, at, note: frame });
  }

  /**
   * Marks the message that was refused. Without an id it is the only message that waits; a message can safely be sent again, so a wrong
   * guess does no harm.
   */
  #fail({ id, error }: ErrorFrame): void {
    if (error.code?.startsWith("LLM_") || error.code === "TRANSCRIPTION_FAILED") {
      this.waiting = null; // the answer failed, not a message
      return;
    }
    const { pending } = this;
    const entry = id ? pending.find((candidate) => candidate.id === id) : pending.length === 1 ? pending[0] : null;
    if (!entry) return;
    entry.state = "failed";
    entry.refusal = { code: error.code, message: error.message, ...(error.retry_after != null && { retryAfter: error.retry_after }) };
  }
}
