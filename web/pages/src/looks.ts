// What of a conversation the page shows now. Pure.
import type { Entry, Transcript } from "@chatbox/client";

export interface Looks {
  entries: readonly Entry[];
  /** The answer with the button to regenerate it. */
  regenerable: Entry | null;
  /** What the three dots stand for; null hides them. */
  progress: "thinking" | "waiting" | null;
  canStop: boolean;
  /** True to invite people to write their first message. */
  invites: boolean;
}

/** Nobody is signed in, or the owner of the conversation is not confirmed: the page shows nothing of it. */
const HIDDEN: Looks = { entries: [], regenerable: null, progress: null, canStop: false, invites: false };

/**
 * @param hidden true to show nothing of the conversation
 * @param bound true while a bound socket takes commands
 */
export function looksOf(transcript: Transcript, { hidden, bound }: { hidden: boolean; bound: boolean }): Looks {
  if (hidden) return HIDDEN;
  const { entries, waiting } = transcript;
  return {
    entries,
    regenerable: bound ? transcript.regenerable : null,
    progress: waiting === null ? null : waiting.thinks ? "thinking" : "waiting",
    canStop: bound && transcript.answering,
    invites: bound && entries.length === 0,
  };
}
