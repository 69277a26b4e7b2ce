import assert from "node:assert/strict";
import { test } from "vitest";
import { Transcript } from "../src/transcript.ts";
import * as frames from "./frames.ts";
import type { ServerFrame, SpeechItem } from "../src/frames.ts";

function transcriptOf(...received: ServerFrame[]) {
  const transcript = new Transcript();
  apply(transcript, frames.status(), ...received);
  return transcript;
}

function apply(transcript: Transcript, ...received: ServerFrame[]) {
  for (const frame of received) transcript.apply(frame);
}

function texts(transcript: Transcript) {
  return transcript.entries.map((entry) => (entry.note?.type === "new_conversation" ? "(new conversation)" : entry.text));
}

function states(transcript: Transcript) {
  return transcript.entries.map((entry) => entry.state);
}

test("a message is pending until its acknowledgement gives it a place", () => {
  const transcript = transcriptOf();
  transcript.send("c1", "Hello");
  assert.deepEqual(states(transcript), ["pending"]);

  apply(transcript, frames.userMessage("m2", 2, "From another device"), frames.ack("c1", 1, "m1"));

  assert.deepEqual(texts(transcript), ["Hello", "From another device"]);
  assert.deepEqual(states(transcript), ["sent", "sent"]);
});

test("a repeated acknowledgement changes nothing", () => {
  const transcript = transcriptOf();
  transcript.send("c1", "Hello");
  apply(transcript, frames.ack("c1", 1, "m1"), frames.ack("c1", 1, "m1"));
  assert.deepEqual(texts(transcript), ["Hello"]);
});

test("a message that comes back before its acknowledgement is shown once", () => {
  const transcript = transcriptOf();
  transcript.send("c1", "Hello");
  apply(transcript, frames.userMessage("m1", 1, "Hello"), frames.ack("c1", 1, "m1"));
  assert.deepEqual(states(transcript), ["sent"]);
});

test("a message that comes back before its acknowledgement is known as ours after it, with what it asks for", () => {
  const transcript = transcriptOf();
  transcript.send("c1", "Hello", { speak: true });
  apply(transcript, frames.userMessage("m1", 1, "Hello"), frames.ack("c1", 1, "m1"));
  assert.deepEqual(transcript.entries.map(({ id, speak, messageId }) => ({ id, speak, messageId })), [{ id: "c1", speak: true, messageId: "m1" }]);
});

test("a message that comes back under the id of its command takes the place of the pending one", () => {
  const transcript = transcriptOf();
  const { key } = transcript.send("c1", " Hello ");
  apply(transcript, frames.userMessage("m1", 1, "Hello", "c1"));
  assert.deepEqual(texts(transcript), ["Hello"]);
  assert.equal(transcript.entries[0]?.key, key);
});

test("an item is shown once, however often it comes", () => {
  const item = frames.userMessage("m1", 1, "Hello");
  assert.deepEqual(texts(transcriptOf(item, item)), ["Hello"]);
});

test("items stand in the order of their places", () => {
  const transcript = transcriptOf(frames.userMessage("m5", 5, "Third"), frames.userMessage("m1", 1, "First"), frames.userMessage("m3", 3, "Second"));
  assert.deepEqual(texts(transcript), ["First", "Second", "Third"]);
});

test("an answer streams, ends and gets its place", () => {
  const transcript = transcriptOf(frames.userMessage("q1", 1, "Question"), frames.loading("a1"));
  assert.equal(transcript.answering, true);
  apply(transcript, frames.piece("a1", 0, "One "), frames.piece("a1", 4, "two"));
  assert.equal(transcript.waiting, null);
  assert.deepEqual(states(transcript), ["sent", "streaming"]);

  apply(transcript, frames.userMessage("q2", 2, "Next question"), frames.end("a1", 3, 7));

  assert.deepEqual(texts(transcript), ["Question", "Next question", "One two"]);
  assert.equal(transcript.answering, false);
});

test("a piece of another answer does not end the wait for this one", () => {
  const transcript = transcriptOf(frames.loading("a2"), frames.end("a1", 1, 0));
  assert.deepEqual(transcript.waiting, { messageId: "a2", thinks: false });
});

