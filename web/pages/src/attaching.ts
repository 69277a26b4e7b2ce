// How files come to the composer: by button, drop, paste and camera. What holds them is loaded with the first one.
import type { ChatClient, SharedFile } from "@chatbox/client";
import type { Composer } from "./composer.ts";
import { byId, control } from "./dom.ts";
import { showError } from "./notices.ts";
import type { record as recordVoice } from "./recorder.ts";
import { keepQuiet } from "./sounds.ts";
import type { Tray } from "./tray.ts";
import { fill, words } from "./words/words.ts";

export class Attaching {
  readonly #client: ChatClient;
  readonly #composer: Composer;
  readonly #sayRecorded: (recording: SharedFile) => void;
  readonly #takesFiles: boolean;
  #tray: Tray | null = null;
  /** Counts the people, so that what is loaded slowly can tell whether they are still here. */
  #turn = 0;
  #stopRecording: (() => void) | null = null;

  /** @param sayRecorded is called with each recording that is uploaded */
  constructor(client: ChatClient, composer: Composer, sayRecorded: (recording: SharedFile) => void) {
    [this.#client, this.#composer, this.#sayRecorded] = [client, composer, sayRecorded];
    this.#takesFiles = mostBytes() > 0;
    if (!this.#takesFiles) return;
    byId("attach").hidden = byId("camera").hidden = false;
    byId("record").hidden = !("MediaRecorder" in window) || !navigator.mediaDevices;
    this.#choose("attach", "chosen-files");
    this.#choose("camera", "taken-photo");
    byId("record").addEventListener("click", () => void this.#record());
    document.addEventListener("paste", (event) => this.#takeFrom(event, event.clipboardData));
    this.#takeDrops();
    const stop = client.on("bound", () => {
      stop();
      void this.#load().catch(() => {}); // behind the page, so that it is there when the network is not
    });
  }

  /** Another conversation is shown, or this one again: its files wait in it. */
  enter(place: string): void {
    this.#tray?.enter(place);
  }

  leave(place: string): void {
    this.#stopRecording?.();
    this.#tray?.leave(place);
  }

  /** Takes the files off the page, and keeps them for their owner. */
  hide(): void {
    this.#stopRecording?.();
    this.#tray?.show(false);
  }

  show(): void {
    this.#tray?.show(true);
  }

  /** Another person has come. */
  forget(): void {
    this.#turn++;
    this.#stopRecording?.();
    this.#tray?.forget();
  }

  get #isOpen(): boolean {
    return this.#takesFiles && !control("message", HTMLTextAreaElement).disabled;
  }

  #choose(button: string, input: string): void {
    byId(button).addEventListener("click", () => byId(input).click());
    byId(input).addEventListener("change", () => {
      const field = control(input, HTMLInputElement);
      const files = [...(field.files ?? [])];
      field.value = ""; // the same file can be chosen again
      void this.#add(files);
    });
  }

  /** Text is the browser's business; files and pictures become attachments. */
  #takeFrom(event: Event, data: DataTransfer | null): void {
    if (!this.#isOpen || !data || data.files.length === 0) return;
    event.preventDefault();
    const entries = [...data.items].map((item) => item.webkitGetAsEntry?.());
    const files = [...data.files];
    if (!entries.some((entry) => entry?.isDirectory)) return void this.#add(files);
    showError(words.noFolders);
    const folders = entries.flatMap((entry) => (entry?.isDirectory ? [entry.name] : []));
    void this.#add(files.filter(({ name }) => !folders.includes(name)));
  }

  #takeDrops(): void {
    const brings = ({ dataTransfer }: DragEvent) => this.#isOpen && dataTransfer?.types.includes("Files") === true;
    document.addEventListener("dragover", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      byId("drop").hidden = false;
    });
    document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget === null && (byId("drop").hidden = true));
    document.addEventListener("drop", (event) => {
      byId("drop").hidden = true;
      if (brings(event)) this.#takeFrom(event, event.dataTransfer);
    });
  }

  async #add(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    const turn = this.#turn;
    const tray = await this.#load().then(({ tray }) => tray, sayUnreachable);
    if (tray && turn === this.#turn) tray.add(files);
    this.#composer.focus();
  }

  async #record(): Promise<void> {
    const turn = this.#turn;
    const loaded = await this.#load().catch(sayUnreachable);
    if (!loaded || turn !== this.#turn || this.#stopRecording) return;
    const { tray, record } = loaded;
    const endQuiet = keepQuiet();
    const { done, stop } = record(byId("composer"));
    this.#stopRecording = stop;
    try {
      const recording = await done;
      if (recording && turn === this.#turn) tray.addRecording(recording);
    } catch {
      showError(words.microphoneDenied);
    } finally {
      endQuiet();
      this.#stopRecording = null;
      this.#composer.focus();
    }
  }

  async #load(): Promise<{ tray: Tray; record: typeof recordVoice }> {
    const [{ Tray }, { record }] = await Promise.all([import("./tray.ts"), import("./recorder.ts"), import("./files.ts")]);
    const tray = (this.#tray ??= new Tray(this.#client, byId("tray"), mostBytes(), this.#sayRecorded));
    this.#composer.enclosure = tray;
    return { tray, record };
  }
}

function sayUnreachable(): null {
  showError(fill(words.failed, { reason: words.connectionLost }));
  return null;
}

/** The most bytes of one file, as the node says in the page; 0 if it takes none. */
function mostBytes(): number {
  return Number(document.querySelector<HTMLMetaElement>("meta[name=upload-limit]")?.content) || 0;
}
