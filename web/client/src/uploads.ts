// Files on their way to the server (protocol, section 7). A small file goes in one request; a large one, and one that was cut, by tus, which goes
// on where it stopped.
import { Backoff } from "./backoff.ts";
import type { SharedFile } from "./frames.ts";
import type { Platform } from "./platform.ts";
import { RestError } from "./rest.ts";

/** Larger files go by tus from the start: the beginning of such a file is worth keeping. */
const LARGE_BYTES = 4 * 1024 * 1024;
/** So many files go at once; further ones wait for their turn. */
const AT_ONCE = 3;
/** A request in which nothing moves for so long is given up, and the file goes on from where it stands. */
const STALLED_MS = 120_000;
/** A server that answers so many times in a row that it cannot take the file now is not asked again by itself. */
const MOST_REFUSALS = 5;
/** Statuses after which the same file can be sent again. */
const PASSING = [0, 401, 408, 409, 423, 429, 460, 502, 503, 504];

const TUS = { "Tus-Resumable": "1.0.0" };

/** `waiting`: for the connection, or for the server. `failed`: somebody has to decide. */
export type UploadState = "queued" | "running" | "waiting" | "failed" | "done" | "canceled";

/** The files of one person on their way. */
export class Uploads {
  readonly #base: URL;
  readonly #token: () => string | null;
  readonly #platform: Platform;
  readonly #all = new Set<Upload>();

