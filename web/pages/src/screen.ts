// The parts of the page around the conversation: the header, the sign-in form, the signs that an answer is on its way.
import { byId, control, show, showText } from "./dom.ts";
import { announce } from "./notices.ts";
import { stateAnnouncement, stateText } from "./texts.ts";
import { words } from "./words/words.ts";
import type { Looks } from "./looks.ts";
import type { Model, State } from "@chatbox/client";

const modelField = () => control("model", HTMLSelectElement);

/** @param seconds until the next attempt to connect */
export function showState(state: State, seconds: number): void {
  const shown = byId("state");
  if (shown.dataset.state !== state && state !== "connecting") announce(stateAnnouncement(state));
  shown.dataset.state = state;
  shown.textContent = stateText(state, seconds);
}

export function showModels(models: readonly Model[]): void {
  modelField().replaceChildren(...models.map(({ id, name }) => new Option(name || id, id)));
  byId("model-field").hidden = models.length < 2; // one model leaves nothing to choose
}

/** What people know a model as. */
export function modelName(id: string): string {
  return [...modelField().options].find(({ value }) => value === id)?.text ?? id;
}

/** @param id null leaves the choice as it is */
export function selectModel(id: string | null): void {
  if (id) modelField().value = id;
}

export function enableModels(enabled: boolean): void {
  modelField().disabled = !enabled;
}

/**
 * @param reason why a token is needed
 * @param byHost true if the page that embeds this one gives the token: people can only ask again
 */
export function showSignIn(reason: string, byHost = false): void {
  byId("sign-in-reason").textContent = reason;
  const [form, field] = [byId("sign-in"), control("token", HTMLInputElement)];
  form.hidden = false;
  field.required = !byHost;
  for (const part of form.querySelectorAll<HTMLElement>("label, input, .hint")) part.hidden = byHost;
  const submit = form.querySelector("button")!;
  submit.textContent = byHost ? words.tryAgain : words.signIn;
  byId("empty").hidden = true;
  form.scrollIntoView({ block: "end" });
  (byHost ? submit : field).focus();
}

export function hideSignIn(): void {
  byId("sign-in").hidden = true;
}

export function showProgress({ progress, canStop, invites }: Looks): void {
  const thinks = progress === "thinking";
  byId("thinking").hidden = progress === null;
  showText(byId("thinking-text"), thinks ? words.thinking : words.waiting);
  byId("thinking-text").classList.toggle("unseen", !thinks);
  show(byId("stop"), canStop);
  byId("empty").hidden = !invites;
}
