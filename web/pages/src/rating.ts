// How the help was: asked once a person has left. It is loaded then.
import type { ChatClient } from "@chatbox/client";
import { button, byId, element } from "./dom.ts";
import { showNotice } from "./notices.ts";
import { words } from "./words/words.ts";

export function askForRating(client: ChatClient): void {
  let rating: "up" | "down" | null = null;
  const form = document.createElement("form");
  const comment = document.createElement("input");
  comment.placeholder = words.rateComment;
  comment.maxLength = 1000;
  comment.setAttribute("aria-label", words.rateComment);
  const send = button(words.rateSend, () => form.requestSubmit());
  send.className = "primary";
  const choose = (value: "up" | "down", choice: HTMLElement) => {
    rating = value;
    for (const other of choices) other.setAttribute("aria-pressed", String(other === choice));
    comment.hidden = send.hidden = false;
  };
  const choices = (["up", "down"] as const).map((value) => {
    const choice = button(value === "up" ? words.rateUp : words.rateDown, () => choose(value, choice), value === "up" ? "up" : "thumbdown");
    choice.setAttribute("aria-pressed", "false");
    return choice;
  });
  comment.hidden = send.hidden = true;
  const close = () => {
    byId("rating").hidden = true;
    byId("message").focus();
  };
  form.append(element("b", "", words.rateHelp), ...choices, button(words.notNow, close), comment, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (rating === null || !client.rate(rating, { comment: comment.value.trim() })) return;
    close();
    showNotice(words.rateThanks);
  });
  byId("rating").replaceChildren(form);
  byId("rating").hidden = false;
}
