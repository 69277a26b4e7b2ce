// The dialog in which people give a conversation another name. It is loaded when somebody opens it.
import { html, nothing, render } from "lit/html.js";
import type { Rest } from "@chatbox/client";
import { openDialog } from "./dialogs.ts";
import { control } from "./dom.ts";
import { fill, words } from "./words/words.ts";

/** The limit of the protocol (section 6). */
const LONGEST_NAME = 100;

/** @param whenRenamed is called with the new name, once the server has it */
export function openRenameDialog(rest: Rest, sessionId: string, name: string, whenRenamed: (name: string) => void): void {
  const dialog = control("dialog", HTMLDialogElement);

  const save = async (submit: Event) => {
    submit.preventDefault();
    const wanted = (dialog.querySelector("input") as HTMLInputElement).value.trim();
    if (!wanted) return;
    if (wanted === name) return dialog.close();
    try {
      const renamed = await rest.rename(sessionId, wanted);
      dialog.close();
      whenRenamed(renamed);
    } catch (reason) {
      draw(fill(words.failed, { reason: (reason as Error).message }));
    }
  };

  const draw = (failure = "") =>
    render(
      html`<form @submit=${save}>
        <h2 id="dialog-title">${words.renameTitle}</h2>
        ${failure ? html`<p role="alert" class="danger">${failure}</p>` : nothing}
        <div class="row"><input name="name" dir="auto" autocomplete="off" required maxlength=${LONGEST_NAME} aria-label=${words.name} .defaultValue=${name}></div>
        <div class="row end">
          <button type="button" @click=${() => dialog.close()}>${words.cancel}</button>
          <button class="primary">${words.save}</button>
        </div>
      </form>`,
      dialog,
    );

  openDialog(dialog, draw);
  (dialog.querySelector("input") as HTMLInputElement).select();
}
