// Which answers, whose sound comes while the page is open, belong to a question from here: those begin to play by themselves. Pure.
import type { Entry, ServerFrame, Transcript } from "@chatbox/client";
import { questionOf } from "./questions.ts";

/** `unclear`: its question may be a message of this page that the server has not acknowledged. `due`: the sound is to begin. `over`: nothing is to be done. */
type Standing = "unclear" | "due" | "over";

export class NewSounds {
  readonly #transcript: () => Transcript;
  /** By the server's id of the answer. */
  readonly #come = new Map<string, Standing>();

  constructor(transcript: () => Transcript) {
    this.#transcript = transcript;
  }

  clear(): void {
    this.#come.clear();
  }

  /** True if the sound of this answer is to begin. */
  isDue({ messageId = "" }: Entry): boolean {
    return this.#come.get(messageId) === "due";
  }

  /** The same, once. */
  take(answer: Entry): boolean {
    if (!this.isDue(answer)) return false;
    this.#come.set(answer.messageId!, "over");
    return true;
  }

  /**
   * A frame has come, and the transcript has it. Returns the answers to questions from here that could not be spoken.
   * @param mayBegin true if a sound may begin now
   */
  receive(frame: ServerFrame, mayBegin: () => boolean): Entry[] {
    const isEnd = frame.type === "ai_response" && frame.metadata.done === "true";
    const unclear = [...this.#come].filter(([, standing]) => standing === "unclear").map(([of]) => of);
    // An acknowledgement, or an error, says of which message it is.
    const of = frame.type === "speech" ? [frame.metadata.of] : isEnd ? [frame.message_id] : frame.type === "ack" || frame.type === "error" ? unclear : [];
    return of.map((id) => this.#judge(id, mayBegin)).filter((failed) => failed !== null);
  }

  /** Returns the answer if it is to a question from here and has no sound. */
  #judge(of: string, mayBegin: () => boolean): Entry | null {
    const transcript = this.#transcript();
    const answer = transcript.byMessageId(of);
    const { state, failure } = answer?.speech ?? {};
    const standing = this.#come.get(of);
    if (!answer || state === undefined || state === "pending" || standing === "due" || standing === "over") return null;
    if (state === "failed" && failure === undefined) return null; // the reason comes
    const question = questionOf(transcript.entries, answer);
    const isOurs = question?.id !== undefined && question.speak === true && !answer.superseded;
    const isUnclear = !isOurs && !answer.superseded && transcript.pending.some(({ speak }) => speak);
    this.#come.set(of, isUnclear ? "unclear" : isOurs && state === "done" && mayBegin() ? "due" : "over");
    return isOurs && failure ? answer : null;
  }
}
