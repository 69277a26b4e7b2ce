import { Composer, replaceField } from "./composer.js";
import { Connection } from "./connection.js";
import { HistoryReader } from "./history.js";
import { announce, clearNotices, hideError, hideNotice, showError, showNotice } from "./notices.js";
import { claimedUser, discardToken, storedToken, storeToken, takeTokenFromAddress } from "./token.js";
import { Transcript } from "./transcript.js";
import { TranscriptView, detailOf } from "./view.js";

const LONGEST_ANNOUNCEMENT = 600;
const RESYNC_AFTER_MS = 1_000;

const byId = (id) => document.getElementById(id);
const addressToken = takeTokenFromAddress(); // first of all: nothing is requested or shown before it is out of the address bar
const base = new URL(".", location.href); // the page lies where the node's paths hang
const connection = new Connection(base, resumePoint);
const reader = new HistoryReader(base, () => connection.token);
const composer = new Composer(say);
const view = new TranscriptView(byId("entries"), byId("log"), sendAgain, answerAgain);
let transcript = new Transcript();
let drawing = false;

// Whose everything on this page is, as the node says it; null while nobody is known.
let owner = null;
// The token that the node has last said so of. With another one, nothing of the owner's is sent until the node has said whose it is.
let confirmed = null;
// What the owner has is kept for the owner, and not to be seen: somebody else may sit here now.
let locked = false;
let spareToken = null; // from the address, while the stored one is in use
let farewell = null; // why the node is about to close the socket for good
let bound = false; // a connection_status has come on this socket
let modelId = null;

connection.addEventListener("state", ({ detail: { state, seconds } }) => {
  bound = false;
  if (state === "connected") transcript.reconnect();
  byId("model").disabled = true;
  const names = { connecting: "Connecting…", connected: "Connected", offline: "Offline", stopped: "Signed out" };
  const text = names[state] ?? `Reconnecting in ${seconds} s`;
  const shown = byId("state");
  if (shown.dataset.state !== state && state !== "connecting") announce(names[state] ?? "Connection lost, reconnecting");
  shown.dataset.state = state;
  shown.textContent = text;
  updateComposer();
  draw();
});

connection.addEventListener("refused", ({ detail: { reason, token } }) => {
  discardToken(token);
  const next = spareToken;
  const why = farewell ?? reason;
  spareToken = farewell = null;
  if (next === null || (owner !== null && !claimsSameUser(next))) return signOut(why);
  if (owner !== null) lock();
  useToken(next);
});

connection.addEventListener("frame", ({ detail: frame }) => {
  const isStatus = frame.type === "connection_status" && frame.session_id && !frame.content;
  if (isStatus && !admit(frame)) return;
  const hadGap = transcript.answer?.gap;
  transcript.apply(frame);
  if (transcript.answer?.gap && !hadGap) connection.reconnectAfter(RESYNC_AFTER_MS);
  const answer = frame.metadata?.done === "true" ? transcript.byMessageId(frame.message_id) : null;
  if (answer?.state === "done") announce(`${answer.text.slice(0, LONGEST_ANNOUNCEMENT)} ${detailOf(answer)}`);

  if (frame.type === "connection_status") whenBound(frame, isStatus);
  else if (frame.type === "error") whenRefused(frame);
  else if (frame.type === "notification" && !Number.isInteger(frame.seq)) whenNotified(frame);
  else if (frame.type === "ack") hideError();
  draw();
});

// Before anything of a new binding is shown or sent: what is here of somebody else goes. False if this socket is not the one to go on with.
function admit({ user_id: user = null, session_id: sessionId }) {
  const first = !bound;
  const proven = confirmed === connection.token;
  const other = owner !== null && (user === null ? first && !proven : user !== owner);
  const returns = owner !== null && !other && first && !proven;
  if (other) forgetEverything();
  owner = user ?? owner;
  if (first) confirmed = connection.token;
  if (other) composer.focus();
  if (other && (proven || !first)) return goOnWithNewSocket(); // this one goes on where the other person was
  if (returns && transcript.sessionId !== null) {
    if (transcript.sessionId !== sessionId) return goOnWithNewSocket(); // now it may name the conversation to return to
    transcript.rewind();
  }
  unlock();
  return true;
}

function goOnWithNewSocket() {
  connection.reopen();
  return false;
}

function resumePoint() {
  return owner === null || confirmed === connection.token ? transcript.resumePoint : { last_seq: "0" };
}

function whenBound(frame, isStatus) {
  if (frame.content) showNotice(frame.content);
  if (frame.models) showModels(frame.models);
  if (frame.model_id) modelId = frame.model_id;
  if (modelId) byId("model").value = modelId;
  if (frame.metadata?.admin_name) showNotice(`${frame.metadata.admin_name} is assisting you.`);
  if (!isStatus) return;
  if (transcript.behind) loadHistory();
  if (bound && !transcript.behind) return;
  // Also when the page was told to read the history: what that skips may hold the acks that it waits for.
  for (const entry of transcript.unacknowledged) deliver(entry, true);
  if (bound) return;
  bound = true;
  byId("model").disabled = false;
  if (spareToken && spareToken !== connection.token && !claimsSameUser(spareToken)) offerSpareToken();
}

function whenNotified({ content, metadata }) {
  const reason = metadata?.reason;
  if (reason === "token_expiring" && spareToken && claimsSameUser(spareToken)) {
    useToken(spareToken);
    spareToken = null;
  } else if (reason === "token_expiring") {
    const run = () => (hideNotice(), askForToken("Enter a new token to stay signed in."));
    showNotice(content || "Your session expires soon.", { label: "Enter a new token", run });
  } else if (content) {
    // Whoever rests for so long is not looking when it happens.
    showNotice(content, null, reason === "session_expired");
  }
  if (reason === "reconnect") connection.reconnectAfter(Math.max(0, Number(metadata.reconnect_after_ms) || 0));
}

