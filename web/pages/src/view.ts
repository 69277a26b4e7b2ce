// Draws the entries of a conversation into a list. What people write only ever becomes text nodes; answers are Markdown, and sanitised.
import type { Entry, SharedFile, Speech } from "@chatbox/client";
import type { MarkdownBody } from "./markdown/body.ts";
import { answerIn, canDrawAnswers, loadMarkdown } from "./markdown/loading.ts";
import { button, element, readableText } from "./dom.ts";
import { copyAnswer } from "./copying.ts";
import { ReadingPlace } from "./place.ts";
import { later, sliceOfFrame, type Slice } from "./slices.ts";
import { detailText, noteText, speakerText, timeText, transcriptFailureText } from "./texts.ts";
import { EntryWindow } from "./window.ts";
import { words } from "./words/words.ts";

/** So near to an edge of what is drawn, more is drawn. */
const NEAR_EDGE_PX = 800;

/** What people can do with an entry. */
export interface Deeds {
  /** Sends a message again. */
  retry(entry: Entry): void;
  /** Answers the last message again. */
  regenerate(): void;
  canDiscard(entry: Entry): boolean;
  /** Takes a message back. */
  discard(entry: Entry): void;
  /** Somebody has come to the oldest entry: reads older ones, if there are any. */
  loadOlder(): void;
  /** Asks for a transcript of a recording; null where nobody writes them. */
  transcribe: ((entry: Entry) => void) | null;
  /** The files of a message, or the sound of an answer, with fresh addresses; null if there are none. */
  freshFiles(entry: Entry): Promise<readonly SharedFile[] | null>;
  /** Which sounds are to be heard as soon as they are drawn. */
  sounds: Beginnings;
}

/** Which sounds begin by themselves. */
export interface Beginnings {
  /** True for an answer whose sound is to begin, until `begins` was asked. */
  isDue(answer: Entry): boolean;
  /** True once for an answer whose sound begins now. */
  begins(answer: Entry): boolean;
}

/** No sound begins by itself. */
export const noBeginnings: Beginnings = { isDue: () => false, begins: () => false };

/** The elements of one entry. */
interface Item {
  node: HTMLLIElement;
  body: HTMLElement;
  /** What draws the text into `body`. */
  text: Text | MarkdownBody;
  /** The line below the text. */
  detail: HTMLElement | null;
  /** The text of `detail`. */
  drawn: string;
  /** The buttons below, and which of them are there. */
  actions: HTMLElement | null;
  offered: string;
  name: HTMLElement | null;
  hasFiles: boolean;
  /** What was said in a recording, and what of it is drawn. */
  said: { node: HTMLElement; drawn: string } | null;
  /** The sound of an answer, and what of it is drawn; and how often it was drawn. */
  speech: { node: HTMLElement | null; drawn: string; times: number };
  thinking: { summary: HTMLElement; text: HTMLElement } | null;
}

export class TranscriptView {
  readonly #list: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #deeds: Deeds;

  /** The entries on the page, by key. */
  readonly #shown = new Map<number, Item>();
  readonly #window = new EntryWindow();
  readonly #place: ReadingPlace;
  /** Resolves when more has been drawn of what did not fit into a frame; null if everything is drawn. */
  #rest: Promise<void> | null = null;
  /** The frame in which was last drawn, by its time. */
  #frame: unknown = null;
  #drawn: { entries: readonly Entry[]; regenerable: Entry | null; bound: boolean } = { entries: [], regenerable: null, bound: true };

