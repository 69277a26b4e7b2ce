// What the dialogs that are loaded on demand have in common.
import { nothing, render } from "lit/html.js";

/** Shows a dialog until it is closed; then its content goes, because that is not for the next person, and the focus goes back. */
export function openDialog(dialog: HTMLDialogElement, draw: () => void): void {
  // Not every browser gives a button that is pressed the focus.
  const focused = document.activeElement === document.body ? null : (document.activeElement as HTMLElement | null);
  dialog.setAttribute("aria-labelledby", "dialog-title");
  draw();
  dialog.addEventListener(
    "close",
    () => {
      render(nothing, dialog);
      (focused?.isConnected ? focused : document.getElementById("message"))?.focus();
    },
    { once: true },
  );
  dialog.showModal();
}
