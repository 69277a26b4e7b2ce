// Draws Markdown into an element. A block whose HTML has not changed keeps its nodes, so that a selection in it survives.
import { copyText } from "../copying.ts";
import { button, element } from "../dom.ts";
import { later } from "../slices.ts";
import { fill, words } from "../words/words.ts";
import { Blocks } from "./blocks.ts";
import { clean } from "./cleaning.ts";

/** So much of a text is read and drawn at once, in UTF-16 code units; and so often in a frame, if there is time. No model writes as fast. */
const STEP = 125;
const MOST_STEPS = 8;

/** What Markdown can mean, and nothing else: no image, style, form or frame, and no id that the page could mistake for its own. */
const ALLOWED = {
  ALLOWED_TAGS: [
    ..."a p br strong em del code pre ul ol li blockquote hr h1 h2 h3 h4 h5 h6".split(" "),
    ..."table thead tbody tr th td span".split(" "),
  ],
  ALLOWED_ATTR: ["href", "title", "start", "align", "class"],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  ADD_URI_SAFE_ATTR: ["start", "align", "class"], // their values are no addresses
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
};

/** The only classes: the language of code, formulas, and links to images. */
const CLASSES = /^(?:language-[\w+#.-]{1,30}|math|math display|image)$/;

const DIAGRAMS = ".code[data-language=mermaid]";

/** What runs in the direction of its own text. A list is one: its marks stand on one side. */
const OWN_DIRECTION = "p:not(li p), :is(h1, h2, h3, h4, h5, h6):not(li *), :is(ul, ol):not(li *), td, th";

export class MarkdownBody {
  readonly #element: HTMLElement;
  readonly #blocks = new Blocks();
  readonly #drawn: { html: string; nodes: ChildNode[]; finished: boolean }[] = [];
  #text = "";
  #ended = false;
  #tail: Element | null = null;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /**
   * Draws as much of the text as there is time for. Returns true if it is drawn to its end.
   * @param ended true if the text will not grow
   */
  update(text: string, ended: boolean, slice: { readonly isOver: boolean }): boolean {
    for (let step = 0; text !== this.#text || ended !== this.#ended; step++) {
      if (step === MOST_STEPS || (step > 0 && slice.isOver)) return false;
      const length = Math.min(text.length, this.#text.length + STEP);
      // At its end, all of it may be read again, so that comes alone.
      const isLast = ended && (text === this.#text || text.length <= STEP);
      this.#draw(text.slice(0, length), isLast);
    }
    return true;
  }

  #draw(text: string, ended: boolean): void {
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
      this.#drawn[index] = { html, nodes, finished: false };
    });
    this.#markTail(ended ? null : this.#element.lastElementChild);
    this.#drawn.forEach((drawn, index) => {
      if (drawn.finished || !(ended || index < this.#blocks.closed)) return;
      drawn.finished = true;
      for (const node of drawn.nodes) if (node instanceof HTMLElement) finish(node);
    });
  }

  /** Marks the block behind which the answer goes on. A style for the last child would have the browser look at all of the answer again. */
  #markTail(tail: Element | null): void {
    if (tail === this.#tail) return;
    this.#tail?.classList.remove("tail");
    tail?.classList.add("tail");
    this.#tail = tail;
  }
}

function nodesOf(html: string): ChildNode[] {
  const fragment = clean(html, "blockquote", ALLOWED);
  for (const link of fragment.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
  }
  for (const classed of fragment.querySelectorAll("[class]")) if (!CLASSES.test(classed.className)) classed.removeAttribute("class");
  for (const image of fragment.querySelectorAll<HTMLAnchorElement>("a.image[href]")) image.append(element("small", "", fill(words.imageAt, { host: image.host })));
  for (const scroller of fragment.querySelectorAll("pre, table")) (scroller as HTMLElement).tabIndex = 0; // wide ones are scrolled by keys, too
  for (const block of fragment.querySelectorAll<HTMLElement>(OWN_DIRECTION)) block.dir = "auto";
  for (const pre of fragment.querySelectorAll("pre")) frame(pre);
  const nodes = [...fragment.childNodes];
  return nodes.filter((node) => node.nodeType !== Node.TEXT_NODE || node.textContent?.trim());
}

/** Puts the language of code, and a button to copy it, around the code. */
function frame(pre: HTMLElement): void {
  const framed = document.createElement("div");
  framed.className = "code";
  framed.dataset["language"] = languageOf(pre.querySelector("code")) ?? "";
  const copy = document.createElement("button");
  copy.type = "button";
  copy.className = "quiet";
  copy.setAttribute("aria-label", words.copy);
  copy.addEventListener("click", async () => copy.classList.toggle("done", await copyText(pre.textContent ?? "")));
  pre.replaceWith(framed);
  framed.append(pre, copy);
}

/** What draws diagrams is larger than all pages together: it is loaded when somebody wants one drawn. */
function offerDiagram(framed: HTMLElement): void {
  const draw = button(words.drawDiagram, async () => (await import("../diagrams/diagram.ts")).showDiagram(framed, draw));
  draw.className = "draw";
  framed.append(draw);
}

function languageOf(code: Element | null): string | undefined {
  return /^language-(.+)/.exec(code?.className ?? "")?.[1];
}

/** Adds colours, formulas and the way to a diagram to a block that does not change any more. What somebody has selected is left alone. */
function finish(block: HTMLElement): void {
  for (const framed of within(block, DIAGRAMS)) offerDiagram(framed);
  for (const code of within(block, "code[class]")) void finishWith(import("./highlight.ts"), code, ({ highlight }) => highlight(code, languageOf(code) ?? ""));
  for (const formula of within(block, ".math")) void finishWith(import("./math.ts"), formula, ({ drawFormula }) => drawFormula(formula));
}

async function finishWith<Module>(loading: Promise<Module>, element: HTMLElement, run: (module: Module) => void): Promise<void> {
  const module = await loading.catch(() => null); // without it, the source is shown
  if (module !== null) later(() => element.isConnected && !isSelected(element) && run(module));
}

/** The elements that match, in a block or as it. */
function within(block: HTMLElement, selector: string): HTMLElement[] {
  return [...(block.matches(selector) ? [block] : []), ...block.querySelectorAll<HTMLElement>(selector)];
}

/** Asks the range, because the selection itself would have the browser lay out the page first. */
function isSelected(element: HTMLElement): boolean {
  const selection = document.getSelection();
  const range = selection !== null && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
  return range !== null && !range.collapsed && range.intersectsNode(element);
}
