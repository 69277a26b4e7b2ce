// The list of conversations beside the conversation.
import { html, nothing, render } from "lit/html.js";
import { RestError, type ChatClient, type Rest, type SessionSummary } from "@chatbox/client";
import { byId, control } from "./dom.ts";
import { iconPath } from "./icons.ts";
import { Names } from "./names.ts";
import { periodsOf } from "./periods.ts";
import type { Given } from "./renaming.ts";
import { words } from "./words/words.ts";

const REFRESH_AFTER_MS = 400;
const NEWEST = 50;

export class Side {
  readonly #client: ChatClient;
  readonly #rest: Rest;
  readonly #choose: (sessionId: string) => void;
  #sessions: SessionSummary[] | null = null;
  #failed = false;
  #hiddenIds = new Set<string>();
  readonly #names = new Names();
  #refreshing: ReturnType<typeof setTimeout> | undefined;
  #reading: AbortController | null = null;
  /** The session that the list marks as the one that is shown. */
  #marked: string | null = null;

  /** Is called when the list has been read. */
  onRead = (): void => {};
  /** Is called with the session that somebody wants to rename, and the name that people see. */
  onRename = (_sessionId: string, _name: string): void => {};

  /** @param choose is called with the session that somebody wants to see */
  constructor(client: ChatClient, rest: Rest, choose: (sessionId: string) => void) {
    this.#client = client;
    this.#rest = rest;
    this.#choose = choose;
    byId("find").addEventListener("input", () => this.refresh());
    byId("open-side").addEventListener("click", () => this.open());
    byId("close-side").addEventListener("click", () => this.close());
    byId("shade").addEventListener("click", () => this.close());
    byId("side").addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** What the list says about a session, or null. */
  find(sessionId: string | null): SessionSummary | null {
    return this.#sessions?.find((session) => session.session_id === sessionId) ?? null;
  }

  /** The name of a session, as far as the page knows it. */
  nameOf(sessionId: string | null): string | null {
    return this.#names.of(sessionId) || this.find(sessionId)?.name || null;
  }

  /** People give a session another name, and the server has it, or does not take it. */
  named(sessionId: string, name: string, state: Given): void {
    if (state === "given") this.#names.given(sessionId, name, this.#listed(sessionId));
    const isDoubtful = state === "stored" && this.#names.stored(sessionId, name);
    if (state === "refused") this.#names.refused(sessionId, name);
    this.#showName(sessionId, isDoubtful || state === "refused");
  }

  /** The server tells of a name: of another device, or of this page. */
  told(sessionId: string, name: string): void {
    this.#showName(sessionId, this.#names.told(sessionId, name, this.#listed(sessionId)));
  }

  /** A socket is bound. */
  bound(): void {
    this.#names.bound();
  }

  /** True while the list covers the page. */
  get isDrawer(): boolean {
    return document.body.classList.contains("side-open");
  }

  open(): void {
    this.#show(true);
    byId("new-chat").focus();
    this.refresh();
  }

  close(): void {
    if (!this.isDrawer) return;
    this.#show(false);
    byId("open-side").focus();
  }

  /** Reads the list again soon: once, however often this is called until then. */
  refresh(): void {
    clearTimeout(this.#refreshing);
    this.#refreshing = setTimeout(() => void this.#read(), REFRESH_AFTER_MS);
  }

  /** Leaves a session out of the list, or shows it again. */
  hide(sessionId: string, hidden: boolean): void {
    if (hidden) this.#hiddenIds.add(sessionId);
    else this.#hiddenIds.delete(sessionId);
    this.draw();
  }

  /** Nobody may see the list any more. */
  clear(): void {
    clearTimeout(this.#refreshing);
    this.#reading?.abort();
    this.#sessions = null;
    this.#failed = false;
    this.#hiddenIds.clear();
    this.#names.clear();
    control("find", HTMLInputElement).value = "";
    this.#show(false);
    this.draw();
  }

  /** Marks the conversation that is shown. The list is drawn only if that has changed. */
  mark(): void {
    if (this.#marked !== this.#client.transcript.sessionId) this.draw();
  }

  draw(): void {
    this.#marked = this.#client.transcript.sessionId;
    const sessions = this.#sessions?.filter(({ session_id: id }) => !this.#hiddenIds.has(id)) ?? null;
    const searches = control("find", HTMLInputElement).value.trim() !== "";
    const body = this.#failed
      ? html`<p>${words.listUnreadable} <button type="button" @click=${() => this.refresh()}>${words.tryAgain}</button></p>`
      : sessions === null
        ? nothing
        : sessions.length === 0
          ? html`<p>${searches ? words.nothingFound : words.noConversations}</p>`
          : periodsOf(sessions).map(({ title, items }) => html`<h2>${title}</h2><ul>${items.map((session) => this.#row(session))}</ul>`);
    const list = byId("conversations");
    const hadFocus = list.contains(document.activeElement);
    render(body, list);
    if (hadFocus && !list.contains(document.activeElement)) byId("new-chat").focus(); // the row that had it has gone
  }

  #row(session: SessionSummary) {
    const current = session.session_id === this.#marked;
    const name = session.name || words.untitled;
    return html`<li>
      <button
        type="button"
        class=${session.is_active ? "room active" : "room"}
        aria-current=${current ? "page" : nothing}
        @click=${() => this.#choose(session.session_id)}
      ><span dir="auto">${name}</span></button>
      <button
        type="button"
        class="quiet square"
        title=${words.rename}
        aria-label="${words.rename}: ${name}"
        @click=${() => this.onRename(session.session_id, session.name)}
      ><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${iconPath("pencil")}></path></svg></button>
    </li>`;
  }

  #listed(sessionId: string): string {
    return this.find(sessionId)?.name ?? "";
  }

  /** @param isDoubtful true to have the list say which name counts */
  #showName(sessionId: string, isDoubtful: boolean): void {
    const [name, session] = [this.#names.of(sessionId), this.find(sessionId)];
    if (session && name !== undefined) session.name = name;
    this.draw();
    this.onRead();
    if (isDoubtful) this.refresh();
  }

  #show(open: boolean): void {
    document.body.classList.toggle("side-open", open);
    byId("shade").hidden = !open;
    byId("open-side").setAttribute("aria-expanded", String(open));
  }

  async #read(): Promise<void> {
    if (this.#client.user === null) return;
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    const q = control("find", HTMLInputElement).value.trim().slice(0, 256);
    const since = this.#names.now;
    try {
      const { sessions } = await this.#rest.sessions({ limit: NEWEST, q }, reading.signal);
      if (reading.signal.aborted) return;
      for (const session of sessions) session.name = this.#names.read(session.session_id, session.name, since);
      [this.#sessions, this.#failed] = [sessions, false];
      this.onRead();
    } catch (failure) {
      if (reading.signal.aborted || !(failure instanceof RestError)) return;
      this.#failed = this.#sessions === null;
    }
    this.draw();
  }
}
