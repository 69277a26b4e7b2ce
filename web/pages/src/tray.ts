// The files that wait in the composer for their message, each as a chip. Recordings wait there too, and are sent by themselves.
import type { ChatClient, SharedFile, Upload } from "@chatbox/client";
import { byId, button, element } from "./dom.ts";
import type { Enclosure } from "./enclosure.ts";
import { icon } from "./icons.ts";
import { announce, hideNotice, showError } from "./notices.ts";
import { sizeText } from "./sizes.ts";
import { problemText } from "./uploadtexts.ts";
import { fill, words } from "./words/words.ts";

/** The limit of the protocol (section 7). */
const MOST_FILES = 10;
/** The sides of a small picture, in device pixels. */
const PICTURE_PX = 88;
/** Pictures above that are not drawn small: to decode them takes too long on a phone. */
const LARGEST_PICTURE_BYTES = 30_000_000;

interface Attachment {
  upload: Upload;
  isRecording: boolean;
  node: HTMLLIElement;
  detail: HTMLElement;
  progress: HTMLProgressElement;
  actions: HTMLElement;
  /** The state that the chip shows. */
  shown: string;
}

export class Tray implements Enclosure {
  readonly #client: ChatClient;
  readonly #list: HTMLElement;
  readonly #mostBytes: number;
  readonly #sayRecorded: (recording: SharedFile) => void;
  #items: Attachment[] = [];
  #shown = true;
  /** What waits in other conversations. */
  readonly #elsewhere = new Map<string, Attachment[]>();

