// Which conversation the page shows: going to another one, beginning a new one, deleting one.
import { RestError, type ChatClient, type Entry, type Rest } from "@chatbox/client";
import { byId, showText } from "./dom.ts";
import { showError, showNotice, hideNotice } from "./notices.ts";
import { failureText } from "./refusals.ts";
import type { Side } from "./side.ts";
import { fill, words } from "./words/words.ts";

/** How long a deleted conversation can be brought back. */
const UNDO_MS = 6_000;

export class Rooms {
  readonly #client: ChatClient;
  readonly #rest: Rest;
  readonly #side: Side;
  /** A conversation that somebody has tried to continue. */
  #reopened: string | null = null;
  /** The conversation that the server was last asked to erase. */
  #erased: string | null = null;
  #erasing: { sessionId: string; timer: ReturnType<typeof setTimeout> } | null = null;

  /** Is called before another conversation is shown. */
  onLeave = (): void => {};
  /** Is called when another conversation is on its way. */
  onEnter = (): void => {};
  /** Is called when a conversation is erased. */
  onErased = (_sessionId: string): void => {};

  constructor(client: ChatClient, rest: Rest, side: Side) {
    this.#client = client;
    this.#rest = rest;
    this.#side = side;
    byId("new-chat").addEventListener("click", () => void this.begin());
    byId("continue").addEventListener("click", () => this.#reopen());
    addEventListener("pagehide", () => this.#eraseNow());
  }

  /** Shows another conversation, or with null the active one. */
  go(sessionId: string | null, reopen = false): boolean {
    if (sessionId !== null && sessionId === this.#client.transcript.sessionId && !reopen) {
      this.#side.close();
      byId("message").focus();
      return true;
    }
    this.onLeave();
    if (!this.#client.open(sessionId, { reopen })) {
      showError(words.unsentHere);
      return false;
    }
    this.#side.close();
    this.onEnter();
    byId("message").focus();
    return true;
  }

  /** Ends the conversation and begins a new one. */
  async begin(): Promise<void> {
    const { sessionId, entries } = this.#client.transcript;
    if (entries.length === 0) {
      this.#side.close();
      return byId("message").focus();
    }
    const active = this.#side.find(sessionId)?.is_active === false ? null : sessionId;
    if (entries.some(isUnsent)) return showError(words.unsentHere);
    if (!(await this.#attempt(async () => active !== null && (await this.#end(active))))) return;
    await this.#endOthers(active);
    this.go(null);
    this.#side.refresh();
  }

  /** True while this page has the server erase a conversation. */
  erases(sessionId: string): boolean {
    return this.#erased === sessionId;
  }

  /** Deletes the conversation that is shown, unless somebody changes their mind. */
  erase(): void {
    const { sessionId, entries } = this.#client.transcript;
    if (sessionId === null) return;
    if (entries.some(isUnsent)) return showError(words.unsentHere);
    this.#eraseNow();
    this.#side.hide(sessionId, true);
    byId("entries").hidden = true;
    const timer = setTimeout(() => this.#eraseNow(), UNDO_MS);
    this.#erasing = { sessionId, timer };
    const undo = () => {
      clearTimeout(timer);
      this.#erasing = null;
      byId("entries").hidden = false;
      this.#side.hide(sessionId, false);
      hideNotice();
      byId("message").focus();
    };
    showNotice(words.deleted, { label: words.undo, run: undo });
    byId("notice-action").focus();
  }

  /**
   * Lets people give a conversation another name.
   * @param name the one that they see
   */
  async rename(sessionId: string, name: string): Promise<void> {
    const { user } = this.#client;
    const loaded = await import("./renaming.ts").catch(() => null);
    if (loaded === null) return showError(fill(words.failed, { reason: words.serverUnreachable }));
    const forUser = (show: () => void) => this.#client.user === user && show();
    // A request that has waited for the one before is not made with the token of the next person.
    const rename: Rest["rename"] = (...of) => (this.#client.user === user ? this.#rest.rename(...of) : Promise.reject(new Error("Another person has come.")));
    loaded.openRenameDialog({ rename }, {
      sessionId,
      name,
      show: (shown, state) => forUser(() => this.#side.named(sessionId, shown, state)),
      say: (text, action) => forUser(() => (text ? showNotice(text, action, action?.label === words.tryAgain) : hideNotice())),
    });
  }

  /** Says whether the conversation that is shown has ended, and whether it can go on. */
  draw(): void {
    const session = this.#side.find(this.#client.transcript.sessionId);
    const ended = session?.is_active === false && this.#client.isBound;
    const tried = session !== null && this.#reopened === session.session_id;
    byId("ended").hidden = !ended;
    showText(byId("ended-text"), tried ? words.endedLong : words.ended);
    byId("continue").hidden = tried;
  }

  /** Another person has come. */
  clear(): void {
    if (this.#erasing) clearTimeout(this.#erasing.timer);
    this.#erasing = null;
    this.#reopened = null;
    byId("entries").hidden = false;
    byId("ended").hidden = true;
  }

  #reopen(): void {
    const { sessionId } = this.#client.transcript;
    if (sessionId === null || !this.go(sessionId, true)) return;
    this.#reopened = sessionId;
    this.#side.refresh();
  }

  #eraseNow(): void {
    const erasing = this.#erasing;
    if (!erasing) return;
    clearTimeout(erasing.timer);
    this.#erasing = null;
    this.#erased = erasing.sessionId;
    byId("entries").hidden = false;
    const shown = this.#client.transcript.sessionId === erasing.sessionId;
    void this.#attempt(async () => {
      await this.#rest.erase(erasing.sessionId);
      hideNotice();
      this.onErased(erasing.sessionId);
      if (shown) this.go(null);
    }).then((done) => done || this.#side.hide(erasing.sessionId, false)).then(() => this.#side.refresh());
  }

  /** The server keeps one active conversation of each user: a new one begins only after it has ended. */
  async #endOthers(ended: string | null): Promise<void> {
    await this.#attempt(async () => {
      const { sessions } = await this.#rest.sessions({ limit: 5 });
      for (const { session_id: id, is_active: active } of sessions) if (active && id !== ended) await this.#end(id);
    });
  }

  /** A conversation that the server does not know has nothing to end. */
  async #end(sessionId: string): Promise<void> {
    await this.#rest.end(sessionId).catch((failure: unknown) => {
      if (!(failure instanceof RestError && failure.status === 404)) throw failure;
    });
  }

  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (failure) {
      showError(fill(words.failed, { reason: failureText(failure) }));
      return false;
    }
  }
}

function isUnsent({ state }: Entry): boolean {
  return state === "pending" || state === "failed";
}
