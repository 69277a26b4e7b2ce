// The conversation on the page: shows what the client has, and what it is told.
import type { AiResponse, ChatClient, ConnectionStatus, Entry, ErrorFrame, ServerFrame } from "@chatbox/client";
import { byId } from "./dom.ts";
import { looksOf } from "./looks.ts";
import { announce, hideError, hideNotice, showError, showNotice } from "./notices.ts";
import { enableModels, selectModel, showModels, showProgress } from "./screen.ts";
import { HISTORY_UNREADABLE, assistanceText, detailText } from "./texts.ts";
import { TranscriptView } from "./view.ts";

const LONGEST_ANNOUNCEMENT = 600;

export class Conversation {
  readonly #client: ChatClient;
  readonly #view: TranscriptView;
  #drawing = false;

  /** True while the page shows nothing of the conversation, and the client keeps it for its owner. */
  #hidden = false;

  /** The model that answers. */
  #modelId: string | null = null;

  constructor(client: ChatClient) {
    this.#client = client;
    this.#view = new TranscriptView(
      byId("entries"),
      byId("log"),
      (entry) => this.#sendAgain(entry),
      () => this.#regenerate(),
    );
    client.on("change", () => this.draw());
    client.on("state", () => enableModels(false));
    client.on("bound", () => enableModels(true));
    client.on("frame", (frame) => this.#receive(frame));
    client.on("historyFailed", () => this.#offerHistory());
    byId("log").addEventListener("scroll", () => this.#showWhetherAtEnd(), { passive: true });
  }

  say(text: string): void {
    hideError();
    this.#client.send(text);
    requestAnimationFrame(() => this.scrollToEnd());
  }

  scrollToEnd(): void {
    this.#view.scrollToEnd();
  }

  /** Takes the conversation off the page. */
  hide(): void {
    this.#hidden = true;
    this.#clearPage();
  }

  /** Shows a hidden conversation again. */
  show(): void {
    this.#hidden = false;
    this.draw();
  }

  /** Another person has come. */
  forget(): void {
    this.#modelId = null;
    this.#hidden = false;
    this.#clearPage();
  }

  /** Draws soon: once, however many frames come until then. */
  draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#drawNow());
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "ai_response") this.#announceEnd(frame);
    else if (frame.type === "connection_status") this.#showModel(frame);
    else if (frame.type === "error") this.#showRefusal(frame);
    else if (frame.type === "ack") hideError();
  }

  #clearPage(): void {
    showModels([]);
    this.#drawNow();
  }

  #drawNow(): void {
    this.#drawing = false;
    const looks = looksOf(this.#client.transcript, { hidden: this.#hidden, bound: this.#client.isBound });
    const stick = this.#view.atEnd;
    this.#view.draw(looks.entries, looks.regenerable);
    showProgress(looks);
    if (stick) this.scrollToEnd();
    this.#showWhetherAtEnd();
  }

  #showWhetherAtEnd(): void {
    byId("latest").hidden = this.#view.atEnd;
  }

  #announceEnd({ message_id: messageId, metadata }: AiResponse): void {
    const answer = metadata?.done === "true" ? this.#client.transcript.byMessageId(messageId) : null;
    if (answer?.state === "done") announce(`${answer.text.slice(0, LONGEST_ANNOUNCEMENT)} ${detailText(answer)}`);
  }

  #showModel({ content, models, model_id: modelId, metadata }: ConnectionStatus): void {
    if (content) showNotice(content);
    if (models) showModels(models);
    this.#modelId = modelId || this.#modelId;
    selectModel(this.#modelId);
    if (metadata?.admin_name) showNotice(assistanceText(metadata.admin_name));
  }

  #showRefusal({ error }: ErrorFrame): void {
    showError(error.message, error.retry_after);
    selectModel(this.#modelId); // a model that was refused is not in use
  }

  #offerHistory(): void {
    showNotice(HISTORY_UNREADABLE, { label: "Try again", run: () => (hideNotice(), void this.#client.loadHistory()) });
  }

  /** @param entry a message that the server has refused */
  #sendAgain(entry: Entry): void {
    hideError();
    this.#client.retry(entry);
  }

  #regenerate(): void {
    hideError();
    this.#client.regenerate();
  }
}
