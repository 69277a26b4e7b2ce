// The conversation on the page: shows what the client has, and what it is told.
import type { AiResponse, ChatClient, ConnectionStatus, Entry, ErrorFrame, ServerFrame, SharedFile } from "@chatbox/client";
import { byId, keepFocus } from "./dom.ts";
import { looksOf } from "./looks.ts";
import { loadMarkdown } from "./markdown/loading.ts";
import { announce, hideError, hideNotice, showError, showNotice } from "./notices.ts";
import { refusalText, serverText } from "./refusals.ts";
import { enableModels, modelName, selectModel, showModels, showProgress } from "./screen.ts";
import { assistanceText, detailText, speechFailureText } from "./texts.ts";
import { TranscriptView, type Deeds } from "./view.ts";
import { fill, words } from "./words/words.ts";

export class Conversation {
  readonly #client: ChatClient;
  readonly #view: TranscriptView;
  readonly #deeds: Deeds;
  #drawing = false;
  /** The newest entry was in sight when somebody last scrolled, or the page last drew. */
  #following = true;

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

  /** True if questions ask for their answers aloud. */
  speaks = (): boolean => false;

  /** Is called when the conversation has been drawn. */
  onDraw = (_: { atEnd: boolean }): void => {};

  /** @param beginsToPlay returns true once for an answer whose sound is to be heard as soon as it is drawn */
  constructor(client: ChatClient, beginsToPlay: (answer: Entry) => boolean) {
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
      beginsToPlay,
    };
    this.#view = new TranscriptView(byId("entries"), byId("log"), this.#deeds);
    client.on("change", () => this.draw());
    client.on("state", () => enableModels(false));
    client.on("bound", () => enableModels(true));
    client.on("frame", (frame) => this.#receive(frame));
    client.on("historyFailed", () => this.#offerHistory());
    byId("log").addEventListener("scroll", () => this.#showWhetherAtEnd(), { passive: true });
    // What comes and goes above the composer, and the keyboard of a phone, leave less room: the end stays in sight.
    new ResizeObserver(() => this.#following && this.scrollToEnd()).observe(byId("log"));
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

  /** Draws soon: once, however many frames come until then. */
  draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => this.#drawNow());
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "loading") this.#announceBegin(frame.message_id);
    else if (frame.type === "ai_response") this.#noteEnd(frame);
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
    this.#view.draw(looks.entries, looks.regenerable, this.#client.isBound);
    showProgress(looks);
    if (stick) this.scrollToEnd();
    if (this.#ended !== null || this.#unspoken !== null) void this.#readOut(this.#ended, this.#unspoken);
    this.#ended = this.#unspoken = null;
    this.#showWhetherAtEnd();
    this.onDraw({ atEnd: this.#view.atEnd });
  }

  /** Lets a screen reader hear a whole answer, without the signs of Markdown, and why an answer has no sound. */
  async #readOut(ended: Entry | null, unspoken: Entry | null): Promise<void> {
    await loadMarkdown();
    const { entries } = this.#client.transcript;
    const here = (entry: Entry | null) => (entry !== null && !this.#hidden && entries.includes(entry) ? entry : null); // somebody else may have come
    const [answer, silent] = [here(ended), here(unspoken)];
    const told = [answer && `${this.#view.plainText(answer)} ${detailText(answer)}`, silent && speechFailureText(silent.speech?.failure)].filter(Boolean);
    if (told.length > 0) announce(told.join(" "));
  }

  #showWhetherAtEnd(): void {
    this.#following = this.#view.atEnd;
    byId("latest").hidden = this.#following;
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
    if (metadata?.admin_name) showNotice(assistanceText(metadata.admin_name));
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
