// What comes after a message or an answer and belongs to it: what was said in a recording, and the sound of an answer. Pure: no socket, no clock.
import type { Entry, Speech } from "./entries.ts";
import type { AiResponse, SpeechItem, TranscriptItem } from "./frames.ts";

/** The newest transcript of each recording and the sound of each answer, also of those that are not here yet: a page of the history can begin between. */
export class Voices {
  readonly #transcripts = new Map<string, { seq: number; transcript: NonNullable<Entry["transcript"]> }>();
  readonly #speeches = new Map<string, Speech>();

  /** Takes what was said in a recording. Returns its message's id if that is news. */
  transcribe({ content: text, seq, metadata: { of, reason, state } }: TranscriptItem): string | undefined {
    const known = this.#transcripts.get(of);
    if (known && known.seq >= seq) return undefined; // the newest counts
    this.#transcripts.set(of, { seq, transcript: state === "failed" ? { text: "", failure: reason ?? "unavailable" } : { text } });
    return of;
  }

  /** Takes the sound of an answer, or that there is none. Returns the answer's id. */
  speak({ seq, message_id: messageId, files, metadata: { of, state, reason, cut } }: SpeechItem): string {
    const [file] = files ?? [];
    const told = state === "done" && file ? { state, file, ...(cut && { cut: true }) } : { state: "failed" as const, failure: reason ?? "unavailable" };
    this.#speeches.set(of, { ...told, seq, messageId });
    return of;
  }

  /** The end of an answer says how its sound stands; the item itself says more. */
  end({ message_id: of, files, metadata: { speech } }: AiResponse): void {
    if (!speech || this.#speeches.get(of)?.seq !== undefined) return;
    const [file] = files ?? [];
    this.#speeches.set(of, speech === "done" && file ? { state: "done", file } : { state: speech === "failed" ? "failed" : "pending" });
  }

  /** Gives an entry what is known of it. */
  give(entry: Entry | undefined): void {
    const [told, speech] = [this.#transcripts.get(entry?.messageId ?? ""), this.#speeches.get(entry?.messageId ?? "")];
    if (entry && told) entry.transcript = told.transcript;
    if (entry && speech) entry.speech = speech;
  }
}
