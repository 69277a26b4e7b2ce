import assert from "node:assert/strict";
import { test } from "vitest";
import { Transcript, type ServerFrame } from "@chatbox/client";
import { NewSounds } from "../src/newsounds.ts";

const envelope = { session_id: "s1", timestamp: "2026-01-02T03:04:05Z" };
const status = { ...envelope, type: "connection_status", sender: "system", user_id: "alice", model_id: "small", metadata: { speech: "true" } } as ServerFrame;
const ack = { ...envelope, type: "ack", sender: "system", id: "c1", seq: 2, message_id: "q1" } as ServerFrame;
const echo = { ...envelope, type: "user_message", sender: "user", message_id: "q1", seq: 2, content: "One" } as ServerFrame;
const answer = { ...envelope, type: "ai_response", sender: "ai", model_id: "small", message_id: "a1", offset: 0, content: "An answer.", metadata: { streaming: "true", done: "false" } } as ServerFrame;
const end = endWith("pending");
const sound = { ...envelope, type: "speech", sender: "ai", seq: 5, message_id: "sp1", content: "", files: [file()], metadata: { of: "a1", state: "done" } } as unknown as ServerFrame;
const failure = { ...sound, files: undefined, metadata: { of: "a1", state: "failed", reason: "refused" } } as unknown as ServerFrame;

function file() {
  return { file_id: "f1", file_url: "/f1", name: "answer.mp3", mime_type: "audio/mpeg", size: 5 };
}

function endWith(speech: string): ServerFrame {
  const metadata = { streaming: "true", done: "true", finish_reason: "stop", speech };
  return { ...envelope, type: "ai_response", sender: "ai", model_id: "small", message_id: "a1", seq: 3, offset: 10, content: "", metadata, ...(speech === "done" && { files: [file()] }) } as ServerFrame;
}

/** What becomes of the sound of the answer to the question "One", when these frames come. */
function play(frames: ServerFrame[], { speak = true, mayBegin = true, asks = true } = {}) {
  const transcript = new Transcript();
  const sounds = new NewSounds(() => transcript);
  transcript.apply(status);
  if (asks) transcript.send("c1", "One", { speak });
  const failed = frames.flatMap((frame) => {
    transcript.apply(frame);
    return sounds.receive(frame, () => mayBegin);
  });
  const entry = transcript.byMessageId("a1")!;
  return { begins: [sounds.isDue(entry), sounds.take(entry), sounds.take(entry)], failed: failed.map(({ messageId }) => messageId) };
}

const once = [true, true, false];
const never = [false, false, false];

test("the sound of an answer to a question from here begins, once", () => {
  assert.deepEqual(play([ack, answer, end, sound]).begins, once);
  assert.deepEqual(play([ack, answer, endWith("done"), sound]).begins, once);
});

test("it begins also if the acknowledgement of the question comes last", () => {
  assert.deepEqual(play([answer, end, sound, ack]).begins, once);
  assert.deepEqual(play([answer, end, ack, sound]).begins, once);
});

test("it begins also if a new socket brings the question before its acknowledgement", () => {
  assert.deepEqual(play([echo, ack, answer, end, sound]).begins, once);
  assert.deepEqual(play([echo, answer, end, ack, sound]).begins, once);
  assert.deepEqual(play([echo, answer, end, sound, ack]).begins, once);
});

test("that there is none is told, whenever the acknowledgement comes", () => {
  assert.deepEqual(play([ack, answer, end, failure]), { begins: never, failed: ["a1"] });
  assert.deepEqual(play([answer, end, failure, ack]), { begins: never, failed: ["a1"] });
});

test("nothing begins that was asked for elsewhere, or in writing, or while it may not", () => {
  const elsewhere = play([echo, answer, end, sound], { asks: false });
  assert.deepEqual(elsewhere.begins, never);
  assert.deepEqual(play([{ ...echo, message_id: "q0" } as ServerFrame, answer, end, sound, { ...ack, seq: 7 } as ServerFrame]).begins, never);
  assert.deepEqual(play([ack, answer, end, sound], { speak: false }).begins, never);
  assert.deepEqual(play([ack, answer, end, sound], { mayBegin: false }).begins, never);
});
