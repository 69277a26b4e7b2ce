// Turns the Markdown of an answer into the HTML of its blocks, while the answer grows. Pure: no page. The HTML still has to be sanitised.
import { Marked, type Token } from "marked";
import { formulas } from "./formulas.ts";

/** A block that another one follows can still change: a list goes on, a paragraph becomes a heading. The one before it cannot. */
const OPEN_BLOCKS = 2;
/** Deeper nesting and longer lines are no prose; a parser takes too long for them, or runs out of stack. */
const DEEPEST = 20;
const LONGEST_LINE = 20_000;

/** A line that says where links with its name lead. */
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;

/** The end of a text that only its next characters explain: a link whose address is on its way, and the head of a table. */
const UNCLEAR = /!?\[[^[\]\n]{0,300}(?:\](?:\([^()\s]{0,2000})?)?$|(?<=^|\n\n)\|[^\n]*(?:\n[ :|-]*)?$/;

/** A text that grows, without what is not clear at its end yet: shown as it is, it would jump when the rest comes. */
export function clearPart(text: string): string {
  const unclear = text.search(UNCLEAR);
  return unclear < 0 ? text : text.slice(0, unclear);
}

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escape(text), // markup in an answer is what the model says, and not part of the page
    image: ({ href, text }) => link(href, text || href, "image"), // an image would tell its host who reads the answer
    link({ href, tokens }) {
      return link(href, this.parser.parseInline(tokens), null);
    },
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
    code({ text, lang }) {
      const language = /^[\w+#.-]{1,30}/.exec(lang ?? "")?.[0].toLowerCase();
      return `<pre><code${language ? ` class="language-${language}"` : ""}>${escape(text)}\n</code></pre>`;
    },
  },
  extensions: formulas((text) => escape(text)),
});

/** The blocks of one answer. */
export class Blocks {
  #text = "";
  /** The HTML of the blocks that cannot change any more, and where the next one starts in the text. */
  #closed: string[] = [];
  #start = 0;

  /** How many of the blocks cannot change any more. */
  get closed(): number {
    return this.#closed.length;
  }

  /** How much of the text the next update reads again, in UTF-16 code units. */
  get openLength(): number {
    return this.#text.length - this.#start;
  }

  /**
   * The HTML of each block of the text.
   * @param ended true if the text will not grow
   */
  update(text: string, ended: boolean): readonly string[] {
    if (!text.startsWith(this.#text.slice(0, this.#start))) [this.#closed, this.#start] = [[], 0]; // withdrawn
    if (ended && DEFINITION.test(text)) [this.#closed, this.#start] = [[], 0]; // it can change a link before it
    this.#text = text;
    if (isNoProse(text.slice(this.#start))) return [`<p>${escape(text)}</p>`];

    const open = text.slice(this.#start);
    const tokens = marked.lexer(ended ? open : clearPart(open));
    const links = tokens.links;
    const blocks: { html: string; length: number }[] = [];
    let space = 0;
    for (const token of tokens) {
      const html = token.type === "space" ? "" : marked.parser(Object.assign([token], { links }) as Token[] & { links: typeof links });
      if (html) blocks.push({ html, length: token.raw.length });
      else if (blocks.length > 0) blocks[blocks.length - 1]!.length += token.raw.length;
      else space += token.raw.length;
    }

    // marked counts tabs and line ends in its own way, so a text with such is drawn as a whole.
    const exact = !/[\t\r]/.test(text);
    while (exact && blocks.length > OPEN_BLOCKS) {
      const { html, length } = blocks.shift()!;
      this.#closed.push(html);
      this.#start += space + length;
      space = 0;
    }
    return [...this.#closed, ...blocks.map(({ html }) => html)];
  }
}

function isNoProse(text: string): boolean {
  return text.split("\n").some((line) => line.length > LONGEST_LINE || depthOf(line) > DEEPEST);
}

/** How deep quotes and lists nest at the beginning of a line. */
function depthOf(line: string): number {
  const nesting = /^(?:\s|>|[-+*](?=\s))*/.exec(line)![0];
  return nesting.replace(/\s/g, "").length + Math.floor(nesting.length / 40);
}

/** @param kind the class of the link, whose text is plain; null for text that is HTML already */
function link(href: string, text: string, kind: string | null): string {
  const [name, shown] = kind === null ? ["", text] : [` class="${kind}"`, escape(text)];
  return `<a href="${escape(href)}"${name}>${shown}</a>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
