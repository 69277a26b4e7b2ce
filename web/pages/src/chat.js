// The chat page: puts its parts together, and lets the person who is signed in see their conversation, and nobody else.
import { Composer, replaceField } from "./composer.js";
import { Connection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { byId, control } from "./dom.js";
import { Identity } from "./identity.js";
import { reactionTo } from "./news.js";
import { clearNotices, hideNotice, showNotice } from "./notices.js";
import { hideSignIn, showSignIn, showState } from "./screen.js";
import * as texts from "./texts.js";
import { discardToken, storedToken, storeToken, takeTokenFromAddress } from "./token.js";
/** @import { State } from "./connection.js" */
/** @import { ConnectionStatus, Notification, ServerFrame } from "../../frames" */

// First of all: nothing is requested or shown while the address bar holds a token.
const addressToken = takeTokenFromAddress();
const base = new URL(".", location.href); // the server's paths lie next to the page
const identity = new Identity();
const connection = new Connection(base, resumePoint, { onState, onFrame, onRefused });
const conversation = new Conversation(base, connection);
const composer = new Composer((text) => conversation.say(text));

/** The page keeps everything for its owner, and shows nothing of it: somebody else may sit here now. */
let locked = false;

function resumePoint() {
  return identity.mayResume(connection.token) ? conversation.resumePoint : { last_seq: "0" };
}

/**
 * @param {State} state
 * @param {number} seconds
 */
function onState(state, seconds) {
  conversation.unbind(state === "connected");
  showState(state, seconds);
  updateComposer();
}

/**
 * @param {string} reason
 * @param {string | null} token
 */
function onRefused(reason, token) {
  discardToken(token);
  const next = identity.takeSpareAfterRefusal();
  if (next === null) return signOut(reason);
  if (identity.owner !== null) lock();
  useToken(next);
}

/** @param {ServerFrame} frame */
function onFrame(frame) {
  // With content, the frame only says that another model answers.
  const binding = frame.type === "connection_status" && frame.session_id && !frame.content ? frame : null;
  if (binding && !admit(binding)) return;
  conversation.receive(frame);
  if (frame.type === "notification" && !Number.isInteger(frame.seq)) whenNotified(frame);
  if (!binding) return;
  const first = !conversation.isBound;
  conversation.bind();
  const offered = first ? identity.takeOffer(connection.token) : null;
  if (offered !== null) offerToken(offered);
}

/**
 * Before anything of a new binding is shown or sent, everything of another person goes. False if the page goes on with another socket.
 * @param {ConnectionStatus} binding
 */
function admit({ user_id: user, session_id: sessionId }) {
  const { another, reconnect, rewind } = identity.admit({
    user: user ?? null,
    token: connection.token,
    first: !conversation.isBound,
    sessionId,
    shownSession: conversation.sessionId,
  });
  if (another) {
    clearEverything();
    composer.focus();
  }
  if (reconnect) {
    connection.reopen();
    return false;
  }
  if (rewind) conversation.rewind();
  unlock();
  return true;
}

/** @param {Notification} notification */
function whenNotified(notification) {
  const renewal = notification.metadata?.reason === "token_expiring" ? identity.takeRenewal() : null;
  if (renewal !== null) useToken(renewal);
  const { notice, reconnectAfter } = reactionTo(notification, renewal !== null);
  if (notice) {
    const renew = { label: "Enter a new token", run: () => (hideNotice(), showSignIn(texts.RENEW_TOKEN)) };
    showNotice(notice.text, notice.asksForToken ? renew : null, notice.lasts);
  }
  if (reconnectAfter !== null) connection.reconnectAfter(reconnectAfter);
}

/** @param {Event} submit */
function signIn(submit) {
  submit.preventDefault();
  const token = control("token", HTMLInputElement).value.trim().replace(/^bearer\s+/i, "");
  if (!token) return;
  replaceField("token");
  hideSignIn();
  hideNotice();
  useToken(token);
  composer.focus();
}

/** @param {string} token */
function useToken(token) {
  if (identity.claimsAnother(token)) forgetEverything();
  storeToken(token);
  const renewed = identity.owner !== null && !locked && connection.refresh(token);
  if (!renewed) connection.start(token);
}

/** @param {string} token */
function offerToken(token) {
  const run = () => {
    forgetEverything();
    useToken(token);
  };
  showNotice(texts.otherTokenText(identity.owner ?? ""), { label: "Use the token from the link", run });
}

/** @param {string} reason */
function signOut(reason) {
  // Without an owner, the draft and the unsent messages are of somebody unknown, and nobody may get them.
  if (identity.owner === null) forgetEverything();
  lock();
  connection.stop();
  showSignIn(reason);
}

/** Takes everything off the page, and keeps it in memory for its owner. */
function lock() {
  locked = true;
  composer.hideDraft();
  conversation.hide();
  clearPage();
}

function unlock() {
  if (!locked) return;
  locked = false;
  hideSignIn();
  updateComposer();
  composer.showDraft();
  composer.focus();
  conversation.show();
}

function forgetEverything() {
  identity.forget();
  clearEverything();
}

/** Another person: nothing of the person before stays in memory or on the page. */
function clearEverything() {
  locked = false;
  composer.forget();
  conversation.forget();
  clearPage();
}

function clearPage() {
  clearNotices();
  replaceField("token");
  updateComposer();
}

function updateComposer() {
  composer.setClosed(connection.token === null ? texts.SIGNED_OUT : locked ? texts.SIGNING_IN : null);
}

/** The browser has kept the whole page and shows it again, to whoever has pressed its back button. */
function whenShownAgain() {
  const token = storedToken();
  if (!token) return signOut(texts.TOKEN_MISSING);
  if (token !== connection.token) return useToken(token); // somebody has signed in on another page of this tab
  unlock();
  connection.reopen();
}

function start() {
  const stored = storedToken();
  if (stored && addressToken) identity.keepSpare(addressToken);
  const token = stored || addressToken;
  if (!token) return signOut(texts.TOKEN_MISSING);
  useToken(token);
  composer.focus();
}

byId("sign-in").addEventListener("submit", signIn);
byId("stop").addEventListener("click", () => conversation.stop());
byId("latest").addEventListener("click", () => conversation.scrollToEnd());
byId("model").addEventListener("change", () => conversation.chooseModel(control("model", HTMLSelectElement).value));
addEventListener("pagehide", lock);
addEventListener("pageshow", ({ persisted }) => persisted && whenShownAgain());
start();
