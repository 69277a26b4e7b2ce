// Which message an answer belongs to. Pure.
import type { Entry } from "@chatbox/client";

/**
 * The message that is answered, or null if it is not here. Messages are answered in their order, each once; a further answer is another one to the
 * last message. While an administrator holds the session, no model answers, and the messages that waited get no answer.
 */
export function questionOf(entries: readonly Entry[], answer: Entry): Entry | null {
  let [waiting, last, held]: [Entry[], Entry | null, boolean] = [[], null, false];
  for (const entry of entries) {
    const note = entry.note?.type;
    if (note === "admin_join" || note === "new_conversation") [waiting, last] = [[], null];
    if (note === "admin_join" || note === "admin_leave") held = note === "admin_join";
    if (entry.role === "user" && entry.state === "sent" && !held) waiting.push(entry);
    if (entry.role !== "ai" || entry.of) continue; // a file of an answer is none
    last = waiting.shift() ?? last;
    if (entry === answer) return last;
  }
  return null;
}
