// What draws answers is two thirds of all scripts, and nobody needs it to write the first message: it comes right behind the page.
import type { MarkdownBody } from "./body.ts";

let body: typeof MarkdownBody | null = null;
let loading: Promise<void> | null = null;
let loaded = false;

/** True if answers can be drawn: as Markdown, or as plain text because the reader of Markdown could not be loaded. */
export function canDrawAnswers(): boolean {
  return loaded;
}

/** Something of everything: what reads and draws it is made ready by the browser when it first runs, which takes longer than a frame. */
const SAMPLE = "a **b** `c` [d](https://example.org/)\n\n- e\n\n| f |\n|---|\n| g |\n\n```\nh\n```\n\ni";

/** Draws a little where nobody sees it, when the browser has nothing else to do. */
function warmUp(): void {
  globalThis.requestIdleCallback?.(() => body && new body(document.createElement("div")).update(SAMPLE, true, { isOver: false }));
}

/** Begins to load. Resolves when answers can be drawn. */
export function loadMarkdown(): Promise<void> {
  return (loading ??= import("./body.ts").then(({ MarkdownBody }) => void (body = MarkdownBody)).catch(() => {}).then(() => void (loaded = true)).then(warmUp));
}

/** What draws the text of an answer into an element: Markdown, or plain text. */
export function answerIn(element: HTMLElement): MarkdownBody | Text {
  return body === null ? document.createTextNode("") : new body(element);
}
