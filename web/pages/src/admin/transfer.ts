// The dialog in which an administrator offers a conversation to another one.
import { html, render } from "lit/html.js";
import { openDialog } from "../dialogs.ts";
import { control } from "../dom.ts";
import { words as pageWords } from "../words/words.ts";
import { adminWords } from "./adminwords.ts";

/** The limit of the protocol (section 2). */
const LONGEST_USER_ID = 255;

/**
 * Asks to whom the conversation is offered.
 * @param administrators ids to suggest; any other id can be written
 * @param offer is called with the id; not at all if the dialog is closed otherwise
 */
export function openTransferDialog(administrators: readonly string[], offer: (to: string) => void): void {
  const dialog = control("dialog", HTMLDialogElement);
  const words = adminWords();

  const submit = (event: Event) => {
    event.preventDefault();
    const to = (dialog.querySelector("input") as HTMLInputElement).value.trim();
    if (!to) return;
    dialog.close();
    offer(to);
  };

  const draw = () =>
    render(
      html`<form @submit=${submit}>
        <h2 id="dialog-title">${words.transferTitle}</h2>
        <p>${words.transferTold}</p>
        <div class="row">
          <input name="to" list="administrators" dir="auto" autocomplete="off" spellcheck="false" autocapitalize="off" required maxlength=${LONGEST_USER_ID} aria-label=${words.transferTo} placeholder=${words.transferTo}>
          <datalist id="administrators">${administrators.map((id) => html`<option value=${id}></option>`)}</datalist>
        </div>
        <div class="row end">
          <button type="button" @click=${() => dialog.close()}>${pageWords.cancel}</button>
          <button class="primary">${words.transferOffer}</button>
        </div>
      </form>`,
      dialog,
    );

  openDialog(dialog, draw);
}
