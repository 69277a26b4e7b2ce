// Makes HTML that was written from somebody else's text safe.
import DOMPurify from "dompurify";

/** A document in which nothing runs and nothing is loaded. One for all texts: making one takes longer than to clean most of them. */
const inert = document.implementation.createHTMLDocument("");

/**
 * Reads HTML, and removes what is not allowed.
 * @param root the name of an allowed element, which holds the rest
 */
export function clean(html: string, root: string, allowed: { ALLOWED_TAGS: string[]; ALLOWED_ATTR: string[]; [option: string]: unknown }): HTMLElement {
  const element = inert.createElement(root);
  element.innerHTML = html;
  DOMPurify.sanitize(element, { ...allowed, IN_PLACE: true });
  return element;
}
