// How the pieces of an answer become its text (protocol, section 5, "Answers"). Pure: no socket, no clock.
import type { Entry } from "./entries.ts";
import type { AiResponse, AnswerMetadata } from "./frames.ts";

/**
 * Applies a piece, a reset, a thought or the end to an answer. Returns true if the answer has ended.
 *
 * A piece that starts behind the end of the text changes nothing but `gap`: only a new socket with the current resume point brings the
 * missing text.
 */
export function applyPiece(entry: Entry, frame: Partial<Pick<AiResponse, "content" | "offset" | "metadata">>): boolean {
  const { content = "", offset = entry.text.length } = frame;
  const metadata: Partial<AnswerMetadata> = frame.metadata ?? {};
  entry.gap = offset > entry.text.length;
  if (entry.gap) return false;

  if (metadata.reset === "true") {
    entry.text = entry.text.slice(0, offset) + content;
    entry.state = "streaming";
  } else {
    // After a reconnect a piece can begin within the text that is here already.
    entry.text += content.slice(entry.text.length - offset);
  }

  applyThinking(entry, metadata);
  if (metadata.done !== "true") return false;
  entry.state = "done";
  entry.thinks = false;
  entry.finishReason = metadata.finish_reason ?? "stop";
  entry.superseded ||= metadata.superseded === "true";
  return true;
}

function applyThinking(entry: Entry, { thinking, thinking_offset: offset }: Partial<AnswerMetadata>): void {
  entry.thinks = typeof thinking === "string";
  if (typeof thinking !== "string") return;
  const before = entry.thinking ?? "";
  entry.thinking = before.slice(0, Number(offset ?? before.length)) + thinking;
}
