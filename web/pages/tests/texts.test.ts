import assert from "node:assert/strict";
import { test } from "vitest";
import * as texts from "../src/texts.ts";
import { notification } from "../../client/tests/frames.ts";
import type { Entry, Note } from "@chatbox/client";

function entry(more: Partial<Entry>): Entry {
  return { key: 1, role: "ai", text: "", state: "done", seq: 1, ...more };
}

test("a token that was withdrawn is not called expired", () => {
  assert.match(texts.tokenRefusedText({ reason: "withdrawn", message: "Your token ended." }), /withdrawn/);
  assert.doesNotMatch(texts.tokenRefusedText({ reason: "withdrawn", message: null }), /expired/);
});

test("a token that has expired is called so", () => {
  assert.match(texts.tokenRefusedText({ reason: "expired", message: null }), /expired/);
});

test("a token that is refused for another reason gets the server's explanation, if there is one", () => {
  assert.equal(texts.tokenRefusedText({ reason: "refused", message: "It is not yours." }), "It is not yours.");
  assert.match(texts.tokenRefusedText({ reason: "refused", message: null }), /did not accept/);
  assert.match(texts.tokenRefusedText({ reason: "malformed", message: null }), /not an access token/);
});

test("an answer that is complete needs no line below it", () => {
  assert.equal(texts.detailText(entry({ finishReason: "stop" })), "");
  assert.equal(texts.detailText(entry({ state: "streaming" })), "");
});

test("an answer that ended early says why, also for a reason that the page does not know", () => {
  assert.equal(texts.detailText(entry({ finishReason: "stopped" })), "Stopped.");
  assert.equal(texts.detailText(entry({ finishReason: ("new" as any) })), "The answer ended early.");
});

test("an answer that was replaced says so, however it ended", () => {
  assert.equal(texts.detailText(entry({ finishReason: "cut", superseded: true })), "Replaced by a newer answer.");
});

test("a message says whether it is sent", () => {
  assert.equal(texts.detailText(entry({ role: "user", state: "pending" })), "Sending…");
  assert.equal(texts.detailText(entry({ role: "user", state: "failed" })), "Not sent.");
  assert.equal(texts.detailText(entry({ role: "user", state: "sent" })), "");
});

test("the state of the connection counts down on the page and not for screen readers", () => {
  assert.equal(texts.stateText("reconnecting", 4), "Reconnecting in 4 s");
  assert.equal(texts.stateAnnouncement("reconnecting"), "Connection lost. Reconnecting.");
  assert.equal(texts.stateText("offline", 0), "Offline");
});

test("a message that is too long says by how much", () => {
  assert.equal(texts.tooLongText(12_000, 10_000), "Your message has 12,000 characters. At most 10,000 can be sent at once.");
});

test("notes name people and files", () => {
  const note = (more: object) => texts.noteText({ ...notification({}), ...more } as Note);
  assert.equal(note({ type: "admin_join", metadata: { admin_name: "Ada" } }), "Ada joined the conversation.");
  assert.equal(note({ type: "admin_leave" }), "Someone from support left the conversation.");
  assert.equal(note({ type: "file_upload", content: "plan.pdf" }), "File: plan.pdf");
  assert.equal(note({ type: "voice_message" }), "A voice message was shared.");
  assert.equal(note({ content: "Imported" }), "Imported");
});