  /**
   * @param token returns the token of the person whose files these are, or null while none may be used
   */
  constructor(base: URL, token: () => string | null, platform: Platform) {
    [this.#base, this.#token, this.#platform] = [base, token, platform];
    platform.onWake((wake) => wake !== "offline" && this.wake());
  }

  /**
   * Sends a file, as soon as it can be sent.
   * @param changed is called when the upload has changed
   */
  start(file: Blob, name: string, changed: (upload: Upload) => void): Upload {
    const upload = new Upload(file, name, { base: this.#base, token: this.#token, platform: this.#platform }, (now) => {
      if (!["queued", "running", "waiting"].includes(now.state)) this.#startNext();
      changed(now);
    });
    this.#all.add(upload);
    this.#startNext();
    return upload;
  }

  /** The network is back, or a token can be used: what waits goes on. */
  wake(): void {
    for (const upload of this.#all) upload.wake();
  }

  /** Another person has come: nothing of the person before goes on. */
  forget(): void {
    const all = [...this.#all];
    this.#all.clear();
    for (const upload of all) upload.cancel();
  }

  #startNext(): void {
    for (const upload of this.#all) if (upload.state === "done" || upload.state === "canceled") this.#all.delete(upload);
    const underWay = [...this.#all].filter(({ state }) => state === "running" || state === "waiting").length;
    for (const upload of [...this.#all].filter(({ state }) => state === "queued").slice(0, Math.max(0, AT_ONCE - underWay))) upload.begin();
  }
}

interface Surroundings {
  base: URL;
  token: () => string | null;
  platform: Platform;
}

/** One file on its way. */
export class Upload {
  readonly file: Blob;
  readonly name: string;
  state: UploadState = "queued";
  /** Bytes that have gone. */
  sent = 0;
  /** Why the file waits or has failed; null while nothing is wrong. */
  problem: RestError | null = null;
  /** The file as the server has it, once it is done. */
  result: SharedFile | null = null;

  readonly #with: Surroundings;
  readonly #changed: (upload: Upload) => void;
  readonly #backoff: Backoff;
  #ended = new AbortController();
  /** The id of the resumable upload, once there is one. */
  #id: string | null = null;
  #resumable: boolean;
  #endPause: (() => void) | null = null;

  constructor(file: Blob, name: string, surroundings: Surroundings, changed: (upload: Upload) => void) {
    [this.file, this.name, this.#with, this.#changed] = [file, name, surroundings, changed];
    this.#resumable = file.size > LARGE_BYTES;
    this.#backoff = new Backoff(surroundings.platform.random);
  }

  get size(): number {
    return this.file.size;
  }

  /** Starts the upload. For {@link Uploads}. */
  begin(): void {
    this.#become("running");
    void this.#run();
  }

  /** Ends the upload; the server forgets what it has of it. */
  cancel(): void {
    if (this.state === "done" || this.state === "canceled") return;
    this.#ended.abort();
    this.#endPause?.();
    this.#become("canceled");
    if (this.#id !== null && this.#with.token() !== null) void this.#fetch("DELETE", `uploads/${this.#id}`).catch(() => {}); // expires otherwise
  }

  /** Tries again after a failure. */
  retry(): void {
    if (this.state !== "failed") return;
    this.problem = null;
    this.begin();
  }

  /** Goes on at once, if it waits. */
  wake(): void {
    this.#endPause?.();
  }

  async #run(): Promise<void> {
    for (let refusals = 0; !this.#ended.signal.aborted; ) {
      try {
        if (this.#with.token() === null) throw RestError.unreachable();
        const result = await (this.#resumable ? this.#sendOn() : this.#sendWhole());
        if (this.#ended.signal.aborted) return;
        this.result = result;
        this.problem = null;
        this.sent = this.size;
        return this.#become("done");
      } catch (failure) {
        if (this.#ended.signal.aborted) return;
        this.problem = failure instanceof RestError ? failure : RestError.unreachable();
        refusals = this.problem.status === 0 ? 0 : refusals + 1;
        if (!(await isReadable(this.file))) this.problem = new RestError(0, "UNREADABLE", "The file can no longer be read.", 0, "unreadable");
        if (this.problem.reason || !PASSING.includes(this.problem.status) || refusals > MOST_REFUSALS) return this.#become("failed");
      }
      this.#resumable ||= this.sent > 0; // it was cut
      await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    this.#become("waiting");
    const { platform } = this.#with;
    await new Promise<void>((resolve) => {
      const stop = platform.after(this.#backoff.next(platform.now(), this.problem?.retryAfter), resolve);
      this.#endPause = () => (stop(), resolve());
    });
    this.#endPause = null;
    if (!this.#ended.signal.aborted) this.#become("running");
  }

  async #sendWhole(): Promise<SharedFile> {
    const form = new FormData();
    form.append("file", this.file, this.name);
    const response = await this.#transfer("POST", "upload", {}, form, 0);
    const { file_id, file_url, size, mime_type } = (await response.json()) as SharedFile;
    return { file_id, file_url: file_url!, name: this.name, size: size ?? this.size, mime_type };
  }

  /** Sends what the server has not taken yet, until it has all of it. */
  async #sendOn(): Promise<SharedFile> {
    let offset = this.#id === null ? await this.#create() : await this.#ask();
    for (;;) {
      this.#report(offset);
      const headers = { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
      const response = await this.#transfer("PATCH", `uploads/${this.#id}`, headers, this.file.slice(offset), offset);
      const address = response.headers.get("Upload-File-Url");
      if (address) return { file_id: this.#id!, file_url: address, name: this.name, size: this.size, mime_type: this.file.type || "application/octet-stream" };
      const next = Number(response.headers.get("Upload-Offset"));
      if (!(next > offset)) throw RestError.unreachable(); // nothing has moved: ask again later
      this.#backoff.reset();
      offset = next;
    }
  }

  async #create(): Promise<number> {
    const metadata = Object.entries({ filename: this.name, ...(this.file.type && { filetype: this.file.type }) });
    const header = metadata.map(([key, value]) => `${key} ${base64(value)}`).join(",");
    const response = await this.#fetch("POST", "uploads", { "Upload-Length": String(this.size), "Upload-Metadata": header });
    this.#id = response.headers.get("Location")?.split("/").at(-1) || null;
    if (this.#id === null) throw new RestError(response.status, "", "The server did not say where to send the file.");
    return 0;
  }

  /** Asks how much the server has. What has expired there begins anew. */
  async #ask(): Promise<number> {
    try {
      return Number((await this.#fetch("HEAD", `uploads/${this.#id}`)).headers.get("Upload-Offset"));
    } catch (failure) {
      if (!(failure instanceof RestError && failure.status === 404)) throw failure;
      return this.#create();
    }
  }

  async #fetch(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
    const { base, platform } = this.#with;
    const init = { method, headers: { ...TUS, ...this.#authorization, ...headers }, cache: "no-store" as const };
    const response = await platform.fetch(new URL(path, base), method === "DELETE" ? init : { ...init, signal: this.#ended.signal });
    if (response.ok) return response;
    throw await RestError.of(response);
  }

  /** @param offset the bytes that went earlier */
  async #transfer(method: "POST" | "PATCH", path: string, headers: Record<string, string>, body: Blob | FormData, offset: number): Promise<Response> {
    const { base, platform } = this.#with;
    const request = new AbortController();
    const abort = () => request.abort();
    const watch = () => platform.after(STALLED_MS, abort);
    let stop = watch();
    this.#ended.signal.addEventListener("abort", abort);
    try {
      const response = await platform.transfer(new URL(path, base), {
        method,
        headers: { ...this.#authorization, ...headers },
        body,
        signal: request.signal,
        onProgress: (bytes) => {
          stop();
          stop = watch();
          this.#report(Math.min(this.size, offset + bytes));
        },
      });
      if (response.ok) return response;
      throw await RestError.of(response);
    } finally {
      stop();
      this.#ended.signal.removeEventListener("abort", abort);
    }
  }

  get #authorization(): Record<string, string> {
    return { Authorization: `Bearer ${this.#with.token()}` };
  }

  #report(sent: number): void {
    if (this.#ended.signal.aborted) return;
    this.sent = sent;
    this.#changed(this);
  }

  #become(state: UploadState): void {
    this.state = state;
    this.#changed(this);
  }
}

/** False for a file that was moved or deleted since somebody chose it. */
async function isReadable(file: Blob): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
