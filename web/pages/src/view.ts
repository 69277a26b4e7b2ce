// Draws the entries of a conversation into a list. What people write only ever becomes text nodes; answers are Markdown, and sanitised.
import type { Entry } from "@chatbox/client";
import { MarkdownBody } from "./markdown/body.ts";
import { detailText, noteText, speakerText } from "./texts.ts";

const NEAR_END_PX = 80;

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
  regenerate: HTMLElement | null;
  thinking: { summary: HTMLElement; text: HTMLElement } | null;
}

export class TranscriptView {
  readonly #list: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #retry: (entry: Entry) => void;
  readonly #regenerate: () => void;

  /** The entries on the page, by key. */
  readonly #shown = new Map<number, Item>();

  /**
   * @param scroller the element that scrolls the list
   * @param retry is called with a message to send again
   * @param regenerate is called to answer the last message again
   */
  constructor(list: HTMLElement, scroller: HTMLElement, retry: (entry: Entry) => void, regenerate: () => void) {
    this.#list = list;
    this.#scroller = scroller;
    this.#retry = retry;
    this.#regenerate = regenerate;
  }

  /** True if the newest entry is in sight, or nearly so. */
  get atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  scrollToEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /**
   * Shows these entries, and changes only what differs from before.
   * @param regenerable the answer that can be regenerated
   */
  draw(entries: readonly Entry[], regenerable: Entry | null): void {
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
      this.#update(item, entry, entry === regenerable);
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
    const item: Item = { node, body, text, detail: null, drawn: "", regenerate: null, thinking: null };
    this.#shown.set(entry.key, item);
    return item;
  }

  #update(item: Item, entry: Entry, regenerable: boolean): void {
    if (item.text instanceof MarkdownBody) item.text.update(entry.text, entry.state === "done");
    else showText(item.text, entry.note ? noteText(entry.note) : entry.text);
    const look = `${entry.role} ${entry.state}${entry.superseded ? " superseded" : ""}`;
    if (item.node.className !== look) item.node.className = look;
    if (entry.messageId) item.node.dataset.messageId = entry.messageId;

    showThinking(item, entry);
    this.#showDetail(item, entry);
    if (Boolean(item.regenerate) === regenerable) return;
    item.regenerate?.remove();
    item.regenerate = null;
    if (!regenerable) return;
    item.regenerate = element("p", "actions");
    item.regenerate.append(button("Regenerate", () => this.#regenerate()));
    item.node.append(item.regenerate);
  }

  #showDetail(item: Item, entry: Entry): void {
    const detail = detailText(entry);
    if (item.drawn === detail) return;
    item.drawn = detail;
    item.detail?.remove();
    item.detail = null;
    if (!detail) return;
    item.detail = element("p", "detail", detail);
    if (entry.state === "failed") item.detail.append(" ", button("Try again", () => this.#retry(entry)));
    item.body.after(item.detail);
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
  const title = entry.thinks ? "Thinking…" : "Thoughts";
  if (summary.textContent !== title) summary.textContent = title;
  if (text.textContent !== entry.thinking) text.textContent = entry.thinking;
}

function addThinking(item: Item): NonNullable<Item["thinking"]> {
  const [details, summary, text] = [element("details", "thinking"), element("summary"), element("p")];
  details.append(summary, text);
  item.body.before(details);
  return { summary, text };
}

function button(text: string, run: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", run);
  return button;
}

function element(name: string, className = "", text = ""): HTMLElement {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}
