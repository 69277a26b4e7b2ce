// The people around a conversation: who helps, who types, who has read, the place in the queue, and the rating afterwards.
import type { ChatClient, ConnectionStatus, Presence, ServerFrame } from "@chatbox/client";
import { byId, showText } from "./dom.ts";
import { announce } from "./notices.ts";
import { OtherSide } from "./presence.ts";
import { assistantText, queueText } from "./texts.ts";
import { fill, words } from "./words/words.ts";

/** The other side repeats that it types; the server ends it after five seconds. */
const TYPING_MS = 6_000;
const TELL_TYPING_EVERY_MS = 3_000;

/** The administrator who holds the session, as people know that person. */
interface Helper {
  id: string;
  name: string;
}

export class People {
  readonly #client: ChatClient;
  /** The administrator who holds the session. */
  #helper: Helper | null = null;
  readonly #other = new OtherSide();
  #sessionId = "";
  #typing = false;
  #seenUpTo = 0;
  #toldSeen = 0;
  #toldTyping = 0;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;

  /** Is called when a person comes or leaves. */
  onChange = (): void => {};

  constructor(client: ChatClient) {
    this.#client = client;
    client.on("frame", (frame) => this.#receive(frame));
    client.on("state", ({ state }) => {
      this.#other.when(state);
      this.draw();
    });
    byId("help").addEventListener("click", () => client.requestHelp());
  }

  get isHelped(): boolean {
    return this.#helper !== null;
  }

  clear(): void {
    clearTimeout(this.#typingTimer);
    this.#other.forget();
    [this.#helper, this.#typing, this.#seenUpTo, this.#toldSeen] = [null, false, 0, 0];
    byId("queue").hidden = byId("rating").hidden = true;
    byId("queue-text").textContent = "";
    byId("rating").replaceChildren();
    this.draw();
  }

  /** The user has typed: the helper sees that. */
  typed(text: string): void {
    const now = performance.now();
    if (this.#helper === null || (text && now - this.#toldTyping < TELL_TYPING_EVERY_MS)) return;
    this.#toldTyping = text ? now : 0;
    this.#client.typing(text !== "");
  }

  /** The user has the newest entries in sight: the helper sees that. */
  saw(): void {
    const { lastSeq } = this.#client.transcript;
    if (this.#helper === null || lastSeq <= this.#toldSeen || document.visibilityState !== "visible") return;
    this.#toldSeen = lastSeq;
    this.#client.seen(lastSeq);
  }

  draw(): void {
    const own = this.#client.transcript.entries.findLast((entry) => entry.role === "user" && entry.state === "sent");
    const seen = this.#helper !== null && own !== undefined && own === this.#client.transcript.entries.at(-1) && own.seq <= this.#seenUpTo;
    const text = this.#typing ? fill(words.isTyping, { name: this.#helper?.name ?? words.speakerUser }) : seen ? words.seen : "";
    showText(byId("people"), text);
    byId("people").hidden = this.#helper === null && !this.#typing;
    byId("assistance").hidden = this.#helper === null;
    const isHere = this.#helper && this.#other.of(this.#helper.id);
    const assistant = this.#helper ? assistantText(this.#helper.name, isHere) : "";
    showText(byId("assistance"), assistant);
    byId("assistance").classList.toggle("away", isHere === false);
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === "connection_status" && !frame.content) this.#bind(frame);
    else if (frame.type === "connection_status" && frame.metadata?.help_requested) this.#wait(words.personAsked);
    else if (frame.type === "notification" && frame.metadata?.reason === "queue_position") {
      this.#wait(`${queueText(Number(frame.metadata.position) || 1, Number(frame.metadata.waiting) || 1)}`);
    } else if (frame.type === "admin_join") this.#help(helperOf(frame.metadata));
    else if (frame.type === "presence") this.#see(frame);
    else if (frame.type === "admin_leave") {
      this.#help(null);
      void this.#askForRating();
    } else if (frame.type === "typing_indicator") this.#showTyping(frame.sender === "admin" && frame.content === "start");
    else if (frame.type === "seen" && frame.sender === "admin") this.#seenUpTo = Math.max(this.#seenUpTo, Number(frame.metadata.seq) || 0);
    else if (frame.type === "user_message" && frame.sender === "admin") this.#showTyping(false);
    else return;
    this.draw();
  }

  #bind({ session_id: sessionId, metadata }: ConnectionStatus): void {
    if (sessionId !== this.#sessionId) this.#other.forget();
    this.#sessionId = sessionId;
    this.#help(helperOf(metadata));
  }

  #help(helper: Helper | null): void {
    if (helper !== null) byId("queue").hidden = true;
    this.#helper = helper;
    this.#showTyping(false);
    this.onChange();
  }

  /** A screen reader hears when the helper goes and comes back. */
  #see(presence: Presence): void {
    const before = this.#helper && this.#other.of(this.#helper.id);
    this.#other.take(presence);
    if (this.#helper === null) return;
    const now = this.#other.of(this.#helper.id);
    if (now === false && before !== false) announce(fill(words.wentAway, { name: this.#helper.name }));
    if (now === true && before === false) announce(fill(words.backAgain, { name: this.#helper.name }));
  }

  #wait(text: string): void {
    byId("queue").hidden = false;
    if (byId("queue-text").textContent === text) return;
    byId("queue-text").textContent = text;
    announce(text);
  }

  #showTyping(typing: boolean): void {
    clearTimeout(this.#typingTimer);
    this.#typing = typing;
    if (typing) this.#typingTimer = setTimeout(() => (this.#showTyping(false), this.draw()), TYPING_MS);
  }

  /** Asks once how the help was; nobody has to say. */
  async #askForRating(): Promise<void> {
    const { user } = this.#client;
    const { askForRating } = await import("./rating.ts");
    if (this.#client.user === user) askForRating(this.#client);
  }
}

function helperOf(metadata: { admin_id?: string; admin_name?: string } = {}): Helper | null {
  const { admin_id: id, admin_name: name } = metadata;
  return id || name ? { id: id ?? "", name: name || words.someone } : null;
}
