// Colours code. It is loaded with the first block of code that names its language.
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

const languages = { bash, c, cpp, csharp, css, diff, go, java, javascript, json, php, python, rust, sql, typescript, xml, yaml };
for (const [name, language] of Object.entries(languages)) core.registerLanguage(name, language);

/** Colours a block of code. Its text stays the same. */
export function highlight(code: HTMLElement, language: string): void {
  const text = code.textContent ?? "";
  if (text.length > LONGEST || !core.getLanguage(language)) return;
  const { value } = core.highlight(text, { language, ignoreIllegals: true });
  const drawn = clean(value, "span", { ALLOWED_TAGS: ["span"], ALLOWED_ATTR: ["class"] });
  if (drawn.textContent === text) code.replaceChildren(...drawn.childNodes);
}