test("a failed model ends the wait and blames no message", () => {
  const transcript = transcriptOf(frames.loading("a1"));
  transcript.send("c1", "Hello");
  apply(transcript, frames.error("LLM_UNAVAILABLE"));
  assert.equal(transcript.waiting, null);
  assert.deepEqual(states(transcript), ["pending"]);
});

test("a refusal marks the message with its id", () => {
  const transcript = transcriptOf();
  transcript.send("c1", "One");
  transcript.send("c2", "Two");
  apply(transcript, frames.error("TOO_MANY_REQUESTS", "c2"));
  assert.deepEqual(states(transcript), ["pending", "failed"]);
});

test("a refusal without an id marks the only message that waits, and none of several", () => {
  const transcript = transcriptOf();
  transcript.send("c1", "One");
  apply(transcript, frames.error("TOO_MANY_REQUESTS"));
  assert.deepEqual(states(transcript), ["failed"]);
  transcript.send("c2", "Two");
  transcript.send("c3", "Three");
  apply(transcript, frames.error("TOO_MANY_REQUESTS"));
  assert.deepEqual(states(transcript), ["failed", "pending", "pending"]);
});

test("the answer to stop is the one that is awaited, else the one that runs", () => {
  const transcript = transcriptOf();
  assert.equal(transcript.answerId, null);
  apply(transcript, frames.loading("a1"));
  assert.equal(transcript.answerId, "a1");
  apply(transcript, frames.piece("a1", 0, "One"));
  assert.equal(transcript.answerId, "a1");
  apply(transcript, frames.end("a1", 1, 3), frames.loading("a2"));
  assert.equal(transcript.answerId, "a2");
});

test("only the last answer can be regenerated, and only while none is under way", () => {
  const transcript = transcriptOf(frames.piece("a1", 0, "One"));
  const regenerable = () => transcript.regenerable?.text;
  assert.equal(regenerable(), undefined);
  apply(transcript, frames.end("a1", 1, 3));
  assert.equal(regenerable(), "One");
  apply(transcript, frames.loading("a2"));
  assert.equal(regenerable(), undefined);
  apply(transcript, frames.piece("a2", 0, "Two"), frames.end("a2", 2, 3, { supersedes: "a1" }));
  assert.equal(regenerable(), "Two");
  assert.equal(transcript.entries[0]?.superseded, true);
});

test("a file that a model returned is the model's, and superseded with its answer", () => {
  const transcript = transcriptOf(frames.piece("a1", 0, "One"), frames.returnedFile("f1", 1, "a1"), frames.end("a1", 2, 3));
  const looks = () => transcript.entries.map(({ role, files, superseded = false }) => [role, files?.length ?? 0, superseded]);
  assert.deepEqual(looks(), [["ai", 1, false], ["ai", 0, false]]);
  assert.equal(transcript.regenerable?.text, "One");

  apply(transcript, frames.end("a2", 3, 0, { supersedes: "a1" }));
  assert.deepEqual(looks(), [["ai", 1, true], ["ai", 0, true], ["ai", 0, false]]);

  const late = transcriptOf(frames.end("a1", 2, 0, { superseded: "true" }), frames.returnedFile("f1", 1, "a1"));
  assert.deepEqual(late.entries.map(({ superseded }) => superseded), [true, true]);
});

test("the resume point is the last item and the length of the running answer", () => {
  const transcript = transcriptOf(frames.userMessage("q1", 4, "Question"), frames.piece("a1", 0, "One two"));
  assert.deepEqual(transcript.resumePoint, { last_seq: "4", session_id: frames.SESSION, partial: "a1:7" });
});

test("the resume point of a new page is the beginning", () => {
  assert.deepEqual(new Transcript().resumePoint, { last_seq: "0" });
});

test("neither an acknowledgement nor a binding moves the resume point", () => {
  const transcript = transcriptOf(frames.ack("c1", 9, "m9"), frames.status({ seq: 12 }));
  assert.equal(transcript.lastSeq, 0);
});

test("a missing piece keeps the resume point before the hole", () => {
  const transcript = transcriptOf(frames.userMessage("q1", 1, "Question"), frames.piece("a1", 0, "One "), frames.piece("a1", 8, "three"));
  assert.equal(transcript.gap, true);
  apply(transcript, frames.userMessage("q2", 2, "Next"));
  assert.equal(transcript.lastSeq, 1);
  assert.equal(transcript.resumePoint.partial, "a1:4");
  apply(transcript, frames.piece("a1", 4, "two three"));
  assert.equal(transcript.gap, false);
});