  /**
   * @param scroller the element that scrolls the list
   */
  constructor(list: HTMLElement, scroller: HTMLElement, deeds: Deeds) {
    this.#list = list;
    this.#scroller = scroller;
    this.#deeds = deeds;
    this.#place = new ReadingPlace(list, scroller, () => this.#window.atEnd);
    scroller.addEventListener("scroll", () => this.#reachOut(), { passive: true });
  }

  /** True if the newest entry stays in sight, whatever comes. */
  get follows(): boolean {
    return this.#place.follows;
  }

  scrollToEnd(): void {
    if (!this.#window.atEnd) {
      this.#window.toEnd();
      this.#drawWindow();
    }
    this.#place.toEnd();
  }

  /** The text of an entry as people see it, without Markdown's signs and without the words on its buttons, as soon as all of it is drawn. */
  async plainText(entry: Entry): Promise<string> {
    await this.whole();
    await new Promise<void>(later); // drawing has had its share of the frame
    const body = this.#shown.get(entry.key)?.body;
    if (body) return readableText(body);
    return entry.role === "ai" ? plainAnswer(entry.text) : entry.text;
  }

  /** Resolves when everything is drawn that belongs on the page. */
  async whole(): Promise<void> {
    await loadMarkdown();
    while (this.#rest !== null) await this.#rest;
  }

  /**
   * Shows these entries, and changes only what differs from before. Of many, it shows those around the place where somebody reads; what is in
   * sight does not move. What takes longer than a part of a frame goes on with the next frames, the newest entries first.
   * @param regenerable the answer that can be regenerated
   * @param bound true while a bound socket takes commands
   */
  draw(entries: readonly Entry[], regenerable: Entry | null, bound = true): void {
    const goesOn = entries === this.#drawn.entries && this.#frame === document.timeline.currentTime;
    this.#drawn = { entries, regenerable, bound };
    if (goesOn) this.#goOn(); // this frame has its share
    else this.#drawMore();
  }

  #drawMore(): void {
    this.#place.keep(() => this.#drawWindow());
    this.#reachOut();
  }

  #drawWindow(): void {
    const { entries, regenerable, bound } = this.#drawn;
    this.#frame = document.timeline.currentTime;
    const shown = this.#window.of(entries, this.#place.follows);
    const keys = new Set(shown.map((entry) => entry.key));
    for (const [key, item] of this.#shown) {
      if (keys.has(key)) continue;
      item.node.remove();
      this.#shown.delete(key);
    }
    if (!canDrawAnswers() && shown.some(({ role }) => role === "ai")) return this.#goOn();
    const slice = sliceOfFrame();
    let [isWhole, after]: [boolean, HTMLElement | null] = [true, null];
    for (const entry of shown.toReversed()) {
      const item: Item | null = this.#shown.get(entry.key) ?? (after !== null && slice.isOver ? null : this.#add(entry));
      const isPlaced = item?.node.parentNode === this.#list && item.node.nextSibling === after;
      if (item !== null && !isPlaced) this.#list.insertBefore(item.node, after);
      isWhole = item !== null && this.#update(item, entry, { regenerable: entry === regenerable, bound, slice }) && isWhole;
      after = item?.node ?? after;
    }
    if (!isWhole) this.#goOn();
  }

  #goOn(): void {
    this.#rest ??= loadMarkdown()
      .then(() => new Promise(requestAnimationFrame))
      .then(() => {
        this.#rest = null;
        if (this.#frame === document.timeline.currentTime) this.#goOn();
        else this.#drawMore();
      });
  }

  /** Draws more where somebody comes near an edge of what is drawn. */
  #reachOut(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const { entries } = this.#drawn;
    if (clientHeight === 0 || entries.length === 0 || this.#rest !== null) return; // not on the page, or not yet all of it
    if (scrollTop < NEAR_EDGE_PX) {
      if (this.#window.up(entries)) this.#place.keep(() => this.#drawWindow());
      else this.#deeds.loadOlder();
    }
    if (scrollHeight - scrollTop - clientHeight < NEAR_EDGE_PX && this.#window.down(entries)) this.#place.keep(() => this.#drawWindow());
  }

  #add(entry: Entry): Item {
    const node = document.createElement("li");
    const speaker = speakerText(entry.role);
    if (speaker) node.append(element("span", "unseen", `${speaker}: `));
    const body = element(entry.role === "ai" ? "div" : "p", "text");
    body.dir = "auto";
    const text = entry.role === "ai" ? answerIn(body) : document.createTextNode("");
    if (text instanceof Text) body.append(text);
    if (text instanceof Text && entry.role === "ai") body.classList.add("plain");
    node.append(body);
    const item: Item = { node, body, text, detail: null, drawn: "", actions: null, offered: "", name: null, hasFiles: false, said: null, speech: { node: null, drawn: "", times: 0 }, thinking: null };
    this.#shown.set(entry.key, item);
    return item;
  }

  /** Returns false if there was no time to draw all of the text. Until it is drawn, an answer looks as if it was still on its way. */
  #update(item: Item, entry: Entry, { regenerable, bound, slice }: { regenerable: boolean; bound: boolean; slice: Slice }): boolean {
    const isWhole = item.text instanceof Text || item.text.update(entry.text, entry.state === "done", slice);
    if (item.text instanceof Text) grow(item.text, entry.note ? noteText(entry.note) : entry.text);
    const look = `${entry.role} ${isWhole ? entry.state : "streaming"}${entry.superseded ? " superseded" : ""}`;
    if (item.node.className !== look) item.node.className = look;
    if (entry.messageId) item.node.dataset.messageId = entry.messageId;

    if (entry.role === "admin" && entry.name && !item.name) item.body.before((item.name = element("p", "name", entry.name)));
    showThinking(item, entry);
    if (entry.files && !item.hasFiles) void this.#showFiles(item, entry, entry.files);
    if (entry.voice) this.#showTranscript(item, entry, bound);
    if (!isWhole) return false;
    if (entry.speech) void this.#showSpeech(item, entry, entry.speech);
    this.#showDetail(item, entry, bound);
    this.#showActions(item, entry, regenerable);
    return true;
  }

