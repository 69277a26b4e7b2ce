// Colours code. It is loaded with the first block of code that names its language.
import type { LanguageFn } from "highlight.js";
import core from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { clean } from "./cleaning.ts";

/** Longer code is shown without colours: it would take too long. */
const LONGEST = 20_000;

export const languages: Record<string, LanguageFn> = { bash, c, cpp, csharp, css, diff, go, java, javascript, json, php, python, rust, sql, typescript, xml, yaml };

/** What else people call the languages. */
export const aliases: Record<string, string> = Object.fromEntries(
  Object.entries({
    bash: "sh zsh",
    c: "h",
    cpp: "cc c++ h++ hpp hh hxx cxx",
    csharp: "cs c#",
    diff: "patch",
    go: "golang",
    java: "jsp",
    javascript: "js jsx mjs cjs",
    json: "jsonc json5",
    python: "py gyp ipython",
    rust: "rs",
    typescript: "ts tsx mts cts",
    xml: "html xhtml rss atom xjb xsd xsl plist wsf svg",
    yaml: "yml",
  }).flatMap(([name, others]) => others.split(" ").map((other) => [other, name])),
);

/** Languages that have others in them. */
const PARTS: Record<string, string[]> = { xml: ["css", "javascript"], php: ["xml", "css", "javascript"] };

/** The rules of a language take milliseconds to set up: each is there when code first names it. Returns null for other languages. */
function knownAs(name: string): string | null {
  const known = aliases[name] ?? name;
  if (!Object.hasOwn(languages, known)) return null;
  for (const part of [known, ...(PARTS[known] ?? [])]) if (!core.getLanguage(part)) core.registerLanguage(part, languages[part]!);
  return known;
}

/** Colours a block of code. Its text stays the same. */
export function highlight(code: HTMLElement, language: string): void {
  const text = code.textContent ?? "";
  const known = knownAs(language);
  if (text.length > LONGEST || known === null) return;
  const { value } = core.highlight(text, { language: known, ignoreIllegals: true });
  const drawn = clean(value, "span", { ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"] });
  if (drawn.textContent === text) code.replaceChildren(...drawn.childNodes);
}
