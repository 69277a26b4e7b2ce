// The lines above the field for messages: errors, and news about the connection. Also what a screen reader announces.
import { byId, show as showElement } from "./dom.ts";
import { fill, words } from "./words/words.ts";

const NOTICE_MS = 10_000;

/** A button next to a notice. */
export interface Action {
  label: string;
  run: () => void;
}

let errorTimer: ReturnType<typeof setInterval> | undefined;
let noticeTimer: ReturnType<typeof setTimeout> | undefined;
let current: Action | null = null;

document.getElementById("notice-action")?.addEventListener("click", () => current?.run()); // the dashboard has none

/**
 * Shows an error until `hideError`, or until the time to wait is over.
 * @param retryAfter milliseconds to wait before another try; they are counted down
 */
export function showError(message: string, retryAfter?: number | null): void {
  const until = performance.now() + (retryAfter ?? 0);
  const show = () => {
    const seconds = Math.ceil((until - performance.now()) / 1000);
    byId("retry").textContent = retryAfter ? fill(words.retryIn, { seconds }) : "";
    if (retryAfter && seconds <= 0) hideError();
  };
  clearInterval(errorTimer);
  byId("error-text").textContent = message;
  byId("error").hidden = false;
  if (retryAfter) errorTimer = setInterval(show, 1000);
  show();
}

export function hideError(): void {
  clearInterval(errorTimer);
  byId("error").hidden = true;
  byId("error-text").textContent = byId("retry").textContent = "";
}

/**
 * Shows a notice for ten seconds.
 * @param lasts true to show it until another notice replaces it
 */
export function showNotice(text: string, action: Action | null = null, lasts = action !== null): void {
  current = action;
  byId("notice-text").textContent = text;
  byId("notice-action").textContent = action?.label ?? "";
  byId("notice-action").hidden = action === null;
  byId("notice").hidden = false;
  clearTimeout(noticeTimer);
  if (!lasts) noticeTimer = setTimeout(hideNotice, NOTICE_MS);
  announce(text);
}

export function hideNotice(): void {
  clearTimeout(noticeTimer);
  current = null;
  showElement(byId("notice"), false);
  byId("notice-text").textContent = byId("notice-action").textContent = "";
}

/** Lets a screen reader say something. */
export function announce(text: string): void {
  byId("announcer").textContent = text;
}

/** Removes every notice and error. */
export function clearNotices(): void {
  hideError();
  hideNotice();
  announce("");
}
