// Sends commands once the server has bound a socket, and again on the next one until they are acknowledged. Pure: no socket, no clock.
import type { Entry } from "./entries.ts";
import type { ClientFrame } from "./frames.ts";

/** A command other than a message: it concerns the conversation as the client sees it now, so it does not outlive its session. */
export type Command = Exclude<
  ClientFrame,
  { type: "user_message" | "file_upload" | "voice_message" | "ping" | "token_refresh" | "typing_indicator" | "seen" }
> & { id: string };

export class Outbox {
  readonly #send: (frame: ClientFrame) => boolean;
  #open = false;

  /** The commands that a socket took and the server has not acknowledged, by id. */
  readonly #commands = new Map<string, Command>();

  /** The ids of messages that a socket took: the server may have them. */
  readonly #tried = new Set<string>();

  /** @param send puts a frame on the socket; false if none is open */
  constructor(send: (frame: ClientFrame) => boolean) {
    this.#send = send;
  }

  /** True while a bound socket takes commands. */
  get isOpen(): boolean {
    return this.#open;
  }

  /**
   * A socket is bound: everything that was not acknowledged goes out, also if an earlier socket took it. The id of a command stays the same,
   * so the server does the work once.
   */
  open(pending: readonly Entry[]): void {
    this.#open = true;
    this.repeat(pending);
    for (const command of this.#commands.values()) this.#send(command);
  }

  /** The socket is lost. Commands wait for the next one. */
  close(): void {
    this.#open = false;
  }

  /** Sends a message now, or leaves it to `open`. */
  post(entry: Entry): void {
    if (this.#open) this.repeat([entry]);
  }

  repeat(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (!entry.id) continue;
      this.#tried.add(entry.id);
      this.#send(frameOf(entry, entry.id));
    }
  }

  /** Sends a command. False, and nothing is kept, if no bound socket takes it. */
  command(command: Command): boolean {
    if (!this.#open || !this.#send(command)) return false;
    this.#commands.set(command.id, command);
    return true;
  }

  /** The server has acknowledged or refused a command. */
  settle(id: string | undefined): void {
    if (id) this.#commands.delete(id);
  }

  /** True if the server may have this message, although it has not acknowledged it. */
  mayHaveSent(id: string | undefined): boolean {
    return id !== undefined && this.#tried.has(id);
  }

  /** Another session: the commands for the earlier one mean nothing there. */
  dropCommands(): void {
    this.#commands.clear();
  }

  /** Another person: nothing of the person before goes out. */
  forget(): void {
    this.#open = false;
    this.#commands.clear();
    this.#tried.clear();
  }
}

/** The frame that sends a message. One with files names the first of them as older clients do, and the others in its metadata. */
function frameOf({ text: content, files, voice, speak }: Entry, id: string): ClientFrame {
  const [first, ...more] = files ?? [];
  const told = { ...(more.length > 0 && { file_ids: more.map((file) => file.file_id).join(",") }), ...(speak && { speak: "true" as const }) };
  const metadata = Object.keys(told).length > 0 && { metadata: told };
  if (!first) return { type: "user_message", content, ...metadata, id };
  const named = { content, file_id: first.file_id, file_url: first.file_url || first.file_id, ...metadata, id };
  return { type: voice ? "voice_message" : "file_upload", ...named };
}
