// The page with all conversations of a person.
import { html, nothing, render } from "lit/html.js";
import { Rest, type SessionSummary } from "@chatbox/client";
import { pageAddress } from "./address.ts";
import { byId, control } from "./dom.ts";
import { icon } from "./icons.ts";
import { openPage, takeAddressToken, withToken } from "./opening.ts";
import { periodsOf } from "./periods.ts";
import { failureText } from "./refusals.ts";
import { messageCountText, timeText } from "./texts.ts";
import { storedToken } from "./token.ts";
import { fill, words } from "./words/words.ts";

const PAGE = 50;
const SEARCH_AFTER_MS = 250;
const UNDO_MS = 6_000;

const opening = await openPage();
const { base, host } = opening;
takeAddressToken(opening);
document.title = `${words.conversations} · Chatbox`;

const rest = new Rest(base, storedToken);
let sessions: SessionSummary[] = [];
let cursor: string | undefined;
let state: "loading" | "read" | "failed" = "loading";
let reading: AbortController | null = null;
let searching: ReturnType<typeof setTimeout> | undefined;
const end = new IntersectionObserver(([more]) => more?.isIntersecting && state === "read" && cursor !== undefined && void read(true));
let erasing: { session: SessionSummary; timer: ReturnType<typeof setTimeout> } | null = null;

async function read(more: boolean): Promise<void> {
  reading?.abort();
  const now = (reading = new AbortController());
  state = "loading";
  if (!more) cursor = undefined;
  draw();
  try {
    const q = control("find", HTMLInputElement).value.trim().slice(0, 256);
    const page = await withToken(host, () => rest.sessions({ limit: PAGE, cursor, q }, now.signal));
    if (now.signal.aborted) return;
    sessions = more ? [...sessions, ...page.sessions] : page.sessions;
    cursor = page.next_cursor;
    state = "read";
    // An end that stays in sight causes no event by itself: observing it anew does.
    end.unobserve(byId("more"));
    end.observe(byId("more"));
  } catch {
    if (now.signal.aborted) return;
    state = "failed";
  }
  draw();
}

function draw(): void {
  const shown = sessions.filter((session) => session !== erasing?.session);
  render(shown.length > 0 ? periodsOf(shown).map(({ title, items }) => html`<h2>${title}</h2><ul>${items.map(row)}</ul>`) : emptyState(), byId("sessions"));
  byId("more").hidden = !(shown.length > 0 && (cursor !== undefined || state === "failed"));
  render(state === "failed" ? html`${words.listUnreadable} <button @click=${() => read(true)}>${words.tryAgain}</button>` : words.loading, byId("more"));
}

function emptyState() {
  if (state === "loading") return html`<p class="empty">${words.loading}</p>`;
  if (state === "failed" && !storedToken()) return html`<div class="empty"><h2>${words.signIn}</h2><p><a href=${pageAddress("")}>${words.tokenMissing}</a></p></div>`;
  if (state === "failed") return html`<div class="empty"><h2>${words.listUnreadable}</h2><button @click=${() => read(false)}>${words.tryAgain}</button></div>`;
  if (control("find", HTMLInputElement).value.trim()) return html`<p class="empty">${words.nothingFound}</p>`;
  return html`<div class="empty"><h2>${words.emptyTitle}</h2><p>${words.emptyDetail}</p></div>`;
}

function row(session: SessionSummary) {
  return html`<li>
    <a href=${pageAddress("", { session_id: session.session_id })}>
      <b dir="auto">${session.name || words.untitled}</b>
      <small>${timeText(session.last_activity)} · ${messageCountText(session.message_count)}</small>
    </a>
    ${session.is_active ? html`<span class="tag good">${words.active}</span>` : nothing}
    ${session.help_requested ? html`<span class="tag warn">${words.helpRequested}</span>` : nothing}
    ${session.admin_assisted ? html`<span class="tag">${words.assisted}</span>` : nothing}
    ${session.share_token ? html`<span class="tag">${words.shared}</span>` : nothing}
    <button class="quiet square" aria-label="${words.rename}: ${session.name}" @click=${() => rename(session)}>${icon("pencil")}</button>
    <button class="quiet square" aria-label="${words.delete}: ${session.name}" @click=${() => erase(session)}>${icon("trash")}</button>
  </li>`;
}

async function rename(session: SessionSummary): Promise<void> {
  const { openRenameDialog } = await import("./renaming.ts");
  openRenameDialog(rest, {
    sessionId: session.session_id,
    name: session.name,
    show: (name, state) => {
      session.name = name;
      draw();
      if (state === "refused") void read(false); // the list knows which name counts
    },
    say: (text, action) => (text ? say(text, action?.label ?? words.close, action?.run ?? hide) : hide()),
  });
}

function sayFailed(failure: Error): void {
  say(fill(words.failed, { reason: failureText(failure) }), words.close, hide);
}

function erase(session: SessionSummary): void {
  void eraseNow();
  erasing = { session, timer: setTimeout(() => void eraseNow(), UNDO_MS) };
  say(words.deleted, words.undo, () => {
    clearTimeout(erasing?.timer);
    erasing = null;
    hide();
    draw();
  });
  byId("notice-action").focus();
  draw();
}

async function eraseNow(): Promise<void> {
  if (!erasing) return;
  const { session, timer } = erasing;
  clearTimeout(timer);
  try {
    await rest.erase(session.session_id);
    sessions = sessions.filter((other) => other !== session);
    hide();
  } catch (failure) {
    sayFailed(failure as Error);
  }
  if (erasing?.session === session) erasing = null;
  draw();
}

function say(text: string, action: string, run: () => void): void {
  byId("notice-text").textContent = text;
  byId("notice-action").textContent = action;
  byId("notice-action").onclick = run;
  byId("notice").hidden = false;
}

function hide(): void {
  const hadFocus = byId("notice").contains(document.activeElement);
  byId("notice").hidden = true;
  if (hadFocus) byId("find").focus();
}

byId("find").addEventListener("input", () => {
  clearTimeout(searching);
  searching = setTimeout(() => void read(false), SEARCH_AFTER_MS);
});
addEventListener("pagehide", () => {
  void eraseNow();
  sessions = [];
  draw();
});
addEventListener("pageshow", ({ persisted }) => persisted && void read(false));
byId("find").focus();
void read(false);
