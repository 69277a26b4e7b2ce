// The conversation on the page: shows what the client has, and what it is told.
import type { AiResponse, ChatClient, ConnectionStatus, Entry, ErrorFrame, ServerFrame, SharedFile } from "@chatbox/client";
import { byId, keepFocus } from "./dom.ts";
import { looksOf } from "./looks.ts";
import { announce, hideError, hideNotice, showError, showNotice } from "./notices.ts";
import { refusalText, serverText } from "./refusals.ts";
import { enableModels, modelName, selectModel, showModels, showProgress } from "./screen.ts";
import { oncePerFrame } from "./slices.ts";
import { assistanceText, detailText, speechFailureText } from "./texts.ts";
import { TranscriptView, type Beginnings, type Deeds } from "./view.ts";
import { fill, words } from "./words/words.ts";

export class Conversation {
  readonly #client: ChatClient;
  readonly #view: TranscriptView;
  readonly #deeds: Deeds;

  /** True while the page shows nothing of the conversation, and the client keeps it for its owner. */
  #hidden = false;

  /** The model that answers. */
  #modelId: string | null = null;

  /** The answer of which a screen reader has heard that it is being written. */
  #announced: string | null = null;

  /** An answer that has ended and is not drawn yet: a screen reader hears what people see. */
  #ended: Entry | null = null;

  /** An answer that could not be spoken, which nobody has been told yet. */
  #unspoken: Entry | null = null;

  /** What people were last told about who helps: it is wrong as soon as that person leaves. */
  #helping: string | null = null;

  /** True if questions ask for their answers aloud. */
  speaks = (): boolean => false;

  /** Is called when the conversation has been drawn. */
  onDraw = (_: { atEnd: boolean }): void => {};

  /** Draws soon: once, however many frames of the server come until then. */
  readonly draw = oncePerFrame(() => this.#drawNow());

  /** @param sounds says which sounds begin by themselves */
  constructor(client: ChatClient, sounds: Beginnings) {
    this.#client = client;
    this.#deeds = {
      retry: (entry) => this.#sendAgain(entry),
      regenerate: () => this.#regenerate(),
      canDiscard: (entry) => client.canDiscard(entry),
      discard: (entry) => {
        hideError();
        client.discard(entry);
        keepFocus();
      },
      loadOlder: () => void client.loadOlder(),
      transcribe: null,
      freshFiles: (entry) => client.freshFiles(entry),
      sounds,
    };
    this.#view = new TranscriptView(byId("entries"), byId("log"), this.#deeds);
    client.on("change", () => this.draw());
    client.on("state", () => enableModels(false));
    client.on("bound", () => enableModels(true));
    client.on("frame", (frame) => this.#receive(frame));
    client.on("historyFailed", () => this.#offerHistory());
    byId("log").addEventListener("scroll", () => this.#showWhetherAtEnd(), { passive: true });
  }

  say(text: string, files: readonly SharedFile[] = [], voice = false): void {
    hideError();
    this.#client.send(text, { files, voice, speak: this.speaks() });
    requestAnimationFrame(() => this.scrollToEnd());
  }

  /** Tells who hears the page that an answer could not be spoken, after the answer itself. */
  tellUnspoken(answer: Entry): void {
    this.#unspoken = answer;
    this.draw();
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

  #receive(frame: ServerFrame): void {
    if (frame.type === "loading") this.#announceBegin(frame.message_id);
    else if (frame.type === "ai_response") this.#noteEnd(frame);
    else if (frame.type === "connection_status") this.#showModel(frame);
    else if (frame.type === "error") this.#showRefusal(frame);
    else if (frame.type === "ack") hideError();
    else if (frame.type === "admin_leave" && byId("notice-text").textContent === this.#helping) hideNotice();
  }

  #clearPage(): void {
    showModels([]);
    this.#drawNow();
  }

  #drawNow(): void {
    const looks = looksOf(this.#client.transcript, { hidden: this.#hidden, bound: this.#client.isBound });
    showProgress(looks);
    this.#view.draw(looks.entries, looks.regenerable, this.#client.isBound);
    if (this.#ended !== null || this.#unspoken !== null) void this.#readOut(this.#ended, this.#unspoken);
    this.#ended = this.#unspoken = null;
    this.#showWhetherAtEnd();
    this.onDraw({ atEnd: this.#view.follows });
  }

  /** Lets a screen reader hear a whole answer, without the signs of Markdown, and why an answer has no sound. */
  async #readOut(ended: Entry | null, unspoken: Entry | null): Promise<void> {
    const text = ended === null ? "" : await this.#view.plainText(ended);
    const { entries } = this.#client.transcript;
    const here = (entry: Entry | null) => (entry !== null && !this.#hidden && entries.includes(entry) ? entry : null); // somebody else may have come
    const [answer, silent] = [here(ended), here(unspoken)];
    const told = [answer && `${text} ${detailText(answer)}`, silent && speechFailureText(silent.speech?.failure)].filter(Boolean);
    if (told.length > 0) announce(told.join(" "));
  }

  #showWhetherAtEnd(): void {
    byId("latest").hidden = this.#view.follows;
  }

  #announceBegin(messageId: string): void {
    if (this.#announced === messageId) return;
    this.#announced = messageId;
    announce(words.generating);
  }

  #noteEnd({ message_id: messageId, metadata }: AiResponse): void {
    const answer = metadata?.done === "true" ? this.#client.transcript.byMessageId(messageId) : null;
    if (answer?.state === "done") this.#ended = answer;
  }

  #showModel({ content, models, model_id: modelId, metadata }: ConnectionStatus): void {
    if (models) showModels(models);
    // The place in the queue has a line of its own.
    if (content && !metadata?.help_requested) showNotice(serverText(content, modelId && fill(words.modelAnswers, { name: modelName(modelId) })));
    if (!content) this.#deeds.transcribe = metadata?.transcription ? (entry) => this.#transcribe(entry) : null;
    this.#modelId = modelId || this.#modelId;
    selectModel(this.#modelId);
    this.#helping = metadata?.admin_name ? assistanceText(metadata.admin_name) : null;
    if (this.#helping !== null) showNotice(this.#helping);
  }

  #showRefusal(frame: ErrorFrame): void {
    showError(refusalText(frame), frame.error.retry_after);
    selectModel(this.#modelId); // a model that was refused is not in use
  }

  #offerHistory(): void {
    showNotice(words.historyUnreadable, { label: words.tryAgain, run: () => (hideNotice(), void this.#client.loadHistory()) });
  }

  /** @param entry a message that the server has refused */
  #sendAgain(entry: Entry): void {
    hideError();
    this.#client.retry(entry);
    keepFocus();
  }

  #transcribe(entry: Entry): void {
    hideError();
    if (this.#client.transcribe(entry)) announce(words.transcribing);
    keepFocus();
  }

  #regenerate(): void {
    hideError();
    this.#client.regenerate();
    keepFocus();
  }
}
