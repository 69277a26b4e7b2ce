// The menu of the conversation, by mouse and keyboard.
import { byId } from "./dom.ts";

const items = () => [...byId("more-items").querySelectorAll<HTMLButtonElement>("button:not([hidden])")];

export function startMenu(): void {
  const opener = byId("more");
  opener.addEventListener("click", () => show(byId("more-items").hidden === true));
  byId("menu").addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Escape" && !byId("more-items").hidden) {
      show(false);
      opener.focus();
    } else if (step !== 0) {
      event.preventDefault();
      if (byId("more-items").hidden) return show(true);
      const at = items().indexOf(document.activeElement as HTMLButtonElement);
      items().at((at + step) % items().length)?.focus();
    }
  });
  byId("more-items").addEventListener("click", () => {
    // An item that has moved the focus keeps it where it is.
    if (byId("more-items").contains(document.activeElement)) opener.focus();
    show(false);
  });
  document.addEventListener("pointerdown", ({ target }) => byId("menu").contains(target as Node) || show(false));
  byId("menu").addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !byId("menu").contains(relatedTarget as Node) && show(false));
}

function show(open: boolean): void {
  byId("more-items").hidden = !open;
  byId("more").setAttribute("aria-expanded", String(open));
  if (open) items()[0]?.focus();
}