  /** Few messages have files. */
  async #showFiles(item: Item, entry: Entry, files: readonly SharedFile[]): Promise<void> {
    item.hasFiles = true;
    const loaded = await import("./files.ts").catch(() => null);
    if (loaded === null) return void (item.hasFiles = false); // with the next change
    this.#place.keep(() => item.body.before(loaded.filesOf(files, entry.voice === true, () => this.#deeds.freshFiles(entry))));
  }

  /** What was said, below the player; or that it is being written down, or why it is not. */
  #showTranscript(item: Item, entry: Entry, bound: boolean): void {
    const { transcribe } = this.#deeds;
    const { text = "", failure } = entry.transcript ?? {};
    const isAwaited = !entry.transcript && transcribe !== null && entry.role === "user" && entry.state === "sent";
    const told = failure ? transcriptFailureText(failure) : isAwaited ? words.transcribing : text;
    const drawn = `${told}${failure && bound ? " !" : ""}`;
    if ((item.said?.drawn ?? "") === drawn) return;
    item.said?.node.remove();
    item.said = null;
    if (!told) return;
    const node = element("p", failure || isAwaited ? "said hint" : "said", told);
    node.dir = "auto";
    if (failure && bound && transcribe !== null && entry.role === "user") node.append(" ", button(words.transcribeAgain, () => transcribe(entry)));
    item.said = { node, drawn };
    item.body.before(node);
  }

  /** Few answers are spoken. */
  async #showSpeech(item: Item, entry: Entry, speech: Speech): Promise<void> {
    const { sounds } = this.#deeds;
    // That an answer was replaced stands below it already. What it says is heard to its end.
    const isTold = speech.failure === "superseded" && entry.superseded === true;
    const drawn = [speech.state, speech.file?.file_id, speech.failure, speech.cut, isTold].join();
    if (item.speech.drawn === drawn && !sounds.isDue(entry)) return;
    item.speech.drawn = drawn;
    const time = ++item.speech.times;
    const loaded = await import("./speaking.ts").catch(() => null);
    if (item.speech.times !== time) return; // it is drawn again meanwhile
    if (loaded === null) return void (item.speech.drawn = ""); // with the next change
    const begins = sounds.begins(entry);
    this.#place.keep(() => {
      item.speech.node?.remove();
      item.speech.node = isTold ? null : loaded.spoken(speech, () => this.#deeds.freshFiles(entry), begins);
      if (item.speech.node) item.body.after(item.speech.node);
    });
  }

  #showDetail(item: Item, entry: Entry, bound: boolean): void {
    const detail = detailText(entry, bound);
    const discardable = this.#deeds.canDiscard(entry);
    const drawn = `${detail}${discardable ? " -" : ""}`;
    if (item.drawn === drawn) return;
    item.drawn = drawn;
    item.detail?.remove();
    item.detail = null;
    if (!detail) return;
    item.detail = element("p", "detail", detail);
    if (entry.state === "failed") item.detail.append(" ", button(words.tryAgain, () => this.#deeds.retry(entry)));
    if (discardable) item.detail.append(" ", button(entry.state === "failed" ? words.remove : words.cancel, () => this.#deeds.discard(entry)));
    item.body.after(item.detail);
  }

  /** The time, and what can be done with an entry that is complete. */
  #showActions(item: Item, entry: Entry, regenerable: boolean): void {
    const complete = entry.role !== "system" && (entry.state === "done" || entry.state === "sent");
    const time = timeText(entry.at);
    const copies = complete && entry.role === "ai" && entry.text !== "";
    const offered = complete ? [time, copies && "copy", regenerable && "again"].filter(Boolean).join(" ") : "";
    if (item.offered === offered) return;
    item.offered = offered;
    item.actions?.remove();
    item.actions = null;
    if (!offered) return;
    const actions = (item.actions = element("p", "actions"));
    if (copies) actions.append(button(words.copy, ({ currentTarget }) => void copyAnswer(item.body, entry.text, currentTarget as HTMLElement), "copy"));
    if (regenerable) actions.append(button(words.regenerate, () => this.#deeds.regenerate(), "again"));
    if (time) actions.append(element("time", "", time));
    item.node.append(actions);
  }
}

/** The text of an answer that is not on the page, because somebody reads far above it. */
async function plainAnswer(text: string): Promise<string> {
  const body = element("div");
  const drawn = answerIn(body);
  if (drawn instanceof Text) return text;
  while (!drawn.update(text, true, sliceOfFrame())) await new Promise(requestAnimationFrame);
  return readableText(body);
}

/** Changes a text. Appending leaves a selection in it alone; only text that was withdrawn is set anew. */
function grow(node: Text, text: string): void {
  if (!text.startsWith(node.data)) node.data = text;
  else if (text.length > node.data.length) node.appendData(text.slice(node.data.length));
}

/** Shows what the model thinks above the answer, folded away until somebody opens it. Servers send it only if they are set up to. */
function showThinking(item: Item, entry: Entry): void {
  if (!entry.thinking) return;
  item.thinking ??= addThinking(item);
  const { summary, text } = item.thinking;
  const title = entry.thinks ? words.thinking : words.thoughts;
  if (summary.textContent !== title) summary.textContent = title;
  if (text.textContent !== entry.thinking) text.textContent = entry.thinking;
}

function addThinking(item: Item): NonNullable<Item["thinking"]> {
  const [details, summary, text] = [element("details", "thinking"), element("summary"), element("p")];
  details.append(summary, text);
  item.body.before(details);
  return { summary, text };
}
