// A session as it goes on, for an administrator: watching, taking over, writing, notes, handing over, releasing.
import { html, nothing, render } from "lit/html.js";
import { ChatClient, claimedUser, memoryStore, type Ack, type AdminTransfer, type CannedReply, type Entry, type ServerFrame } from "@chatbox/client";
import { byId, control } from "../dom.ts";
import { OtherSide } from "../presence.ts";
import { refusalText } from "../refusals.ts";
import { timeText } from "../texts.ts";
import { noBeginnings, TranscriptView } from "../view.ts";
import { fill, words as pageWords } from "../words/words.ts";
import { adminWords } from "./adminwords.ts";
import type { SessionEvents } from "./events.ts";
import { Said } from "./said.ts";
import { openTransferDialog } from "./transfer.ts";
import type { Viewers } from "./viewers.ts";

const TYPING_MS = 6_000;

/** What the dashboard knows besides the conversation itself. */
export interface Surroundings {
  replies: readonly CannedReply[];
  /** Whom a hand-over suggests. */
  viewers: Viewers;
  events: SessionEvents;
}

/** What administrators have begun to write and not sent, by administrator and session: a view can be closed by a key. */
const begun = new Map<string, string>();

export class LiveView {
  #userId: string;
  readonly #sessionId: string;
  readonly #client: ChatClient;
  readonly #around: Surroundings;
  readonly #closed: () => void;
  /** Names this view in {@link begun}. */
  readonly #place: string;
  #view: TranscriptView | null = null;
  #arrived = false;
  #holder: { id: string; name: string } | null = null;
  readonly #user = new OtherSide();
  #offer: AdminTransfer["metadata"] | null = null;
  #news = "";
  readonly #said: Said;
  #problem = "";
  #typing = false;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #noting = false;
  /** The notes that the server has not acknowledged, by the id of their command: it sends them only to the other administrators. */
  readonly #notes = new Map<string, string>();
  #drawing = false;

