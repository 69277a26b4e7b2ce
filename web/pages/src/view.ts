// Draws the entries of a conversation into a list. What people write only ever becomes text nodes; answers are Markdown, and sanitised.
import type { Entry, SharedFile, Speech } from "@chatbox/client";
import type { MarkdownBody } from "./markdown/body.ts";
import { answerIn, canDrawAnswers, loadMarkdown } from "./markdown/loading.ts";
import { button, element, removeButtons } from "./dom.ts";
import { copyAnswer } from "./copying.ts";
import { detailText, noteText, speakerText, timeText, transcriptFailureText } from "./texts.ts";
import { EntryWindow } from "./window.ts";
import { words } from "./words/words.ts";

const NEAR_END_PX = 80;
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
  /** True once for an answer whose sound is to be heard as soon as it is drawn. */
  beginsToPlay(entry: Entry): boolean;
}

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
  /** The sound of an answer, and what of it is drawn. */
  speech: { node: HTMLElement | null; drawn: string };
  thinking: { summary: HTMLElement; text: HTMLElement } | null;
}

export class TranscriptView {
  readonly #list: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #deeds: Deeds;

  /** The entries on the page, by key. */
  readonly #shown = new Map<number, Item>();
  readonly #window = new EntryWindow();
  #drawn: { entries: readonly Entry[]; regenerable: Entry | null; bound: boolean } = { entries: [], regenerable: null, bound: true };

