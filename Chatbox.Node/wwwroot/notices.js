// What the page says beside the conversation: errors, news about the connection, and what a screen reader is told.

const NOTICE_MS = 10_000;
const byId = (id) => document.getElementById(id);

let errorTimer = 0;
let noticeTimer = 0;
let act = null;

byId("notice-action").addEventListener("click", () => act?.());

// With `retryAfter`, in milliseconds, it counts down and goes away by itself.
export function showError(message, retryAfter) {
  const until = performance.now() + (retryAfter ?? 0);
  const show = () => {
    const seconds = Math.ceil((until - performance.now()) / 1000);
    byId("retry").textContent = retryAfter ? `Try again in ${seconds} s.` : "";
    if (retryAfter && seconds <= 0) hideError();
  };
  clearInterval(errorTimer);
  byId("error-text").textContent = message;
  byId("error").hidden = false;
  if (retryAfter) errorTimer = setInterval(show, 1000);
  show();
}

export function hideError() {
  clearInterval(errorTimer);
  byId("error").hidden = true;
  byId("error-text").textContent = byId("retry").textContent = "";
}

// With `action`, { label, run }, or with `lasts`, it stays until something replaces it.
export function showNotice(text, action = null, lasts = action !== null) {
  act = action ? action.run : null;
  byId("notice-text").textContent = text;
  byId("notice-action").textContent = action ? action.label : "";
  byId("notice-action").hidden = !action;
  byId("notice").hidden = false;
  clearTimeout(noticeTimer);
  if (!lasts) noticeTimer = setTimeout(hideNotice, NOTICE_MS);
  announce(text);
}

export function hideNotice() {
  clearTimeout(noticeTimer);
  act = null;
  byId("notice").hidden = true;
  byId("notice-text").textContent = byId("notice-action").textContent = "";
}

export function announce(text) {
  byId("announcer").textContent = text;
}

export function clearNotices() {
  hideError();
  hideNotice();
  announce("");
}
