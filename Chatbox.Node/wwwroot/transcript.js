// What a conversation looks like, worked out from the server's frames. Pure: no page, no socket, no clock.

const NOTE_TYPES = new Set(["admin_join", "admin_leave", "file_upload", "voice_message"]);

// An entry: { key, role, text, state, seq, messageId, id, finishReason, modelId, superseded, gap, thinking, thinks }.
// role: user | ai | admin | system. state: pending | failed | sent | streaming | done.
// Entries stand in the order of their seq; what has none yet, a running answer or a message on its way, stands last.
export class Transcript {
  constructor() {
    this.sessionId = null;
    this.lastSeq = 0;
    this.loading = false;
    this.awaited = null; // the answer that is loading
    this.thinks = false; // the model that is loading says that it thinks
    this.behind = false; // the history has to be read: until then nothing that comes live closes the hole before it
    this.reload = { seq: 0 }; // the last time that the node said so, and the place up to which the history is complete
    this.entries = [];
    this.nextKey = 1;
  }

  // A message of ours, shown before the server has it.
  send(id, text) {
    return this.insert({ role: "user", text, state: "pending", id });
  }

  get unacknowledged() {
    return this.entries.filter((entry) => entry.state === "pending");
  }

  get answer() {
    return this.entries.findLast((entry) => entry.state === "streaming") ?? null;
  }

  get answering() {
    return this.loading || this.answer !== null;
  }

  // The answer that can be given anew: the last one, with nothing under way.
  get regenerable() {
    const last = this.entries.at(-1);
    return last?.role === "ai" && last.state === "done" && !this.loading ? last : null;
  }

  // Where to go on after a lost connection: the query parameters of the next socket.
  get resumePoint() {
    const point = { last_seq: String(this.lastSeq) };
    if (this.sessionId) point.session_id = this.sessionId;
    const answer = this.answer;
    if (answer) point.partial = `${answer.messageId}:${answer.text.length}`;
    return point;
  }

  // Takes one frame; unknown types change nothing.
  apply(frame) {
    switch (frame.type) {
      case "connection_status":
        this.bind(frame);
        break;
      case "ack":
        this.acknowledge(frame);
        break;
      case "user_message":
        this.addMessage(frame);
        break;
      case "loading":
        this.loading = true;
        this.awaited = frame.message_id ?? null;
        this.thinks = frame.metadata?.reason === "thinking";
        break;
      case "ai_response":
        this.addPiece(frame);
        break;
      case "error":
        this.fail(frame);
        break;
      case "notification":
        // With a place it is part of a conversation that was held elsewhere; without, news about the connection.
        if (Number.isInteger(frame.seq)) this.addNote(frame);
        break;
      default:
        if (NOTE_TYPES.has(frame.type)) this.addNote(frame);
    }

    // Only items move the resume point, an ack may overtake items that are still on their way; and not past a hole.
    const isItem = Number.isInteger(frame.seq) && frame.type !== "ack" && frame.type !== "connection_status";
    if (isItem && !this.answer?.gap && !this.behind) this.lastSeq = Math.max(this.lastSeq, frame.seq);
  }

  // A new socket asks for everything after `lastSeq`: what was missing before is sent, or the node says that it has to be read.
  reconnect() {
    this.behind = false;
  }

  // A socket of which nothing is known yet is sent a running answer from its beginning, and its text may have changed.
  rewind() {
    this.entries = this.entries.filter((entry) => entry.state !== "streaming");
    this.loading = false;
  }

  bind(frame) {
    const sessionId = frame.session_id;
    if (!sessionId || frame.content) return; // with content it says only that another model answers
    const behind = frame.metadata?.history === "reload";
    if (behind) this.reload = { seq: frame.seq ?? 0 };
    if (sessionId === this.sessionId) {
      if (behind && frame.seq < this.lastSeq) this.forget();
      this.behind ||= behind;
      return;
    }
    this.behind = behind;
    const written = this.entries.some((entry) => entry.state !== "pending" && entry.state !== "failed");
    if (this.sessionId && written) {
      // Positions count anew in another conversation; the old one stays readable above it.
      for (const entry of this.entries) {
        if (entry.state === "streaming") Object.assign(entry, { state: "done", finishReason: "cut" });
        if (entry.state !== "pending" && entry.state !== "failed") entry.seq = 0;
      }
      this.insert({ role: "system", text: "A new conversation starts here.", state: "done", seq: 0 });
    }
    this.sessionId = sessionId;
    this.lastSeq = 0;
    this.loading = false;
  }

  // The server has less than we were shown: an older backup was restored. What it has is what counts on every device.
  forget() {
    this.entries = this.entries.filter((entry) => entry.state === "pending" || entry.state === "failed");
    this.lastSeq = 0;
    this.loading = false;
  }