function whenRefused({ error, metadata }) {
  if (error.recoverable === false) farewell = error.message;
  showError(error.message, error.retry_after);
  if (modelId) byId("model").value = modelId; // a model that was refused is not the one in use
  // The socket is bound elsewhere than the page believes: a new one says where.
  if (metadata?.field === "session_id") connection.reopen();
}

async function loadHistory() {
  try {
    if (await reader.catchUp(transcript)) draw();
  } catch {
    showNotice("Earlier messages could not be loaded.", { label: "Try again", run: () => (hideNotice(), loadHistory()) });
  }
}

function say(text) {
  hideError();
  deliver(transcript.send(newId(), text));
  draw();
  requestAnimationFrame(() => view.scrollToEnd());
}

byId("stop").addEventListener("click", () => connection.send({ type: "stop", id: newId() }));
byId("latest").addEventListener("click", () => view.scrollToEnd());
byId("log").addEventListener("scroll", () => (byId("latest").hidden = view.atEnd), { passive: true });

byId("model").addEventListener("change", (event) => {
  connection.send({ type: "model_select", model_id: event.target.value, id: newId() });
});

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = byId("token").value.trim().replace(/^bearer\s+/i, "");
  if (!token) return;
  replaceField("token");
  byId("sign-in").hidden = true;
  hideNotice();
  useToken(token);
  composer.focus();
});

// The browser may keep the whole page, and show it again to whoever presses its back button.
addEventListener("pagehide", () => lock());
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  const token = storedToken();
  if (!token) return signOut("You need an access token to chat.");
  if (token !== connection.token) return useToken(token); // somebody has signed in here since
  unlock();
  connection.reopen();
});

// The same id however often it is sent: the node does the work once.
function deliver(entry, now = bound) {
  if (now) connection.send({ type: "user_message", id: entry.id, content: entry.text });
}

function sendAgain(entry) {
  entry.state = "pending";
  hideError();
  deliver(entry);
  draw();
}

function answerAgain() {
  hideError();
  connection.send({ type: "regenerate", id: newId() });
}

function useToken(token) {
  const [before, now] = [claimedUser(confirmed ?? ""), claimedUser(token)];
  if (before !== null && now !== null && before !== now) forgetEverything();
  storeToken(token);
  const refreshed = owner !== null && !locked && connection.refresh(token);
  if (!refreshed) connection.start(token);
}

function claimsSameUser(token) {
  const user = claimedUser(token);
  return user !== null && user === claimedUser(confirmed ?? "");
}

function offerSpareToken() {
  const token = spareToken;
  spareToken = null;
  showNotice(`You are already signed in as ${owner}. The token in the address was not used.`, {
    label: "Use that token",
    run: () => {
      forgetEverything();
      useToken(token);
    },
  });
}

function signOut(reason) {
  // Whoever has typed something here is not known, so nobody may get it.
  if (owner === null) forgetEverything();
  lock();
  connection.stop();
  askForToken(reason);
}

// What is here stays in memory for its owner, and leaves the page.
function lock() {
  locked = true;
  reader.cancel();
  composer.hideDraft();
  clearPage();
}

function unlock() {
  if (!locked) return;
  locked = false;
  byId("sign-in").hidden = true;
  updateComposer();
  composer.showDraft();
  composer.focus();
}

// Another person: nothing of the one before is left, in memory or on the page.
function forgetEverything() {
  reader.cancel();
  transcript = new Transcript();
  owner = confirmed = modelId = spareToken = null;
  bound = locked = false;
  composer.forget();
  clearPage();
}

function clearPage() {
  clearNotices();
  replaceField("token");
  showModels([]);
  updateComposer();
  drawNow();
}

function updateComposer() {
  const signedOut = connection.token === null;
  composer.setClosed(signedOut ? "You are signed out. Sign in to write messages." : locked ? "Signing in…" : null);
}

function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(drawNow);
}

function drawNow() {
  drawing = false;
  const stick = view.atEnd;
  view.draw(locked ? [] : transcript.entries, bound && !locked ? transcript.regenerable : null);
  byId("thinking").hidden = locked || !transcript.loading;
  byId("thinking-text").textContent = transcript.thinks ? "Thinking…" : "The answer is on its way";
  byId("thinking-text").classList.toggle("unseen", !transcript.thinks);
  byId("stop").hidden = locked || !(transcript.answering && bound);
  byId("empty").hidden = transcript.entries.length > 0 || !bound || locked;
  if (stick) view.scrollToEnd();
  byId("latest").hidden = view.atEnd;
}

function showModels(models) {
  byId("model").replaceChildren(...models.map(({ id, name }) => new Option(name || id, id)));
  byId("model-field").hidden = models.length === 0;
}

function askForToken(reason) {
  byId("sign-in-reason").textContent = reason;
  byId("sign-in").hidden = false;
  byId("empty").hidden = true;
  byId("sign-in").scrollIntoView({ block: "end" });
  byId("token").focus();
}

// randomUUID needs a secure context; a node on a plain local network address has none.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The token of whoever is signed in here counts before one in the address: a link must not put somebody into another person's chat.
function start() {
  const stored = storedToken();
  if (stored && addressToken) spareToken = addressToken;
  const token = stored || addressToken;
  if (!token) return signOut("You need an access token to chat.");
  useToken(token);
  composer.focus();
}

start();
