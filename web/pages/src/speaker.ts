// Whether answers are read aloud to this person, which is remembered on the device; and which of them begins to play by itself.
import type { ChatClient, Entry, ServerFrame } from "@chatbox/client";
import { byId } from "./dom.ts";
import { icon } from "./icons.ts";
import { announce } from "./notices.ts";
import { NewSounds } from "./newsounds.ts";
import { hush, isQuiet } from "./sounds.ts";
import { words } from "./words/words.ts";

export class Speaker {
  readonly #client: ChatClient;
  readonly #key: string;
  /** Whose wish it is. */
  #user: string | null = null;
  #isOn = false;
  readonly #sounds: NewSounds;

  /** Is called with an answer to a question from here that has no sound. */
  onFailed = (_: Entry): void => {};

  /** @param place keeps the wish apart from what the same browser keeps elsewhere */
  constructor(client: ChatClient, place: string | null) {
    this.#client = client;
    this.#sounds = new NewSounds(() => client.transcript);
    this.#key = place === null ? "chatbox-speak" : `chatbox-speak-${place}`;
    byId("speak").addEventListener("click", () => this.#choose(!this.#isOn));
    client.on("admitted", ({ user }) => this.#know(user));
    client.on("bound", () => this.show());
    client.on("frame", (frame) => this.#receive(frame));
  }

  /** True if questions ask for their answers aloud. */
  get isWanted(): boolean {
    return this.#isOn && this.#client.transcript.offers.speech;
  }

  /** Nobody may see any more what is around the conversation, or hear it. */
  clear(): void {
    hush();
    byId("speak").hidden = true;
  }

  /** Shows the switch where the node speaks answers. */
  show(): void {
    byId("speak").hidden = !this.#client.transcript.offers.speech;
  }

  /** True for an answer whose sound is to begin, until `begins` was asked. */
  isDue(answer: Entry): boolean {
    return this.#sounds.isDue(answer);
  }

  /** True once for an answer whose sound is to begin when it is drawn. */
  begins(answer: Entry): boolean {
    return this.#sounds.take(answer) && this.isWanted && isQuiet();
  }

  #know(user: string | null): void {
    if (user === this.#user) return;
    this.#user = user;
    this.#sounds.clear();
    const kept = read(this.#key);
    this.#isOn = user !== null && kept === user;
    if (kept !== null && !this.#isOn) write(this.#key, null); // somebody else's
    this.#draw();
  }

  #choose(on: boolean): void {
    this.#isOn = on;
    write(this.#key, on ? this.#user : null);
    if (!on) hush();
    this.#draw();
    announce(on ? words.speakOn : words.speakOff);
  }

  #draw(): void {
    byId("speak").setAttribute("aria-pressed", String(this.#isOn));
    byId("speak").replaceChildren(icon(this.#isOn ? "speaker" : "mute"));
  }

  /** The sound of an answer to a question from here is heard when it comes, or not by itself: nobody expects it later. */
  #receive(frame: ServerFrame): void {
    for (const answer of this.#sounds.receive(frame, () => this.#isOn && !document.hidden && isQuiet())) this.onFailed(answer);
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // the wish lasts as long as the page
  }
}
