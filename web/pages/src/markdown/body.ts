// Draws Markdown into an element. A block whose HTML has not changed keeps its nodes, so that a selection in it survives.
import DOMPurify from "dompurify";
import { Blocks } from "./blocks.ts";

/** What Markdown can mean, and nothing else: no image, style, form or frame, and no id that the page could mistake for its own. */
const ALLOWED = {
  ALLOWED_TAGS: [
    ..."a p br strong em del code pre ul ol li blockquote hr h1 h2 h3 h4 h5 h6".split(" "),
    ..."table thead tbody tr th td".split(" "),
  ],
  ALLOWED_ATTR: ["href", "title", "start", "align"],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  ADD_URI_SAFE_ATTR: ["start", "align"], // their values are no addresses
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
};

export class MarkdownBody {
  readonly #element: HTMLElement;
  readonly #blocks = new Blocks();
  readonly #drawn: { html: string; nodes: ChildNode[] }[] = [];
  #text = "";
  #ended = false;

  constructor(element: HTMLElement) {
    this.#element = element;
    element.dir = "auto";
  }

  /** @param ended true if the text will not grow */
  update(text: string, ended: boolean): void {
    if (text === this.#text && ended === this.#ended) return;
    [this.#text, this.#ended] = [text, ended];
    const blocks = this.#blocks.update(text, ended);
    for (const { nodes } of this.#drawn.splice(blocks.length)) nodes.forEach((node) => node.remove());
    blocks.forEach((html, index) => {
      const drawn = this.#drawn[index];
      if (drawn?.html === html) return;
      const nodes = nodesOf(html);
      const next = drawn?.nodes.at(-1)?.nextSibling ?? null;
      drawn?.nodes.forEach((node) => node.remove());
      for (const node of nodes) this.#element.insertBefore(node, next);
      this.#drawn[index] = { html, nodes };
    });
  }
}

function nodesOf(html: string): ChildNode[] {
  const fragment = DOMPurify.sanitize(html, { ...ALLOWED, RETURN_DOM_FRAGMENT: true });
  for (const link of fragment.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
  }
  for (const scroller of fragment.querySelectorAll("pre, table")) (scroller as HTMLElement).tabIndex = 0; // wide ones are scrolled by keys, too
  const nodes = [...fragment.childNodes];
  return nodes.filter((node) => node.nodeType !== Node.TEXT_NODE || node.textContent?.trim());
}
