// The dialog in which people give a conversation another name. It is loaded when somebody opens it.
import { html, render } from "lit/html.js";
import type { Rest } from "@chatbox/client";
import { openDialog } from "./dialogs.ts";
import { control } from "./dom.ts";
import type { Action } from "./notices.ts";
import { failureText } from "./refusals.ts";
import { Turns } from "./turns.ts";
import { fill, words } from "./words/words.ts";

/** The limit of the protocol (section 6). */
const LONGEST_NAME = 100;
/** A request without an answer keeps the next name from being sent. */
const LONGEST_WAIT_MS = 15_000;

/** `given`: the server does not have the name yet. `stored`: it has. `refused`: it does not take the new name, and this is the earlier one. */
export type Given = "given" | "stored" | "refused";

const turns = new Turns();

/** A conversation, as a page shows it. */
export interface Named {
  sessionId: string;
  name: string;
  /** Shows a name. */
  show(name: string, state: Given): void;
  /** Tells people what has become of it, or with null takes back what was told. */
  say(text: string, action: Action | null): void;
}

/**
 * Lets people write another name. The page shows it at once; if the server does not take it, the page says so and shows the earlier name.
 * @param draft what is in the field; the name, if it is absent
 */
export function openRenameDialog(rest: Pick<Rest, "rename">, named: Named, draft = named.name): void {
  const dialog = control("dialog", HTMLDialogElement);

  const save = (submit: Event) => {
    submit.preventDefault();
    const wanted = (dialog.querySelector("input") as HTMLInputElement).value.trim();
    if (!wanted) return;
    dialog.close();
    if (wanted !== named.name) void give(wanted, named.name);
  };

  const give = async (wanted: string, before: string) => {
    named.show(wanted, "given");
    const outcome = await turns.take(named.sessionId, () => rest.rename(named.sessionId, wanted, AbortSignal.timeout(LONGEST_WAIT_MS)));
    if (outcome === null) return; // people have given another name meanwhile
    const { value: name, failure } = outcome;
    if (failure === null) {
      named.show(name, "stored");
      const undo = { label: words.undo, run: () => (named.say("", null), void give(before, name)) };
      named.say(fill(words.renamed, { name }), before ? undo : null);
    } else {
      named.show(before, "refused");
      const again = { label: words.tryAgain, run: () => (named.say("", null), openRenameDialog(rest, { ...named, name: before }, wanted)) };
      named.say(fill(words.failed, { reason: failureText(failure) }), again);
    }
  };

  const draw = () =>
    render(
      html`<form @submit=${save}>
        <h2 id="dialog-title">${words.renameTitle}</h2>
        <div class="row"><input name="name" dir="auto" autocomplete="off" required maxlength=${LONGEST_NAME} aria-label=${words.name} .defaultValue=${draft}></div>
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
