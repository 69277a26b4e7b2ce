// The conversation on the page: takes frames, sends commands, and draws what both have changed.
import { byId } from "./dom.js";
import { HistoryReader } from "./history.js";
import { looksOf } from "./looks.js";
import { announce, hideError, hideNotice, showError, showNotice } from "./notices.js";
import { Outbox } from "./outbox.js";
import { enableModels, selectModel, showModels, showProgress } from "./screen.js";
import { HISTORY_UNREADABLE, assistanceText, detailText } from "./texts.js";
import { Transcript } from "./transcript.js";
import { TranscriptView } from "./view.js";
/** @import { Connection } from "./connection.js" */
/** @import { Entry } from "./entries.js" */
/** @import { AiResponse, ConnectionStatus, ErrorFrame, ServerFrame } from "../../frames" */

const LONGEST_ANNOUNCEMENT = 600;
const RESYNC_AFTER_MS = 1_000;

export class Conversation {
  #connection;
  #outbox;
  #reader;
  #view;
  #transcript = new Transcript();
  #drawing = false;

  /** True while the page shows nothing of the conversation, and keeps it in memory for its owner. */
  #hidden = false;

  /** The model that answers. @type {string | null} */
  #modelId = null;

  /**
   * @param {URL} base the address under which the server's paths lie
   * @param {Connection} connection
   */
  constructor(base, connection) {
    this.#connection = connection;
    this.#outbox = new Outbox((frame) => connection.send(frame));
    this.#reader = new HistoryReader(base, () => connection.token);
    this.#view = new TranscriptView(
      byId("entries"),
      byId("log"),
      (entry) => this.#sendAgain(entry),
      () => this.#regenerate(),
    );
    byId("log").addEventListener("scroll", () => this.#showWhetherAtEnd(), { passive: true });
  }

  /** True once the server has bound the socket to a session. */
  get isBound() {
    return this.#outbox.isOpen;
  }

  /** The session that the page shows, or null. */
  get sessionId() {
    return this.#transcript.sessionId;
  }

  get resumePoint() {
    return this.#transcript.resumePoint;
  }

  /**
   * The socket has opened or is gone; the server has not bound it.
   * @param {boolean} opened
   */
  unbind(opened) {
    this.#outbox.close();
    if (opened) this.#transcript.reconnect();
    enableModels(false);
    this.draw();
  }

  /**
   * The server has bound the socket to a session: messages go out, and the history is read if the server asks for it. `receive` comes first.
   */
  bind() {
    const { behind, pending } = this.#transcript;
    if (behind) this.#loadHistory();
    if (!this.isBound) this.#outbox.open(pending);
    else if (behind) this.#outbox.repeat(pending); // their acknowledgements may be among what the server skips
    enableModels(true);
  }

  /**
   * Applies a frame.
   * @param {ServerFrame} frame
   */
  receive(frame) {
    const hadGap = this.#transcript.gap;
    this.#transcript.apply(frame);
    if (this.#transcript.gap && !hadGap) this.#connection.reconnectAfter(RESYNC_AFTER_MS);
    if (frame.type === "ai_response") this.#announceEnd(frame);
    else if (frame.type === "connection_status") this.#showModel(frame);
    else if (frame.type === "error") this.#showRefusal(frame);
    else if (frame.type === "ack") hideError();
    this.draw();
  }

  /** @param {string} text */
  say(text) {
    hideError();
    this.#outbox.post(this.#transcript.send(newId(), text));
    this.draw();
    requestAnimationFrame(() => this.scrollToEnd());
  }

  /** Stops the answer that the person sees, and no later one. */
  stop() {
    const answerId = this.#transcript.answerId;
    this.#connection.send({ type: "stop", id: newId(), ...(answerId && { message_id: answerId }) });
  }

  /** @param {string} id */
  chooseModel(id) {
    this.#connection.send({ type: "model_select", model_id: id, id: newId() });
  }

  scrollToEnd() {
    this.#view.scrollToEnd();
  }

  /** Takes the conversation off the page. */
  hide() {
    this.#hidden = true;
    this.#clearPage();
  }

  /** Shows a hidden conversation again. */
  show() {
    this.#hidden = false;
    this.draw();
  }

  /** The socket sends a running answer from its beginning. */
  rewind() {
    this.#transcript.rewind();
  }

  /** Drops everything: another person has come. */
  forget() {
    this.#transcript = new Transcript();
    this.#outbox.close();
    this.#modelId = null;
    this.#hidden = false;
    this.#clearPage();
  }

  /** Draws soon: once, however many frames come until then. */
  draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#drawNow());
  }

  #clearPage() {
    this.#reader.cancel();
    showModels([]);
    this.#drawNow();
  }

  #drawNow() {
    this.#drawing = false;
    const looks = looksOf(this.#transcript, { hidden: this.#hidden, bound: this.isBound });
    const stick = this.#view.atEnd;
    this.#view.draw(looks.entries, looks.regenerable);
    showProgress(looks);
    if (stick) this.scrollToEnd();
    this.#showWhetherAtEnd();
  }

  #showWhetherAtEnd() {
    byId("latest").hidden = this.#view.atEnd;
  }

  /** @param {AiResponse} frame */
  #announceEnd({ message_id: messageId, metadata }) {
    const answer = metadata?.done === "true" ? this.#transcript.byMessageId(messageId) : null;
    if (answer?.state === "done") announce(`${answer.text.slice(0, LONGEST_ANNOUNCEMENT)} ${detailText(answer)}`);
  }

  /** @param {ConnectionStatus} status */
  #showModel({ content, models, model_id: modelId, metadata }) {
    if (content) showNotice(content);
    if (models) showModels(models);
    this.#modelId = modelId || this.#modelId;
    selectModel(this.#modelId);
    if (metadata?.admin_name) showNotice(assistanceText(metadata.admin_name));
  }

  /** @param {ErrorFrame} frame */
  #showRefusal({ error, metadata }) {
    showError(error.message, error.retry_after);
    selectModel(this.#modelId); // a model that was refused is not in use
    // The socket is bound to another session than the page believes. A new socket says which.
    if (metadata?.field === "session_id") this.#connection.reopen();
  }

  async #loadHistory() {
    try {
      if (await this.#reader.catchUp(this.#transcript)) this.draw();
    } catch {
      showNotice(HISTORY_UNREADABLE, { label: "Try again", run: () => (hideNotice(), this.#loadHistory()) });
    }
  }

  /** @param {Entry} entry a message that the server has refused */
  #sendAgain(entry) {
    entry.state = "pending";
    hideError();
    this.#outbox.post(entry);
    this.draw();
  }

  #regenerate() {
    hideError();
    this.#connection.send({ type: "regenerate", id: newId() });
  }
}

/** `randomUUID` exists only in secure contexts, and a node on a plain local network address is none. */
function newId() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
