// The form in which people write messages, and whether they may write now.
import { byId, control } from "./dom.ts";

const messageField = () => control("message", HTMLTextAreaElement);

export class Composer {
  #draft = "";

  /** @param send is called with the text of each message */
  constructor(send: (text: string) => void) {
    const form = control("composer", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = messageField();
      const text = field.value.trim();
      if (text && !field.disabled) {
        field.value = "";
        this.#fit();
        send(text);
      }
      field.focus();
    });
    // The listeners are on the form, because its field is replaced when another person comes.
    form.addEventListener("keydown", (event) => {
      if (event.target !== messageField() || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("input", () => this.#fit());
  }

  focus(): void {
    messageField().focus();
  }

  /**
   * Closes the form, or opens it again.
   * @param reason why nobody can write, or null
   */
  setClosed(reason: string | null): void {
    messageField().disabled = control("send", HTMLButtonElement).disabled = reason !== null;
    byId("closed").hidden = reason === null;
    byId("closed").textContent = reason ?? "";
  }

  /** Takes the unsent text off the page and keeps it for `showDraft`. */
  hideDraft(): void {
    this.#draft ||= messageField().value;
    replaceField("message");
  }

  /** Puts the unsent text back. */
  showDraft(): void {
    messageField().value = this.#draft;
    this.#draft = "";
    this.#fit();
  }

  /** Drops the unsent text. */
  forget(): void {
    this.#draft = "";
    replaceField("message");
  }

  #fit(): void {
    const field = messageField();
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
}

/**
 * Empties a field by replacing it with a new one. The browser's undo could bring back the text of a field that was only emptied.
 * @param id of an input or a text area
 */
export function replaceField(id: string): void {
  const field = byId(id);
  field.removeAttribute("style"); // the content security policy forbids to copy a style attribute
  const fresh = field.cloneNode(false) as HTMLInputElement | HTMLTextAreaElement;
  fresh.value = "";
  field.replaceWith(fresh);
}
