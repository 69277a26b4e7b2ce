// Formulas in answers, as marked reads them: $…$, \\(…\\), $$…$$ and \\[…\\]. Prices such as $5 and $10 stay text. Pure.
import type { TokenizerAndRendererExtension, Tokens } from "marked";

const INLINE = /^(?:\$(?![\s\d$])((?:\\.|[^\\$\n]){1,1000}?)(?<!\s)\$(?![\d$])|\\\(((?:[^\\\n]|\\(?!\))){1,1000}?)\\\))/;
const BLOCK = /^(?:\$\$\s*((?:[^$]|\$(?!\$)){1,4000}?)\s*\$\$|\\\[((?:[^\\]|\\(?!\])){1,4000}?)\\\])[ ]*(?:\n+|$)/;

/** @param escape makes a text safe in HTML */
export function formulas(escape: (text: string) => string): TokenizerAndRendererExtension[] {
  return [
    {
      name: "formula",
      level: "inline",
      start: (text) => indexOf(text, /\$|\\\(/),
      tokenizer: (text) => tokenOf("formula", INLINE.exec(text)),
      renderer: (token) => `<span class="math">${escape(String(token["text"]))}</span>`,
    },
    {
      name: "formulaBlock",
      level: "block",
      start: (text) => indexOf(text, /^(?:\$\$|\\\[)/m),
      tokenizer: (text) => tokenOf("formulaBlock", BLOCK.exec(text)),
      renderer: (token) => `<p class="math display">${escape(String(token["text"]))}</p>`,
    },
  ];
}

function tokenOf(type: string, match: RegExpExecArray | null): Tokens.Generic | undefined {
  return match ? { type, raw: match[0], text: (match[1] ?? match[2] ?? "").trim() } : undefined;
}

function indexOf(text: string, pattern: RegExp): number | undefined {
  const index = text.search(pattern);
  return index < 0 ? undefined : index;
}
