// Draws a transcript into a list. Text is only ever set as text, so nothing that anyone writes can become markup.

const REASONS = {
  length: "The answer reached its greatest length.",
  stopped: "Stopped.",
  cut: "The answer was cut off.",
  timeout: "The model took too long.",
  error: "The model failed.",
  taken_over: "A colleague has taken over.",
};
const SPEAKERS = { user: "You", ai: "Answer", admin: "Support", system: "" };
const NEAR_END_PX = 80;

export class TranscriptView {
  #list;
  #scroller;
  #retry;
  #again;
  #shown = new Map();

  // `retry` is called with the entry that the person wants to send again, `again` when the last answer is wanted anew.
  constructor(list, scroller, retry, again) {
    this.#list = list;
    this.#scroller = scroller;
    this.#retry = retry;
    this.#again = again;
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  // `regenerable` is the answer that can be given anew, if one can.
  draw(entries, regenerable) {
    const keys = new Set(entries.map((entry) => entry.key));
    for (const [key, item] of this.#shown) {
      if (keys.has(key)) continue;
      item.node.remove();
      this.#shown.delete(key);
    }
    let before = null;
    for (const entry of entries) {
      const item = this.#shown.get(entry.key) ?? this.#add(entry);
      const next = before ? before.nextSibling : this.#list.firstChild;
      if (next !== item.node) this.#list.insertBefore(item.node, next);
      this.#update(item, entry, entry === regenerable);
      before = item.node;
    }
  }

  #add(entry) {
    const node = document.createElement("li");
    const speaker = SPEAKERS[entry.role];
    if (speaker) node.append(element("span", "unseen", `${speaker}: `));
    const text = document.createTextNode("");
    const body = element("p", "text");
    body.append(text);
    node.append(body);
    const item = { node, body, text, detail: null, drawn: "", again: null, thinking: null };
    this.#shown.set(entry.key, item);
    return item;
  }

  #update(item, entry, regenerable) {
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
    if (Boolean(item.again) === regenerable) return;
    item.again?.remove();
    item.again = regenerable ? element("p", "actions") : null;
    item.again?.append(action("Answer again", () => this.#again()));
    if (item.again) item.node.append(item.again);
  }

  #showDetail(item, entry) {
    const detail = detailOf(entry);
    if (item.drawn === detail) return;
    item.drawn = detail;
    item.detail?.remove();
    item.detail = null;
    if (!detail) return;
    item.detail = element("p", "detail", detail);
    if (entry.state === "failed") item.detail.append(" ", action("Try again", () => this.#retry(entry)));
    item.body.after(item.detail);
  }
}

// What the model thinks, where the node shows it: beside the answer, and folded away unless somebody opens it.
function showThinking(item, entry) {
  if (!entry.thinking) return;
  if (!item.thinking) {
    item.thinking = element("details", "thinking");
    item.thinking.append(element("summary"), element("p"));
    item.body.before(item.thinking);
  }
  const [summary, text] = item.thinking.children;
  const title = entry.thinks ? "Thinking…" : "Thoughts";
  if (summary.textContent !== title) summary.textContent = title;
  if (text.textContent !== entry.thinking) text.textContent = entry.thinking;
}

export function detailOf(entry) {
  if (entry.state === "pending") return "Sending…";
  if (entry.state === "failed") return "Not sent.";
  if (entry.superseded) return "Answered again.";
  if (entry.role === "ai" && entry.state === "done" && entry.finishReason !== "stop") {
    return REASONS[entry.finishReason] ?? "The answer ended early.";
  }
  return "";
}

function action(text, run) {
  const button = element("button", "", text);
  button.type = "button";
  button.addEventListener("click", run);
  return button;
}

function element(name, className = "", text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}
