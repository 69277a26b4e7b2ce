// The entries of a conversation in the order of their places. Pure: no socket, no clock.
import type { ErrorCode, FinishReason, ServerFrame, SharedFile, SpeechFailure, TranscriptionFailure } from "./frames.ts";

/** What a note between the messages says: the frame that brought it, or that another conversation begins. */
export type Note = Exclude<ServerFrame, { type: "pong" }> | { type: "new_conversation" };

/** Why the server has refused a message (protocol, section 5.1). */
export interface Refusal {
  code: ErrorCode;
  message: string;
  /** Milliseconds to wait before the message may be sent again. */
  retryAfter?: number;
}

/** How an answer that was asked for aloud is spoken. */
export interface Speech {
  state: "pending" | "done" | "failed";
  /** The sound. Its address is good for a limited time. */
  file?: SharedFile;
  /** Why there is no sound; absent until that is known. */
  failure?: SpeechFailure;
  /** The answer was too long to be spoken to its end. */
  cut?: boolean;
  /** The place and the server's id of the item that brought the sound, or the failure; absent until it is here. */
  seq?: number;
  messageId?: string;
}

/** A message, an answer or a note. */
export interface Entry {
  /** Identifies the entry among those of all conversations. */
  readonly key: number;
  role: "user" | "ai" | "admin" | "system";
  text: string;
  state: "pending" | "failed" | "sent" | "streaming" | "done";
  /** Its place in the session; Infinity for a running answer and for a message that is not acknowledged. */
  seq: number;
  /** The server's id. */
  messageId?: string | undefined;
  /** The id of the command that sends the message. */
  id?: string | undefined;
  modelId?: string | undefined;
  /** When it was sent or began, RFC 3339. */
  at?: string | undefined;
  /** The name of the administrator who wrote it. */
  name?: string | undefined;
  /** Of an answer that is done. */
  finishReason?: FinishReason;
  /** A later answer has taken its place. */
  superseded?: boolean;
  /** Of a file that a model returned: the server's id of the answer to which the file belongs. */
  of?: string;
  /** Text is missing before the next piece. */
  gap?: boolean;
  /** The files of a message. Their addresses are good for a limited time. */
  files?: readonly SharedFile[];
  /** The message is a recording. */
  voice?: boolean;
  /** What was said in a recording, or why nobody could tell; absent until that is known. */
  transcript?: { text: string; failure?: TranscriptionFailure };
  /** The message asks for its answer aloud. */
  speak?: boolean;
  /** Of an answer that is spoken. */
  speech?: Speech;
  /** What the model thinks. */
  thinking?: string;
  /** The model is thinking now. */
  thinks?: boolean;
  /** Of a system's entry. */
  note?: Note;
  /** Of a message that has failed. */
  refusal?: Refusal | undefined;
}

let nextKey = 1;

export class Entries {
  #list: Entry[] = [];

  /** All entries, the oldest first. */
  get all(): readonly Entry[] {
    return this.#list;
  }

  /** The messages that wait for their acknowledgement. */
  get pending(): Entry[] {
    return this.#list.filter((entry) => entry.state === "pending");
  }

  /** The answer that is running, or null. */
  get streaming(): Entry | null {
    return this.#list.findLast((entry) => entry.state === "streaming") ?? null;
  }

  /** Adds an entry at its place. Without a place it goes last. */
  insert(fields: Omit<Entry, "key" | "seq"> & { seq?: number | undefined }): Entry {
    const entry: Entry = { ...fields, key: nextKey++, seq: fields.seq ?? Infinity };
    this.#list.push(entry);
    this.place(entry, entry.seq);
    return entry;
  }

  /** Moves an entry to a place. */
  place(entry: Entry, seq = Infinity): void {
    this.remove(entry);
    entry.seq = seq;
    let index = this.#list.length;
    while (index > 0 && this.#list[index - 1]!.seq > seq) index--;
    this.#list.splice(index, 0, entry);
  }

  remove(entry: Entry): void {
    const index = this.#list.indexOf(entry);
    if (index >= 0) this.#list.splice(index, 1);
  }

  /** Drops the entries that do not match. */
  keep(matches: (entry: Entry) => boolean): void {
    this.#list = this.#list.filter(matches);
  }

  /** The entry with this id of the server's. */
  byMessageId(messageId: string | undefined): Entry | undefined {
    return messageId ? this.#list.findLast((entry) => entry.messageId === messageId) : undefined;
  }

  /** The message of ours with this command id that the server has given no id yet. */
  unacknowledged(id: string | undefined): Entry | undefined {
    return id ? this.#list.find((entry) => entry.id === id && entry.role === "user" && !entry.messageId) : undefined;
  }
}

/** True for a message that is not stored at the server, as far as the client knows. */
export function isUnsent(entry: Entry): boolean {
  return entry.state === "pending" || entry.state === "failed";
}
