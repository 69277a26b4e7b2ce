// Draws the entries of a conversation into a list. What people write only ever becomes text nodes; answers are Markdown, and sanitised.
import type { Entry } from "@chatbox/client";
import { MarkdownBody } from "./markdown/body.ts";
import { button, element } from "./dom.ts";
import { copyAnswer } from "./copying.ts";
import { detailText, noteText, speakerText, timeText } from "./texts.ts";
import { words } from "./words/words.ts";

const NEAR_END_PX = 80;

/** What people can do with an entry. */
export interface Deeds {
  /** Sends a message again. */
  retry(entry: Entry): void;
  /** Answers the last message again. */
  regenerate(): void;
  canDiscard(entry: Entry): boolean;
  /** Takes a message back. */
  discard(entry: Entry): void;
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
  thinking: { summary: HTMLElement; text: HTMLElement } | null;
}

export class TranscriptView {
  readonly #list: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #deeds: Deeds;

  /** The entries on the page, by key. */
  readonly #shown = new Map<number, Item>();

  /**
   * @param scroller the element that scrolls the list
   */
  constructor(list: HTMLElement, scroller: HTMLElement, deeds: Deeds) {
    this.#list = list;
    this.#scroller = scroller;
    this.#deeds = deeds;
  }

  /** True if the newest entry is in sight, or nearly so. */
  get atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  scrollToEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** The text of an entry as people see it, without Markdown's signs. */
  plainText(entry: Entry): string {
    const item = this.#shown.get(entry.key);
    return item?.body.innerText ?? entry.text;
  }

  /**
   * Shows these entries, and changes only what differs from before.
   * @param regenerable the answer that can be regenerated
   * @param bound true while a bound socket takes commands
   */
  draw(entries: readonly Entry[], regenerable: Entry | null, bound = true): void {
    const keys = new Set(entries.map((entry) => entry.key));
    for (const [key, item] of this.#shown) {
      if (keys.has(key)) continue;
      item.node.remove();
      this.#shown.delete(key);
    }
    let before: HTMLElement | null = null;
    for (const entry of entries) {
      const item = this.#shown.get(entry.key) ?? this.#add(entry);
      const next: ChildNode | null = before ? before.nextSibling : this.#list.firstChild;
      if (next !== item.node) this.#list.insertBefore(item.node, next);
      this.#update(item, entry, entry === regenerable, bound);
      before = item.node;
    }
  }

  #add(entry: Entry): Item {
    const node = document.createElement("li");
    const speaker = speakerText(entry.role);
    if (speaker) node.append(element("span", "unseen", `${speaker}: `));
    const body = element(entry.role === "ai" ? "div" : "p", "text");
    const text = entry.role === "ai" ? new MarkdownBody(body) : document.createTextNode("");
    if (text instanceof Text) body.append(text);
    node.append(body);
    const item: Item = { node, body, text, detail: null, drawn: "", actions: null, offered: "", name: null, thinking: null };
    this.#shown.set(entry.key, item);
    return item;
  }

  #update(item: Item, entry: Entry, regenerable: boolean, bound: boolean): void {
    if (item.text instanceof MarkdownBody) item.text.update(entry.text, entry.state === "done");
    else showText(item.text, entry.note ? noteText(entry.note) : entry.text);
    const look = `${entry.role} ${entry.state}${entry.superseded ? " superseded" : ""}`;
    if (item.node.className !== look) item.node.className = look;
    if (entry.messageId) item.node.dataset.messageId = entry.messageId;

    if (entry.role === "admin" && entry.name && !item.name) item.body.before((item.name = element("p", "name", entry.name)));
    showThinking(item, entry);
    this.#showDetail(item, entry, bound);
    this.#showActions(item, entry, regenerable);
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
