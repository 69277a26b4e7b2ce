// Draws the entries of a conversation into a list. Text only ever becomes text nodes, so nothing that people write can become markup.
import { detailText, speakerText } from "./texts.js";
/** @import { Entry } from "./entries.js" */

const NEAR_END_PX = 80;

/**
 * The elements of one entry.
 * @typedef {object} Item
 * @property {HTMLLIElement} node
 * @property {HTMLElement} body
 * @property {Text} text
 * @property {HTMLElement | null} detail the line below the text
 * @property {string} drawn the text of `detail`
 * @property {HTMLElement | null} regenerate
 * @property {{ summary: HTMLElement, text: HTMLElement } | null} thinking
 */

export class TranscriptView {
  #list;
  #scroller;
  #retry;
  #regenerate;

  /** The entries on the page, by key. @type {Map<number, Item>} */
  #shown = new Map();

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} scroller the element that scrolls the list
   * @param {(entry: Entry) => void} retry is called with a message to send again
   * @param {() => void} regenerate is called to answer the last message again
   */
  constructor(list, scroller, retry, regenerate) {
    this.#list = list;
    this.#scroller = scroller;
    this.#retry = retry;
    this.#regenerate = regenerate;
  }

  /** True if the newest entry is in sight, or nearly so. */
  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /**
   * Shows these entries, and changes only what differs from before.
   * @param {readonly Entry[]} entries
   * @param {Entry | null} regenerable the answer that can be regenerated
   */
  draw(entries, regenerable) {
    const keys = new Set(entries.map((entry) => entry.key));
    for (const [key, item] of this.#shown) {
      if (keys.has(key)) continue;
      item.node.remove();
      this.#shown.delete(key);
    }
    /** @type {HTMLElement | null} */
    let before = null;
    for (const entry of entries) {
      const item = this.#shown.get(entry.key) ?? this.#add(entry);
      /** @type {ChildNode | null} */
      const next = before ? before.nextSibling : this.#list.firstChild;
      if (next !== item.node) this.#list.insertBefore(item.node, next);
      this.#update(item, entry, entry === regenerable);
      before = item.node;
    }
  }

  /**
   * @param {Entry} entry
   * @returns {Item}
   */
  #add(entry) {
    const node = document.createElement("li");
    const speaker = speakerText(entry.role);
    if (speaker) node.append(element("span", "unseen", `${speaker}: `));
    const text = document.createTextNode("");
    const body = element("p", "text");
    body.append(text);
    node.append(body);
    const item = { node, body, text, detail: null, drawn: "", regenerate: null, thinking: null };
    this.#shown.set(entry.key, item);
    return item;
  }

  /**
   * @param {Item} item
   * @param {Entry} entry
   * @param {boolean} regenerable
   */
  #update(item, entry, regenerable) {
    // Appending leaves a selection in the text alone; only text that was withdrawn is set anew.
    if (entry.text.startsWith(item.text.data)) {
      const added = entry.text.slice(item.text.data.length);
      if (added) item.text.appendData(added);
    } else {
      item.text.data = entry.text;
    }
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

  /**
   * @param {Item} item
   * @param {Entry} entry
   */
  #showDetail(item, entry) {
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

/**
 * Shows what the model thinks above the answer, folded away until somebody opens it. Servers send it only if they are set up to.
 * @param {Item} item
 * @param {Entry} entry
 */
function showThinking(item, entry) {
  if (!entry.thinking) return;
  item.thinking ??= addThinking(item);
  const { summary, text } = item.thinking;
  const title = entry.thinks ? "Thinking…" : "Thoughts";
  if (summary.textContent !== title) summary.textContent = title;
  if (text.textContent !== entry.thinking) text.textContent = entry.thinking;
}

/** @param {Item} item */
function addThinking(item) {
  const [details, summary, text] = [element("details", "thinking"), element("summary"), element("p")];
  details.append(summary, text);
  item.body.before(details);
  return { summary, text };
}

/**
 * @param {string} text
 * @param {() => void} run
 */
function button(text, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", run);
  return button;
}

/**
 * @param {string} name
 * @param {string} [className]
 * @param {string} [text]
 */
function element(name, className = "", text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}
