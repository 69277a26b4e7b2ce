import { Connection } from "./connection.js";
import { Transcript } from "./transcript.js";
import { TranscriptView, detailOf } from "./view.js";

const TOKEN_KEY = "jwt_token";
const LONGEST_ANNOUNCEMENT = 600;
const RESYNC_AFTER_MS = 1_000;
const NOTICE_MS = 10_000;

const byId = (id) => document.getElementById(id);
const base = new URL(".", location.href); // the page lies where the node's paths hang
const transcript = new Transcript();
const connection = new Connection(base, () => transcript.resumePoint);
const view = new TranscriptView(byId("entries"), byId("log"), sendAgain, answerAgain);
let bound = false; // a connection_status has come on this socket
let modelId = null;
let drawing = false;
let errorTimer = 0;
let noticeTimer = 0;

connection.addEventListener("state", ({ detail: { state, seconds } }) => {
  bound = false;
  byId("model").disabled = true;
  const names = { connecting: "Connecting…", connected: "Connected", offline: "Offline", stopped: "Signed out" };
  const text = names[state] ?? `Reconnecting in ${seconds} s`;
  const shown = byId("state");
  if (shown.dataset.state !== state && state !== "connecting") announce(names[state] ?? "Connection lost, reconnecting");
  shown.dataset.state = state;
  shown.textContent = text;
  draw();
});

connection.addEventListener("refused", ({ detail: reason }) => {
  sessionStorage.removeItem(TOKEN_KEY);
  askForToken(reason);
});

connection.addEventListener("frame", ({ detail: frame }) => {
  const hadGap = transcript.answer?.gap;
  transcript.apply(frame);
  if (transcript.answer?.gap && !hadGap) connection.reconnectAfter(RESYNC_AFTER_MS);
  const answer = frame.metadata?.done === "true" ? transcript.byMessageId(frame.message_id) : null;
  if (answer?.state === "done") announce(`${answer.text.slice(0, LONGEST_ANNOUNCEMENT)} ${detailOf(answer)}`);

  if (frame.type === "connection_status") whenBound(frame);
  else if (frame.type === "error") showError(frame.error);
  else if (frame.type === "notification" && !Number.isInteger(frame.seq)) whenNotified(frame);
  else if (frame.type === "ack") hide("error");
  draw();
});

function whenBound(frame) {
  if (frame.content) showNotice(frame.content);
  if (frame.models) showModels(frame.models);
  if (frame.model_id) modelId = frame.model_id;
  if (modelId) byId("model").value = modelId;
  if (frame.metadata?.admin_name) showNotice(`${frame.metadata.admin_name} is assisting you.`);
  if (!frame.session_id || bound) return;
  bound = true;
  byId("model").disabled = false;
  if (frame.metadata?.history === "reload") loadHistory(frame.session_id);
  for (const entry of transcript.unacknowledged) deliver(entry);
}

function whenNotified({ content, metadata }) {
  const reason = metadata?.reason;
  if (content) showNotice(content, reason === "token_expiring");
  if (reason === "reconnect") connection.reconnectAfter(Math.max(0, Number(metadata.reconnect_after_ms) || 0));
}

// Page by page, from the newest back to what is here already.
async function loadHistory(sessionId) {
  const known = transcript.lastSeq;
  let messages = [];
  try {
    for (;;) {
      const page = await fetchHistory(sessionId, messages[0]?.seq);
      messages = [...page, ...messages];
      if (page.length === 0 || page[0].seq <= known) break;
    }
    if (transcript.sessionId !== sessionId) return;
    transcript.load(messages);
    draw();
  } catch {
    showNotice("Earlier messages could not be loaded. Reload the page to try again.");
  }
}