  acknowledge(frame) {
    const entry = this.entries.find((candidate) => candidate.id === frame.id && candidate.role === "user");
    if (!entry || entry.messageId) return;
    const replayed = frame.message_id && this.byMessageId(frame.message_id);
    this.remove(entry);
    if (replayed) return; // the server has shown it already, after a reconnect
    this.insert({ ...entry, state: "sent", seq: frame.seq, messageId: frame.message_id });
  }

  addMessage(frame) {
    if (frame.message_id && this.byMessageId(frame.message_id)) return;
    const own = frame.id && this.entries.find((entry) => entry.id === frame.id && !entry.messageId);
    if (own) this.remove(own);
    this.insert({
      key: own ? own.key : undefined,
      role: frame.sender === "admin" ? "admin" : "user",
      text: frame.content ?? "",
      state: "sent",
      seq: frame.seq,
      messageId: frame.message_id,
    });
  }

  addPiece(frame) {
    if (!this.awaited || this.awaited === frame.message_id) this.loading = false;
    let entry = this.byMessageId(frame.message_id);
    if (!entry) {
      entry = this.insert({ role: "ai", text: "", state: "streaming", seq: frame.seq, messageId: frame.message_id, modelId: frame.model_id });
    }
    const metadata = frame.metadata ?? {};
    const content = frame.content ?? "";
    const offset = frame.offset ?? entry.text.length;
    entry.gap = offset > entry.text.length;
    if (entry.gap) return; // a hole can only be closed by asking again from where we are
    if (metadata.reset === "true") {
      entry.text = entry.text.slice(0, offset) + content;
      entry.state = "streaming";
    } else {
      // A piece may begin in what is already here, after a reconnect.
      entry.text += content.slice(entry.text.length - offset);
    }
    if (typeof metadata.thinking === "string") {
      const before = entry.thinking ?? "";
      entry.thinking = before.slice(0, Number(metadata.thinking_offset ?? before.length)) + metadata.thinking;
    }
    entry.thinks = typeof metadata.thinking === "string";
    if (metadata.done === "true") {
      entry.state = "done";
      entry.thinks = false;
      entry.finishReason = metadata.finish_reason ?? "stop";
      entry.superseded = entry.superseded || metadata.superseded === "true";
      const earlier = this.byMessageId(metadata.supersedes);
      if (earlier) earlier.superseded = true;
      this.place(entry, frame.seq); // pieces have no place of their own: the answer gets its own when it is finished
    }
  }

  // Messages as `GET sessions/{id}` lists them: all that a client lacks that is too far behind to be sent every item.
  // `reload` is what the node had said when they were asked for; if it has said more since, they are not all.
  load(messages, reload = this.reload) {
    for (const message of messages) {
      if (message.type !== "ai_response") {
        this.apply(message);
        continue;
      }
      const known = this.byMessageId(message.message_id);
      if (known) known.text = message.content; // the history has it whole; what was shown of it may have been withdrawn
      this.apply({ ...message, offset: 0, metadata: { ...message.metadata, streaming: "false", done: "true" } });
    }
    const all = reload === this.reload;
    const places = this.entries.map(({ seq }) => seq).filter((seq) => Number.isInteger(seq) && (all || seq <= reload.seq));
    this.lastSeq = Math.max(this.lastSeq, ...places);
    this.behind = !all;
  }

  addNote(frame) {
    if (frame.message_id && this.byMessageId(frame.message_id)) return;
    const name = frame.metadata?.admin_name || "Someone";
    const texts = {
      admin_join: `${name} has joined the conversation.`,
      admin_leave: `${name} has left the conversation.`,
      file_upload: frame.content ? `File: ${frame.content}` : "A file was shared.",
      notification: frame.content ?? "",
      voice_message: frame.content ? `Voice message: ${frame.content}` : "A voice message was shared.",
    };
    this.insert({ role: "system", text: texts[frame.type], state: "done", seq: frame.seq, messageId: frame.message_id });
  }

  // Marks the message that was refused. Sending it again is safe, so a wrong guess does no harm.
  fail(frame) {
    const modelFailed = frame.error?.code?.startsWith("LLM_");
    if (modelFailed) {
      this.loading = false;
      return;
    }
    const waiting = this.unacknowledged;
    const entry = frame.id ? waiting.find((candidate) => candidate.id === frame.id) : waiting.length === 1 ? waiting[0] : null;
    if (entry) entry.state = "failed";
  }

  insert(fields) {
    const entry = { ...fields, key: fields.key ?? this.nextKey++ };
    this.entries.push(entry);
    this.place(entry, fields.seq);
    return entry;
  }

  place(entry, seq = Infinity) {
    this.remove(entry);
    entry.seq = seq;
    let index = this.entries.length;
    while (index > 0 && this.entries[index - 1].seq > entry.seq) index--;
    this.entries.splice(index, 0, entry);
  }

  remove(entry) {
    this.entries.splice(this.entries.indexOf(entry), 1);
  }

  byMessageId(messageId) {
    return messageId ? this.entries.findLast((entry) => entry.messageId === messageId) : undefined;
  }
}