  /**
   * @param scroller the element that scrolls the list
   */
  constructor(list: HTMLElement, scroller: HTMLElement, deeds: Deeds) {
    this.#list = list;
    this.#scroller = scroller;
    this.#deeds = deeds;
    scroller.addEventListener("scroll", () => this.#reachOut(), { passive: true });
  }

  /** True if the newest entry is in sight, or nearly so. */
  get atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return this.#window.atEnd && scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  scrollToEnd(): void {
    if (!this.#window.atEnd) {
      this.#window.toEnd();
      this.#drawWindow(true);
    }
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** The text of an entry as people see it, without Markdown's signs and without the words on its buttons. */
  plainText(entry: Entry): string {
    const body = this.#shown.get(entry.key)?.body;
    if (!body) return entry.role === "ai" ? plainAnswer(entry.text) : entry.text;
    const buttons = [...body.querySelectorAll("button")];
    for (const button of buttons) button.hidden = true; // innerText reads what is rendered
    const text = body.innerText;
    for (const button of buttons) button.hidden = false;
    return text;
  }

  /**
   * Shows these entries, and changes only what differs from before. Of many, it shows those around the place where somebody reads; what is in
   * sight does not move.
   * @param regenerable the answer that can be regenerated
   * @param bound true while a bound socket takes commands
   */
  draw(entries: readonly Entry[], regenerable: Entry | null, bound = true): void {
    this.#drawn = { entries, regenerable, bound };
    this.#drawWindow(this.atEnd);
    this.#reachOut();
  }

  #drawWindow(following: boolean): void {
    const { entries, regenerable, bound } = this.#drawn;
    const keepInSight = following ? null : this.#inSight();
    const shown = this.#window.of(entries, following);
    const keys = new Set(shown.map((entry) => entry.key));
    for (const [key, item] of this.#shown) {
      if (keys.has(key)) continue;
      item.node.remove();
      this.#shown.delete(key);
    }
    if (!canDrawAnswers() && shown.some(({ role }) => role === "ai")) return void loadMarkdown().then(() => this.#drawWindow(this.atEnd));
    let before: HTMLElement | null = null;
    for (const entry of shown) {
      const item = this.#shown.get(entry.key) ?? this.#add(entry);
      const next: ChildNode | null = before ? before.nextSibling : this.#list.firstChild;
      if (next !== item.node) this.#list.insertBefore(item.node, next);
      this.#update(item, entry, entry === regenerable, bound);
      before = item.node;
    }
    keepInSight?.();
    if (following) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** Remembers where the first entry in sight is, and returns what puts it back there. Not every browser does so by itself. */
  #inSight(): () => void {
    const { top } = this.#scroller.getBoundingClientRect();
    const node = [...this.#list.children].find((child) => child.getBoundingClientRect().bottom > top);
    const place = node?.getBoundingClientRect().top ?? 0;
    return () => {
      const moved = node?.isConnected ? node.getBoundingClientRect().top - place : 0;
      if (Math.abs(moved) >= 0.5) this.#scroller.scrollTop += moved;
    };
  }

  /** Draws more where somebody comes near an edge of what is drawn. */
  #reachOut(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const { entries } = this.#drawn;
    if (clientHeight === 0 || entries.length === 0) return; // not on the page
    if (scrollTop < NEAR_EDGE_PX) {
      if (this.#window.up(entries)) this.#drawWindow(false);
      else this.#deeds.loadOlder();
    }
    if (scrollHeight - scrollTop - clientHeight < NEAR_EDGE_PX && this.#window.down(entries)) this.#drawWindow(false);
  }

  #add(entry: Entry): Item {
    const node = document.createElement("li");
    const speaker = speakerText(entry.role);
    if (speaker) node.append(element("span", "unseen", `${speaker}: `));
    const body = element(entry.role === "ai" ? "div" : "p", "text");
    const text = entry.role === "ai" ? answerIn(body) : document.createTextNode("");
    if (text instanceof Text) body.append(text);
    if (text instanceof Text && entry.role === "ai") body.classList.add("plain");
    node.append(body);
    const item: Item = { node, body, text, detail: null, drawn: "", actions: null, offered: "", name: null, hasFiles: false, said: null, speech: { node: null, drawn: "" }, thinking: null };
    this.#shown.set(entry.key, item);
    return item;
  }

  #update(item: Item, entry: Entry, regenerable: boolean, bound: boolean): void {
    if (!(item.text instanceof Text)) item.text.update(entry.text, entry.state === "done");
    else showText(item.text, entry.note ? noteText(entry.note) : entry.text);
    const look = `${entry.role} ${entry.state}${entry.superseded ? " superseded" : ""}`;
    if (item.node.className !== look) item.node.className = look;
    if (entry.messageId) item.node.dataset.messageId = entry.messageId;

    if (entry.role === "admin" && entry.name && !item.name) item.body.before((item.name = element("p", "name", entry.name)));
    showThinking(item, entry);
    if (entry.files && !item.hasFiles) void this.#showFiles(item, entry, entry.files);
    if (entry.voice) this.#showTranscript(item, entry, bound);
    if (entry.speech) void this.#showSpeech(item, entry, entry.speech);
    this.#showDetail(item, entry, bound);
    this.#showActions(item, entry, regenerable);
  }

  /** Few messages have files. */
  async #showFiles(item: Item, entry: Entry, files: readonly SharedFile[]): Promise<void> {
    item.hasFiles = true;
    const loaded = await import("./files.ts").catch(() => null);
    if (loaded === null) return void (item.hasFiles = false); // with the next change
    const { filesOf } = loaded;
    const stick = this.atEnd;
    const keepInSight = stick ? null : this.#inSight();
    item.body.before(filesOf(files, entry.voice === true, () => this.#deeds.freshFiles(entry)));
    keepInSight?.();
    if (stick) this.scrollToEnd();
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
    const drawn = [speech.state, speech.file?.file_id, speech.failure, speech.cut, entry.superseded].join();
    if (item.speech.drawn === drawn) return;
    item.speech.drawn = drawn;
    const loaded = await import("./speaking.ts").catch(() => null);
    if (item.speech.drawn !== drawn) return; // it has changed meanwhile
    if (loaded === null) return void (item.speech.drawn = ""); // with the next change
    const stick = this.atEnd;
    const keepInSight = stick ? null : this.#inSight();
    item.speech.node?.remove();
    // That an answer was replaced stands below it already.
    item.speech.node = speech.failure === "superseded" && entry.superseded ? null : loaded.spoken(speech, () => this.#deeds.freshFiles(entry), this.#deeds.beginsToPlay(entry));
    if (item.speech.node) item.body.after(item.speech.node);
    keepInSight?.();
    if (stick) this.scrollToEnd();
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
function plainAnswer(text: string): string {
  const body = element("div");
  const drawn = answerIn(body);
  if (drawn instanceof Text) return text;
  drawn.update(text, true);
  removeButtons(body);
  return [...body.children].map(({ textContent }) => textContent).join("\n");
}

/** Changes a text. Appending leaves a selection in it alone; only text that was withdrawn is set anew. */
function showText(node: Text, text: string): void {
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