  /**
   * @param mostBytes of one file
   * @param sayRecorded sends a recording that is uploaded
   */
  constructor(client: ChatClient, list: HTMLElement, mostBytes: number, sayRecorded: (recording: SharedFile) => void) {
    [this.#client, this.#list, this.#mostBytes, this.#sayRecorded] = [client, list, mostBytes, sayRecorded];
  }

  get isEmpty(): boolean {
    return this.#files.length === 0;
  }

  get obstacle(): string | null {
    const states = this.#files.map(({ upload }) => upload.state);
    if (states.includes("failed")) return words.failedFirst;
    return states.every((state) => state === "done") ? null : words.uploadsFirst;
  }

  take(): SharedFile[] {
    const files = this.#files;
    this.#items = this.#items.filter((item) => !files.includes(item));
    this.draw();
    return files.map(({ upload }) => upload.result!);
  }

  add(files: readonly File[]): void {
    const room = MOST_FILES - this.#files.length;
    const fitting = files.filter(({ size }) => size <= this.#mostBytes);
    const [tooLarge] = files.filter((file) => !fitting.includes(file));
    if (tooLarge) showError(`${nameOf(tooLarge)}: ${fill(words.refusedSize, { most: sizeText(this.#mostBytes) })}`);
    else if (fitting.length > room) showError(fill(words.tooManyFiles, { most: MOST_FILES }));
    const taken = fitting.slice(0, room);
    for (const file of taken) this.#begin(file, nameOf(file), false);
    if (taken.length > 0) announce(fill(words.attached, { name: taken.map(nameOf).join(", ") }));
    this.draw();
  }

  /** A recording is a message of its own, which goes as soon as it is uploaded. */
  addRecording(recording: Blob): void {
    this.#begin(recording, words.voiceMessage, true); // the node gives the name its ending
    this.draw();
  }

  leave(place: string): void {
    if (this.#items.length > 0) this.#elsewhere.set(place, this.#items);
    this.#items = [];
    this.draw();
  }

  enter(place: string): void {
    const waiting = this.#elsewhere.get(place);
    if (!waiting) return;
    this.#elsewhere.delete(place);
    this.#items = [...waiting, ...this.#items];
    for (const item of waiting) if (item.isRecording && item.upload.state === "done") this.#send(item);
    this.draw();
  }

  forget(): void {
    this.#items = [];
    this.#shown = true;
    this.#elsewhere.clear(); // the client has canceled the uploads
    this.draw();
  }

  /** Takes the files off the page, and keeps them for their owner; or puts them back. */
  show(shown: boolean): void {
    this.#shown = shown;
    this.draw();
  }

  draw(): void {
    this.#list.replaceChildren(...(this.#shown ? this.#items.map(({ node }) => node) : []));
    this.#list.hidden = this.#list.childElementCount === 0;
    byId("composer").classList.toggle("carries", !this.isEmpty);
  }

  /** Those that wait for the message in the field. */
  get #files(): Attachment[] {
    return this.#items.filter(({ isRecording }) => !isRecording);
  }

  #begin(file: Blob, name: string, isRecording: boolean): void {
    const title = isRecording ? words.voiceMessage : name;
    const node = document.createElement("li");
    const [look, told, detail, progress, actions] = [element("span", "look"), element("span", "told"), element("small"), document.createElement("progress"), element("span")];
    look.append(icon(isRecording ? "microphone" : "document"));
    told.append(element("bdi", "", title), detail);
    progress.setAttribute("aria-label", fill(words.uploadingFile, { name: title }));
    node.append(look, told, actions, progress);
    if (file.type.startsWith("image/") && file.size < LARGEST_PICTURE_BYTES) void drawPicture(file, look);
    const item: Attachment = { upload: null!, isRecording, node, detail, progress, actions, shown: "" };
    item.upload = this.#client.uploads.start(file, name, (upload) => this.#changed(item, upload, title));
    this.#items.push(item);
    this.#changed(item, item.upload, title);
  }

  #changed(item: Attachment, upload: Upload, title: string): void {
    const { state, sent, size } = (item.upload = upload);
    item.progress.max = size || 1;
    item.progress.value = sent;
    item.progress.hidden = state === "done" || state === "failed";
    if (state === "done" && item.isRecording) return this.#send(item);
    const problem = state === "failed" || state === "waiting" ? problemText(upload, this.#mostBytes) : "";
    const detail = problem || (state === "done" ? sizeText(size) : state === "running" ? `${words.uploading} ${Math.floor((100 * sent) / (size || 1))} %` : words.uploading);
    if (item.detail.textContent !== detail) item.detail.textContent = detail;
    if (item.shown === state) return;
    item.shown = state;
    item.node.className = `attachment ${state}`;
    this.#drawActions(item, title);
    if (!this.#shown || !this.#items.includes(item)) return; // nobody may hear of it here
    if (state === "done") {
      announce(fill(words.uploaded, { name: title }));
      if (this.obstacle === null && byId("notice-text").textContent === words.uploadsFirst) hideNotice();
    }

    if (state === "failed") announce(fill(words.notUploaded, { name: title, reason: problem }));
  }

  #drawActions(item: Attachment, title: string): void {
    const hadFocus = item.actions.contains(document.activeElement);
    const actions = [];
    if (item.upload.state === "failed") actions.push(this.#action("again", fill(words.retryFile, { name: title }), () => item.upload.retry()));
    actions.push(this.#action("close", fill(words.removeFile, { name: title }), () => this.#remove(item)));
    item.actions.replaceChildren(...actions);
    if (hadFocus) actions.at(-1)!.focus();
  }

  #action(name: "again" | "close", label: string, run: () => void): HTMLButtonElement {
    const action = button("", run, name);
    action.className = "quiet square";
    action.setAttribute("aria-label", label);
    return action;
  }

  #remove(item: Attachment): void {
    this.#items = this.#items.filter((other) => other !== item);
    item.upload.cancel();
    this.draw();
    byId("message").focus();
  }

  #send(item: Attachment): void {
    const isHere = this.#items.includes(item);
    this.#items = this.#items.filter((other) => other !== item);
    // Somebody went to another conversation since. The recording was meant for that one, and waits there.
    if (isHere) this.#sayRecorded(item.upload.result!);
    this.draw();
  }
}

/** Pictures from the clipboard of some browsers have no name of their own. */
function nameOf(file: File): string {
  return file.name || `file.${file.type.split("/")[1]?.split("+")[0] || "bin"}`;
}

/** A small picture in place of the icon. What the browser cannot decode keeps its icon. */
async function drawPicture(file: Blob, place: HTMLElement): Promise<void> {
  try {
    const whole = await createImageBitmap(file);
    const side = Math.min(whole.width, whole.height);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = PICTURE_PX;
    canvas.getContext("2d")!.drawImage(whole, (whole.width - side) / 2, (whole.height - side) / 2, side, side, 0, 0, PICTURE_PX, PICTURE_PX);
    whole.close();
    place.replaceChildren(canvas);
  } catch {
    // not an image after all
  }
}