  /**
   * @param userId of the owner; empty until the server says who it is
   * @param closed is called when the view is closed
   */
  constructor(base: URL, token: string, sessionId: string, userId: string, around: Surroundings, closed: () => void) {
    [this.#sessionId, this.#userId, this.#around, this.#closed] = [sessionId, userId, around, closed];
    this.#place = `${claimedUser(token)}\n${sessionId}`;
    // Unsent messages of the administrator's own conversation must never get into somebody else's.
    this.#client = new ChatClient({ base, store: memoryStore(), window: 50 });
    this.#said = new Said(this.#client);
    this.#client.on("bound", ({ first }) => first && this.#goThere());
    this.#client.on("frame", (frame) => this.#receive(frame));
    this.#client.on("state", ({ state }) => {
      this.#user.when(state);
      this.#drawSoon();
    });
    this.#client.on("change", () => this.#drawSoon());
    this.#client.on("refused", () => this.close());
    this.#client.signIn(token);
    byId("live").hidden = false;
    this.#draw();
    this.#field.value = begun.get(this.#place) ?? "";
    byId("live").querySelector<HTMLElement>("button")?.focus();
  }

  close(): void {
    this.#client.signOut();
    clearTimeout(this.#typingTimer);
    begun.set(this.#place, this.#field.value);
    this.#view = null;
    control("dialog", HTMLDialogElement).close();
    render(nothing, byId("live"));
    byId("live").hidden = true;
    this.#closed();
  }

  /** Shows the events anew. */
  eventsChanged(): void {
    this.#drawSoon();
  }

  get #field(): HTMLTextAreaElement {
    return control("reply", HTMLTextAreaElement);
  }

  get #isBound(): boolean {
    return this.#client.isBound && this.#client.transcript.sessionId === this.#sessionId;
  }

  get #holds(): boolean {
    return this.#holder !== null && this.#holder.id === this.#client.user;
  }

  /** The first socket only says who the administrator is. */
  #goThere(): void {
    if (this.#client.transcript.sessionId === this.#sessionId) return;
    this.#arrived = true;
    this.#client.open(this.#sessionId);
  }

  #receive(frame: ServerFrame): void {
    if (frame.type !== "pong" && frame.session_id !== this.#sessionId) return;
    if (frame.type === "connection_status" && !frame.content) {
      const { admin_id: id, admin_name: name, owner_id: owner } = frame.metadata ?? {};
      this.#userId ||= owner ?? "";
      this.#holder = id ? { id, name: name || id } : null;
    } else if (frame.type === "admin_join") {
      this.#holder = { id: frame.metadata.admin_id, name: frame.metadata.admin_name };
      [this.#offer, this.#news] = [null, ""];
    } else if (frame.type === "admin_leave") [this.#holder, this.#news] = [null, ""];
    else if (frame.type === "admin_transfer") this.#transferred(frame);
    else if (frame.type === "typing_indicator" && frame.sender === "user") this.#showTyping(frame.content === "start");
    else if (frame.type === "presence") this.#user.take(frame);
    else if (frame.type === "error") this.#problem = refusalText(frame);
    else if (frame.type === "ack") this.#acknowledge(frame);
    else if (frame.type === "user_message") this.#showTyping(false);
    if (frame.type !== "pong") this.#said.take(frame);
    if (this.#holds && document.visibilityState === "visible") this.#client.seen(this.#client.transcript.lastSeq);
    this.#drawSoon();
  }

  #acknowledge({ id, seq, message_id: messageId, session_id, sender, timestamp }: Ack): void {
    this.#problem = "";
    const content = this.#notes.get(id);
    if (content === undefined || messageId === undefined) return;
    this.#notes.delete(id);
    const user = this.#client.user ?? "";
    const metadata = { admin_id: user, admin_name: user };
    this.#client.transcript.apply({ type: "note", content, seq, message_id: messageId, session_id, sender, timestamp, metadata });
  }

  #transferred({ metadata }: AdminTransfer): void {
    const words = adminWords();
    this.#offer = metadata.state === "offered" && metadata.to === this.#client.user ? metadata : null;
    this.#news =
      metadata.state === "declined" ? words.declined : metadata.state === "expired" ? words.offerExpired : this.#offer ? "" : fill(words.offered, { name: metadata.to });
  }

  #showTyping(typing: boolean): void {
    clearTimeout(this.#typingTimer);
    this.#typing = typing;
    if (typing) this.#typingTimer = setTimeout(() => this.#showTyping(false), TYPING_MS);
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#drawing || byId("live").hidden) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      if (!byId("live").hidden) this.#draw();
    });
  }

  #draw(): void {
    const words = adminWords();
    const bound = this.#isBound;
    const hadFocus = byId("live").contains(document.activeElement);
    const held = this.#holder;
    const events = this.#around.events.of(this.#sessionId);
    const isHere = bound ? this.#user.of() : null;
    const status = !bound ? pageWords.connecting : this.#holds ? words.holding : held ? fill(words.heldByOther, { name: held.name }) : words.watching;
    render(
      html`<div class="live-head">
          <h2 dir="auto">${this.#userId}</h2>
          ${isHere === null ? nothing : html`<span id="live-presence" class=${isHere ? "tag good" : "tag"} role="status">${isHere ? words.here : words.away}</span>`}
          ${bound && !held ? html`<button class="primary" @click=${() => this.#client.administer({ type: "admin_join" })}>${words.take}</button>` : nothing}
          ${bound && this.#holds
            ? html`<button @click=${() => this.#transfer()}>${words.transfer}</button>
                <button @click=${() => this.#client.administer({ type: "admin_leave" })}>${words.release}</button>`
            : nothing}
          <button class="quiet" @click=${() => this.close()}>${pageWords.close}</button>
        </div>
        <p class="live-state" role="status">${status} ${this.#news}</p>
        ${this.#offer
          ? html`<p class="offer">${fill(words.offeredBy, { name: this.#offer.admin_name })}
              <button class="primary" @click=${() => this.#client.administer({ type: "admin_join" })}>${words.accept}</button>
              <button @click=${() => (this.#client.administer({ type: "admin_decline" }), (this.#offer = null), this.#draw())}>${words.decline}</button></p>`
          : nothing}
        ${events.length > 0
          ? html`<details class="live-events" open>
              <summary>${words.events}</summary>
              <ol tabindex="0" aria-label=${words.events}>${events.map((event) => html`<li dir="auto"><time>${timeText(event.timestamp)}</time> ${event.text}</li>`)}</ol>
            </details>`
          : nothing}
        <p id="live-said" class="unseen" role="status"></p>
        <div id="live-log" tabindex="0" role="log" aria-live="off" aria-label=${pageWords.conversation}><ol id="entries"></ol><p class="muted">${this.#typing ? fill(words.userTyping, { name: this.#userId }) : ""}</p></div>
        ${this.#problem ? html`<p role="alert" class="danger">${this.#problem}</p>` : nothing}
        <form class="reply" @submit=${(event: SubmitEvent) => this.#send(event)}>
          <div class="kinds">
            ${this.#holds ? html`<label><input type="radio" name="kind" value="reply" .checked=${!this.#noting} @change=${() => this.#note(false)}>${words.reply}</label>` : nothing}
            <label><input type="radio" name="kind" value="note" .checked=${this.#noting || !this.#holds} @change=${() => this.#note(true)}>${words.note}</label>
            ${this.#holds && this.#around.replies.length > 0
              ? html`<select aria-label=${words.canned} @change=${(event: Event) => this.#insert(event)}>
                  <option value="">${words.canned}</option>
                  ${this.#around.replies.map(({ title }, index) => html`<option value=${index}>${title}</option>`)}
                </select>`
              : nothing}
          </div>
          <textarea id="reply" rows="2" dir="auto" maxlength="10000" aria-label=${this.#isNote ? words.note : words.reply}
            class=${this.#isNote ? "note" : ""} @keydown=${(event: KeyboardEvent) => this.#key(event)} @input=${() => this.#holds && !this.#noting && this.#client.typing(true)}></textarea>
          <button class="primary" ?disabled=${!bound}>${this.#isNote ? words.addNote : pageWords.send}</button>
        </form>`,
      byId("live"),
    );
    this.#drawEntries(bound);
    if (hadFocus && !byId("live").contains(document.activeElement)) this.#field.focus(); // the button that had it has gone
  }

  get #isNote(): boolean {
    return this.#noting || !this.#holds;
  }

  #drawEntries(bound: boolean): void {
    if (!this.#arrived && this.#client.transcript.sessionId !== this.#sessionId) return;
    const deeds = {
      retry: (entry: Entry) => this.#client.retry(entry),
      regenerate() {},
      canDiscard: (entry: Entry) => this.#client.canDiscard(entry),
      discard: (entry: Entry) => void this.#client.discard(entry),
      loadOlder: () => void this.#client.loadOlder(),
      transcribe: null,
      freshFiles: (entry: Entry) => this.#client.freshFiles(entry),
      sounds: noBeginnings,
    };
    this.#view ??= new TranscriptView(byId("entries"), byId("live-log"), deeds);
    // What this administrator has just written is known by its command.
    const entries = this.#client.transcript.entries.map((entry) => (entry.role === "user" && entry.id ? { ...entry, role: "admin" as const, name: this.#holder?.name } : entry));
    this.#view.draw(entries, null, bound);
    this.#said.tell(this.#view, byId("live-said"));
  }

  #note(noting: boolean): void {
    this.#noting = noting;
    this.#draw();
    this.#field.focus();
  }

  #insert({ currentTarget }: Event): void {
    const select = currentTarget as HTMLSelectElement;
    const reply = this.#around.replies[Number(select.value)];
    const field = this.#field;
    if (select.value && reply) field.setRangeText(reply.content, field.selectionStart, field.selectionEnd, "end");
    select.value = "";
    field.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    (event.currentTarget as HTMLTextAreaElement).form?.requestSubmit();
  }

  #send(event: SubmitEvent): void {
    event.preventDefault();
    const field = this.#field;
    const text = field.value.trim();
    if (!text || !this.#isBound) return;
    if (this.#isNote) {
      const id = this.#client.administer({ type: "note", content: text });
      if (id === null) return;
      this.#notes.set(id, text);
    } else this.#client.send(text);
    field.value = "";
    field.focus();
  }

  #transfer(): void {
    const others = this.#around.viewers.administrators().filter((id) => id !== this.#client.user);
    openTransferDialog(others, (to) => this.#client.administer({ type: "admin_transfer", content: to }));
  }
}