test("a place before which history is missing is no resume point", () => {
  const transcript = transcriptOf(frames.reload(8), frames.userMessage("m9", 9, "New"));
  assert.equal(transcript.behind, true);
  assert.equal(transcript.lastSeq, 0);
  transcript.reconnect();
  assert.equal(transcript.behind, false);
});

test("a rewind drops the running answer and keeps the rest", () => {
  const transcript = transcriptOf(frames.userMessage("q1", 1, "Question"), frames.piece("a1", 0, "One"));
  transcript.rewind();
  assert.deepEqual(texts(transcript), ["Question"]);
  assert.equal(transcript.answering, false);
});

test("another session is set apart, and its places start again", () => {
  const transcript = transcriptOf(frames.userMessage("q1", 7, "Old"), frames.piece("a1", 0, "Half"));
  transcript.send("c1", "New");
  apply(transcript, frames.status({ session_id: frames.OTHER_SESSION }), { ...frames.ack("c1", 1, "q2"), session_id: frames.OTHER_SESSION });
  assert.deepEqual(texts(transcript), ["Old", "Half", "(new conversation)", "New"]);
  assert.equal(transcript.entries[1]?.finishReason, "cut");
  assert.deepEqual(transcript.resumePoint, { last_seq: "0", session_id: frames.OTHER_SESSION });
});

test("another session needs no line before its first message", () => {
  const transcript = transcriptOf();
  transcript.send("c1", "New");
  apply(transcript, frames.status({ session_id: frames.OTHER_SESSION }));
  assert.deepEqual(texts(transcript), ["New"]);
});

test("news that another model answers binds nothing", () => {
  const transcript = transcriptOf(frames.reload(3), frames.status({ content: "Large answers from now on.", session_id: frames.OTHER_SESSION }));
  assert.equal(transcript.sessionId, frames.SESSION);
  assert.equal(transcript.behind, true);
});

test("a server with an older backup takes the page back to it, except for what was not sent", () => {
  const transcript = transcriptOf(frames.userMessage("m1", 1, "One"), frames.userMessage("m5", 5, "Lost"));
  transcript.send("c1", "Unsent");
  apply(transcript, frames.reload(3));
  assert.deepEqual(texts(transcript), ["Unsent"]);
  assert.equal(transcript.lastSeq, 0);
});

test("history fills the hole and ends at its last place", () => {
  const transcript = transcriptOf(frames.reload(4), frames.userMessage("m5", 5, "Live"));
  transcript.load([frames.historyMessage(1, "One"), frames.historyMessage(2, "Answer"), frames.historyMessage(5, "Live")]);
  assert.deepEqual(texts(transcript), ["One", "Answer", "Live"]);
  assert.deepEqual(states(transcript), ["sent", "done", "sent"]);
  assert.equal(transcript.lastSeq, 5);
  assert.equal(transcript.behind, false);
});

test("history replaces text that was withdrawn", () => {
  const transcript = transcriptOf(frames.piece("m4", 0, "Shown and withdr"), frames.reload(4));
  transcript.load([frames.historyMessage(4, "Whole")]);
  assert.deepEqual(texts(transcript), ["Whole"]);
  assert.deepEqual(states(transcript), ["done"]);
});

test("history that was requested before the server asked again is not complete", () => {
  const transcript = transcriptOf(frames.reload(1));
  const { reload } = transcript;
  apply(transcript, frames.userMessage("m3", 3, "Three"), frames.reload(7));
  transcript.load([frames.historyMessage(1, "One")], reload);
  assert.equal(transcript.behind, true);
  assert.equal(transcript.lastSeq, 1);
});

test("a notification with a place is a note, and without one no part of the conversation", () => {
  const transcript = transcriptOf(frames.notification({ content: "Imported note", seq: 2, message_id: "n1" }), frames.notification({ content: "News" }));
  assert.deepEqual(texts(transcript), ["Imported note"]);
  assert.equal(transcript.entries[0]?.role, "system");
});

