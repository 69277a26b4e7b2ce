// The form in which people write messages, and whether they may write now.
import type { SharedFile } from "@chatbox/client";
import { byId, control } from "./dom.ts";
import { nothingEnclosed, type Enclosure } from "./enclosure.ts";
import { showError, showNotice } from "./notices.ts";
import { tooLongText } from "./texts.ts";

/** The limit of the protocol (section 4), in Unicode characters. */
const LONGEST_MESSAGE = 10_000;

const messageField = () => control("message", HTMLTextAreaElement);

export class Composer {
  #draft = "";

  /** What goes with the text. */
  enclosure: Enclosure = nothingEnclosed;

  /**
   * @param send is called with the text and the files of each message
   * @param written is called when the text in the field has changed
   */
  constructor(send: (text: string, files: readonly SharedFile[]) => void, written: (text: string) => void) {
    const form = control("composer", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = messageField();
      const text = field.value.trim();
      const length = [...text].length;
      const { isEmpty, obstacle } = this.enclosure;
      if (length > LONGEST_MESSAGE) {
        showError(tooLongText(length, LONGEST_MESSAGE)); // the field keeps all of it
      } else if (obstacle !== null) {
        showNotice(obstacle); // so it does here
      } else if ((text || !isEmpty) && !field.disabled) {
        field.value = "";
        this.#fit();
        written("");
        send(text, this.enclosure.take());
      }
      field.focus();
    });
    // The listeners are on the form, because its field is replaced when another person comes.
    form.addEventListener("keydown", (event) => {
      if (event.target !== messageField() || event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
      if (matchMedia("(pointer: coarse)").matches) return; // a keyboard on the screen has no Shift+Enter: there, Enter is a new line
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("input", () => {
      this.#fit();
      written(messageField().value);
    });
  }

  /** The text in the field, or the one that is kept for `showDraft`. */
  get text(): string {
    return this.#draft || messageField().value;
  }

  /** Replaces the text in the field. */
  write(text: string): void {
    messageField().value = text;
    this.#fit();
  }

  /** Writes text as if somebody had typed it. */
  begin(text: string): void {
    this.write(text);
    messageField().focus();
    messageField().dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Takes the focus; not from a page that embeds this one. */
  focus(): void {
    if (parent === window || document.hasFocus()) messageField().focus();
  }

  /**
   * Closes the form, or opens it again.
   * @param reason why nobody can write, or null
   */
  setClosed(reason: string | null): void {
    messageField().disabled = reason !== null;
    for (const id of ["send", "attach", "camera", "record"]) control(id, HTMLButtonElement).disabled = reason !== null;
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
    field.style.height = `${field.scrollHeight}px`;
  }
}

/** True while an input method puts a character together: its Enter chooses. Some browsers say so only by the key code 229. */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
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