async function fetchHistory(sessionId, beforeSeq) {
  const address = new URL(`sessions/${encodeURIComponent(sessionId)}`, base);
  if (beforeSeq) address.searchParams.set("before_seq", beforeSeq);
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${sessionStorage.getItem(TOKEN_KEY)}` } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return (await answer.json()).messages;
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const message = byId("message");
  const text = message.value.trim();
  if (!text) return message.focus();
  message.value = "";
  fitComposer();
  hide("error");
  deliver(transcript.send(newId(), text));
  draw();
  requestAnimationFrame(() => view.scrollToEnd());
  message.focus();
});

byId("message").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("composer").requestSubmit();
});

byId("message").addEventListener("input", fitComposer);
byId("stop").addEventListener("click", () => connection.send({ type: "stop", id: newId() }));
byId("latest").addEventListener("click", () => view.scrollToEnd());
byId("log").addEventListener("scroll", () => (byId("latest").hidden = view.atEnd), { passive: true });
byId("notice-action").addEventListener("click", () => askForToken("Paste a new token to stay connected."));

byId("model").addEventListener("change", (event) => {
  connection.send({ type: "model_select", model_id: event.target.value, id: newId() });
});

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = byId("token").value.trim().replace(/^bearer\s+/i, "");
  if (!token) return;
  byId("token").value = "";
  hide("sign-in");
  hide("notice");
  useToken(token);
  byId("message").focus();
});

// The same id however often it is sent: the node does the work once.
function deliver(entry) {
  if (bound) connection.send({ type: "user_message", id: entry.id, content: entry.text });
}

function sendAgain(entry) {
  entry.state = "pending";
  hide("error");
  deliver(entry);
  draw();
}

function answerAgain() {
  hide("error");
  connection.send({ type: "regenerate", id: newId() });
}

function useToken(token) {
  sessionStorage.setItem(TOKEN_KEY, token);
  connection.replaceToken(token);
  if (!connection.send({ type: "token_refresh", content: token })) connection.start(token);
}

function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const stick = view.atEnd;
    view.draw(transcript.entries, bound ? transcript.regenerable : null);
    byId("thinking").hidden = !transcript.loading;
    byId("stop").hidden = !(transcript.answering && bound);
    byId("empty").hidden = transcript.entries.length > 0 || !bound;
    if (stick) view.scrollToEnd();
    byId("latest").hidden = view.atEnd;
  });
}

function showModels(models) {
  byId("model").replaceChildren(...models.map(({ id, name }) => new Option(name || id, id)));
  byId("model-field").hidden = models.length === 0;
}

function showError({ message, retry_after: retryAfter }) {
  const until = performance.now() + (retryAfter ?? 0);
  const show = () => {
    const seconds = Math.ceil((until - performance.now()) / 1000);
    byId("retry").textContent = retryAfter ? `Try again in ${seconds} s.` : "";
    if (retryAfter && seconds <= 0) hide("error");
  };
  clearInterval(errorTimer);
  byId("error-text").textContent = message;
  byId("error").hidden = false;
  if (retryAfter) errorTimer = setInterval(show, 1000);
  show();
  if (modelId) byId("model").value = modelId; // a model that was refused is not the one in use
}

function showNotice(text, askToken = false) {
  byId("notice-text").textContent = text;
  byId("notice-action").hidden = !askToken;
  byId("notice").hidden = false;
  clearTimeout(noticeTimer);
  if (!askToken) noticeTimer = setTimeout(() => hide("notice"), NOTICE_MS);
  announce(text);
}

function hide(id) {
  if (id === "error") clearInterval(errorTimer);
  byId(id).hidden = true;
}

function askForToken(reason) {
  byId("sign-in-reason").textContent = reason;
  byId("sign-in").hidden = false;
  byId("empty").hidden = true;
  byId("token").focus();
}

function announce(text) {
  byId("announcer").textContent = text;
}

function fitComposer() {
  const message = byId("message");
  message.style.height = "auto";
  message.style.height = `${message.scrollHeight + 2}px`;
}

// randomUUID needs a secure context; a node on a plain local network address has none.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function start() {
  const address = new URL(location.href);
  const given = address.searchParams.get("token");
  if (given) {
    address.searchParams.delete("token");
    history.replaceState(null, "", address); // a token in the address bar ends up in screenshots and bookmarks
  }
  const token = given || sessionStorage.getItem(TOKEN_KEY);
  if (token) {
    useToken(token);
    byId("message").focus();
  } else {
    byId("state").dataset.state = "stopped";
    byId("state").textContent = "Signed out";
    askForToken("You need an access token to chat.");
  }
}

start();