test("frames of unknown types change nothing", () => {
  const transcript = transcriptOf();
  transcript.apply(({ type: "something_new", session_id: frames.SESSION } as any));
  assert.deepEqual(transcript.entries, []);
});

test("messages that an earlier client has left come before those that were written since, each once", () => {
  const transcript = transcriptOf(frames.userMessage("m1", 1, "Sent"));
  transcript.send("c3", "Newer");
  const added = transcript.restore([
    { id: "c1", text: "Old", failed: false },
    { id: "c2", text: "Refused", failed: true },
    { id: "c3", text: "Newer", failed: false },
  ]);
  assert.deepEqual(texts(transcript), ["Sent", "Old", "Refused", "Newer"]);
  assert.deepEqual(added.map(({ id }) => id), ["c1"]);
});

test("a message that took effect in another session is not shown in this one", () => {
  const transcript = transcriptOf();
  transcript.send("c1", "Hello");
  apply(transcript, { ...frames.ack("c1", 4, "m9"), session_id: frames.OTHER_SESSION });
  assert.deepEqual(texts(transcript), []);
});

test("a refused message says why, until it is sent", () => {
  const transcript = transcriptOf();
  const entry = transcript.send("c1", "Hello");
  apply(transcript, { ...frames.error("TOO_MANY_REQUESTS", "c1"), error: { code: "TOO_MANY_REQUESTS", message: "Slow down.", recoverable: true, retry_after: 500 } });
  assert.deepEqual(entry.refusal, { code: "TOO_MANY_REQUESTS", message: "Slow down.", retryAfter: 500 });
  apply(transcript, frames.ack("c1", 1, "m1"));
  assert.equal(entry.refusal, undefined);
});

test("a message with files is a message; one of which only the name is known is a note", () => {
  const transcript = new Transcript();
  transcript.apply(frames.status());
  const files = [{ file_id: "f1", file_url: "/chatbox/files/f1", name: "plan.pdf", mime_type: "application/pdf", size: 9 }];
  const upload = { session_id: frames.SESSION, sender: "user", timestamp: "2026-01-02T03:04:05Z", type: "file_upload", file_id: "f1" } as const;
  transcript.apply({ ...upload, content: "Look", seq: 1, message_id: "m1", files });
  transcript.apply({ ...upload, content: "old.pdf", seq: 3, message_id: "m3" });
  transcript.load([{ ...upload, content: "Look", seq: 1, message_id: "m1", files }]);
  assert.deepEqual(
    transcript.entries.map(({ role, text, state, files: shown }) => [role, text, state, shown?.[0]?.name]),
    [
      ["user", "Look", "sent", "plan.pdf"],
      ["system", "old.pdf", "done", undefined],
    ],
  );
  assert.equal(transcript.lastSeq, 3);
});

function recording(messageId: string, seq: number) {
  const file = { file_id: "f".repeat(32), file_url: "files/f", name: "voice.webm", mime_type: "audio/webm" };
  return { ...frames.userMessage(messageId, seq, ""), type: "voice_message" as const, file_id: file.file_id, files: [file] };
}

function written(of: string, seq: number, content: string, reason?: "unavailable"): ServerFrame {
  const metadata = reason ? { of, state: "failed" as const, reason } : { of, state: "done" as const };
  return { type: "transcript", session_id: "", sender: "user", timestamp: "", seq, message_id: `t${seq}`, content, metadata };
}

test("a voice message has what was said in it once that is known, and the newest transcript counts", () => {
  const transcript = new Transcript();
  transcript.apply(recording("v1", 1));
  assert.deepEqual([transcript.entries[0]?.voice, transcript.entries[0]?.transcript], [true, undefined]);
  transcript.apply(written("v1", 2, "", "unavailable"));
  assert.deepEqual(transcript.entries[0]?.transcript, { text: "", failure: "unavailable" });
  transcript.apply(written("v1", 5, "Hello"));
  transcript.apply(written("v1", 2, "", "unavailable"));
  assert.deepEqual(transcript.entries[0]?.transcript, { text: "Hello" });
  assert.equal(transcript.entries.length, 1);
  assert.equal(transcript.lastSeq, 5);
});

test("a transcript that is here before its message is shown with it", () => {
  const transcript = new Transcript();
  transcript.apply(written("v1", 2, "Hello"));
  transcript.addOlder([{ ...recording("v1", 1) }], null);
  assert.deepEqual(transcript.entries[0]?.transcript, { text: "Hello" });
});

