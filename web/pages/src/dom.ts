// Typed access to the elements of index.html, and new elements.
import { icon, type IconName } from "./icons.ts";

/**
 * The element with this id.
 * @throws {Error} if the page has no such element
 */
export function byId(id: string): HTMLElement {
  return control(id, HTMLElement);
}

/**
 * The element with this id, as an element of a certain kind.
 * @throws {Error} if the page has no such element, or it is of another kind
 */
export function control<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`The page has no ${type.name} "${id}".`);
}

export function element(name: string, className = "", text = ""): HTMLElement {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}

/** @param iconName of an icon before the text */
export function button(text: string, run: (event: MouseEvent) => void, iconName?: IconName): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...(iconName ? [icon(iconName)] : []), text);
  button.addEventListener("click", run);
  return button;
}

/** Changes a text only if it differs: a new text node costs a layout. */
export function showText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Leaves what an answer says, for those who read only that. */
export function removeButtons(within: HTMLElement): void {
  for (const button of within.querySelectorAll("button")) button.remove();
}

const LINES = "P, LI, H1, H2, H3, H4, H5, H6, PRE, BLOCKQUOTE, TR, BR, HR, DIV";

/** What people read in an element, without the words on buttons. Unlike `innerText`, it needs no layout. */
export function readableText(node: Node): string {
  if (!(node instanceof Element)) return node.textContent ?? "";
  if (node.matches("button")) return "";
  const text = [...node.childNodes].map(readableText).join("");
  return node.matches(LINES) ? `${text}\n` : node.matches("TD, TH") ? `${text}\t` : text;
}

/** Hides an element, or shows it. The focus that it had must not go with it. */
export function show(element: HTMLElement, shown: boolean): void {
  const hadFocus = !shown && element.contains(document.activeElement);
  element.hidden = !shown;
  if (hadFocus) keepFocus();
}

/** What had the focus goes: people go on in the field for messages. On touch, the field would open the keyboard. */
export function keepFocus(): void {
  byId(matchMedia("(pointer: coarse)").matches ? "log" : "message").focus();
}
