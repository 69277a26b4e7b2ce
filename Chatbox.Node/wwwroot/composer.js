// The field in which a person writes, and whether anybody may write in it now.

const byId = (id) => document.getElementById(id);

export class Composer {
  #draft = "";

  // `send` is called with the text of each message.
  constructor(send) {
    const form = byId("composer");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = byId("message");
      const text = field.value.trim();
      if (text && !field.disabled) {
        field.value = "";
        this.#fit();
        send(text);
      }
      field.focus();
    });
    // On the form, because its field is replaced when another person comes.
    form.addEventListener("keydown", (event) => {
      if (event.target.id !== "message" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("input", () => this.#fit());
  }

  focus() {
    byId("message").focus();
  }

  // Lets people write, or says why nobody can: `reason` is null or a sentence.
  setClosed(reason) {
    byId("message").disabled = byId("send").disabled = reason !== null;
    byId("closed").hidden = reason === null;
    byId("closed").textContent = reason ?? "";
  }

  // Takes what was written off the page, and gives it back to its author.
  hideDraft() {
    this.#draft ||= byId("message").value;
    replaceField("message");
  }

  showDraft() {
    byId("message").value = this.#draft;
    this.#draft = "";
    this.#fit();
  }

  forget() {
    this.#draft = "";
    replaceField("message");
  }

  #fit() {
    const field = byId("message");
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
}

// A new field in the place of the old one: what was in a field that is only emptied comes back with the browser's undo.
export function replaceField(id) {
  const field = byId(id);
  field.removeAttribute("style"); // the page's policy lets no style attribute be copied
  const fresh = field.cloneNode(false);
  fresh.value = "";
  field.replaceWith(fresh);
}
