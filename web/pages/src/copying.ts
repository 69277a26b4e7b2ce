// Copying: an answer as rich text for word processors and as its Markdown for everything else.
import { removeButtons } from "./dom.ts";
import { icon } from "./icons.ts";
import { announce } from "./notices.ts";
import { words } from "./words/words.ts";

const SHOW_DONE_MS = 1_500;

/**
 * @param shown the answer as it is drawn
 * @param button shows for a moment that it is done
 */
export async function copyAnswer(shown: HTMLElement, markdown: string, button: HTMLElement): Promise<void> {
  const rich = shown.cloneNode(true) as HTMLElement;
  removeButtons(rich);
  try {
    const parts = { "text/html": new Blob([rich.innerHTML], { type: "text/html" }), "text/plain": new Blob([markdown], { type: "text/plain" }) };
    await navigator.clipboard.write([new ClipboardItem(parts)]);
  } catch {
    if (!(await copyText(markdown))) return;
  }
  showDone(button);
}

/** False if the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // a page on plain http has no clipboard
  }
}

export function showDone(button: HTMLElement): void {
  announce(words.copied);
  const drawn = button.querySelector(".icon");
  const done = icon("check");
  drawn?.replaceWith(done);
  setTimeout(() => drawn && done.replaceWith(drawn), SHOW_DONE_MS);
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement as HTMLElement | null;
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return copied;
}
