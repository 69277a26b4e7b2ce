// The words of the pages in the language of the browser. English is always there; another language is loaded before anything is shown.
import { en, type Words } from "./en.ts";

export const words: Words = { ...en };

/** The language in which the page speaks, for dates and numbers too. */
export let language = "en";

/** Takes the first language of these that the pages have; English if there is none. */
export async function loadWords(languages: readonly string[]): Promise<void> {
  language = languages.map((name) => name.slice(0, 2).toLowerCase()).find((name) => name === "en" || name === "de") ?? "en";
  Object.assign(words, language === "de" ? (await import("./de.ts")).de : en);
}

/** Puts values in the place of {names}. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (name, key: string) => String(values[key] ?? name));
}

/** Puts the words in the place of the English ones of the page: `data-word` names the text, `data-word-label` the label, `data-word-hint` the placeholder. */
export function translatePage(): void {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll<HTMLElement>("[data-word], [data-word-label], [data-word-hint]")) {
    const { word, wordLabel, wordHint } = element.dataset;
    if (word) element.textContent = words[word as keyof Words];
    if (wordLabel) element.setAttribute("aria-label", words[wordLabel as keyof Words]);
    if (wordHint) element.setAttribute("placeholder", words[wordHint as keyof Words]);
  }
}