test("a transcription that failed blames no message", () => {
  const transcript = new Transcript();
  transcript.send("c1", "Hello");
  transcript.apply({ type: "error", session_id: "", sender: "ai", timestamp: "", error: { code: "TRANSCRIPTION_FAILED", message: "", recoverable: true } });
  assert.equal(transcript.entries[0]?.state, "pending");
});

const SOUND = { file_id: "e".repeat(32), file_url: "files/e?expires=1", name: "answer.mp3", mime_type: "audio/mpeg", size: 9 };

function spoken(of: string, seq: number, more: { reason?: "refused"; cut?: "true" } = {}): SpeechItem {
  const { reason, cut } = more;
  const metadata = { of, state: reason ? ("failed" as const) : ("done" as const), ...(reason && { reason }), ...(cut && { cut }) };
  const common = { type: "speech" as const, session_id: frames.SESSION, sender: "ai" as const, timestamp: "", seq, message_id: `s${seq}`, content: "", metadata };
  return reason ? common : { ...common, file_id: SOUND.file_id, files: [SOUND] };
}

function ending(speech: "pending" | "done" | "failed"): ServerFrame {
  return { ...frames.end("a1", 2, 3, { speech }), ...(speech === "done" && { files: [SOUND] }) };
}

test("an answer that was asked for aloud waits for its sound, and has it in the middle of the next answer", () => {
  const transcript = transcriptOf(frames.piece("a1", 0, "One"));
  assert.equal(transcript.entries[0]?.speech, undefined);
  apply(transcript, ending("pending"), frames.piece("a2", 0, "Tw"));
  assert.deepEqual(transcript.entries[0]?.speech, { state: "pending" });
  apply(transcript, spoken("a1", 4, { cut: "true" }), frames.piece("a2", 2, "o"));
  assert.deepEqual(transcript.entries[0]?.speech, { state: "done", file: SOUND, cut: true, seq: 4, messageId: "s4" });
  assert.deepEqual(texts(transcript), ["One", "Two"]);
  assert.equal(transcript.lastSeq, 4);
});

test("the sound of an answer is there as soon as the end of the answer has it, and why there is none once that is told", () => {
  const transcript = transcriptOf(frames.piece("a1", 0, "One"), ending("done"));
  assert.deepEqual(transcript.entries[0]?.speech, { state: "done", file: SOUND });
  const failed = transcriptOf(frames.piece("a1", 0, "One"), ending("failed"));
  assert.deepEqual(failed.entries[0]?.speech, { state: "failed" });
  apply(failed, spoken("a1", 3, { reason: "refused" }));
  assert.deepEqual(failed.entries[0]?.speech, { state: "failed", failure: "refused", seq: 3, messageId: "s3" });
});

test("an end that comes again takes no sound away, and a sound that is here before its answer is shown with it", () => {
  const transcript = transcriptOf(frames.piece("a1", 0, "One"), ending("pending"), spoken("a1", 3), ending("pending"));
  assert.equal(transcript.entries[0]?.speech?.state, "done");

  const paged = transcriptOf();
  paged.loadNewest([spoken("a1", 3)], 3);
  paged.addOlder([frames.historyMessage(2, "One", "a1")], null);
  assert.equal(paged.entries[0]?.speech?.messageId, "s3");
});

test("the binding says what the node does with voices", () => {
  const transcript = transcriptOf();
  assert.deepEqual(transcript.offers, { transcription: false, speech: false });
  apply(transcript, frames.status({ metadata: { speech: "true" } }));
  assert.deepEqual(transcript.offers, { transcription: false, speech: true });
});

test("an answer without text is empty in the history too, where the server has words in its place", () => {
  const transcript = transcriptOf(frames.piece("a1", 0, "Withdrawn"));
  const metadata = { finish_reason: "error", placeholder: "true" } as const;
  const answer = { type: "ai_response", sender: "ai", seq: 2, message_id: "a1", content: "This answer has no text.", timestamp: "2026-01-02T03:04:05Z", metadata } as const;
  transcript.addOlder([answer], null);
  assert.deepEqual([texts(transcript), transcript.entries[0]?.finishReason], [[""], "error"]);
});
