import assert from "node:assert/strict";
import { test } from "node:test";
import * as texts from "../src/texts.js";
import { notification } from "./frames.js";
/** @import { Entry } from "../src/entries.js" */
/** @import { ServerFrame } from "../../frames" */

/**
 * @param {Partial<Entry>} more
 * @returns {Entry}
 */
function entry(more) {
  return { key: 1, role: "ai", text: "", state: "done", seq: 1, ...more };
}

test("a token that was withdrawn is not called expired", () => {
  for (const reason of ["Token withdrawn", "The token has been withdrawn."]) {
    assert.match(texts.tokenRefusedText(reason, "Your token ended."), /withdrawn/);
    assert.doesNotMatch(texts.tokenRefusedText(reason), /expired/);
  }
});

test("a token that has expired is called so", () => {
  for (const reason of ["Token expired", "The token has expired."]) assert.match(texts.tokenRefusedText(reason), /expired/);
});

test("a token that is refused for another reason gets the server's explanation, if there is one", () => {
  assert.equal(texts.tokenRefusedText("Token not accepted", "It is not yours."), "It is not yours.");
  assert.match(texts.tokenRefusedText(""), /did not accept/);
});

test("an answer that is complete needs no line below it", () => {
  assert.equal(texts.detailText(entry({ finishReason: "stop" })), "");
  assert.equal(texts.detailText(entry({ state: "streaming" })), "");
});

test("an answer that ended early says why, also for a reason that the page does not know", () => {
  assert.equal(texts.detailText(entry({ finishReason: "stopped" })), "Stopped.");
  assert.equal(texts.detailText(entry({ finishReason: /** @type {any} */ ("new") })), "The answer ended early.");
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

test("notes name people and files", () => {
  const note = (/** @type {object} */ more) => texts.noteText(/** @type {ServerFrame} */ ({ ...notification({}), ...more }));
  assert.equal(note({ type: "admin_join", metadata: { admin_name: "Ada" } }), "Ada joined the conversation.");
  assert.equal(note({ type: "admin_leave" }), "Someone from support left the conversation.");
  assert.equal(note({ type: "file_upload", content: "plan.pdf" }), "File: plan.pdf");
  assert.equal(note({ type: "voice_message" }), "A voice message was shared.");
  assert.equal(note({ content: "Imported" }), "Imported");
});
