// The parts of the page around the conversation: the header, the sign-in form, the signs that an answer is on its way.
import { byId, control } from "./dom.js";
import { announce } from "./notices.js";
import { stateAnnouncement, stateText } from "./texts.js";
/** @import { State } from "./connection.js" */
/** @import { Looks } from "./looks.js" */
/** @import { Model } from "../../frames" */

const modelField = () => control("model", HTMLSelectElement);

/**
 * @param {State} state
 * @param {number} seconds until the next attempt to connect
 */
export function showState(state, seconds) {
  const shown = byId("state");
  if (shown.dataset.state !== state && state !== "connecting") announce(stateAnnouncement(state));
  shown.dataset.state = state;
  shown.textContent = stateText(state, seconds);
}

/** @param {readonly Model[]} models */
export function showModels(models) {
  modelField().replaceChildren(...models.map(({ id, name }) => new Option(name || id, id)));
  byId("model-field").hidden = models.length === 0;
}

/** @param {string | null} id null leaves the choice as it is */
export function selectModel(id) {
  if (id) modelField().value = id;
}

/** @param {boolean} enabled */
export function enableModels(enabled) {
  modelField().disabled = !enabled;
}

/** @param {string} reason why a token is needed */
export function showSignIn(reason) {
  byId("sign-in-reason").textContent = reason;
  byId("sign-in").hidden = false;
  byId("empty").hidden = true;
  byId("sign-in").scrollIntoView({ block: "end" });
  byId("token").focus();
}

export function hideSignIn() {
  byId("sign-in").hidden = true;
}

/** @param {Looks} looks */
export function showProgress({ progress, canStop, invites }) {
  const thinks = progress === "thinking";
  byId("thinking").hidden = progress === null;
  byId("thinking-text").textContent = thinks ? "Thinking…" : "Waiting for the answer…";
  byId("thinking-text").classList.toggle("unseen", !thinks);
  byId("stop").hidden = !canStop;
  byId("empty").hidden = !invites;
}
