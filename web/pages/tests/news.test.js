import assert from "node:assert/strict";
import { test } from "node:test";
import { reactionTo } from "../src/news.js";
import { notification } from "./frames.js";
/** @import { Notification } from "../../frames" */

/**
 * @param {string} content
 * @param {Notification["metadata"]} metadata
 */
function news(content, metadata) {
  return notification({ content, metadata });
}

test("a token that expires is asked for until there is a new one", () => {
  const { notice } = reactionTo(news("Your sign-in expires in 1 minute.", { reason: "token_expiring" }), false);
  assert.deepEqual(notice, { text: "Your sign-in expires in 1 minute.", lasts: true, asksForToken: true });
});

test("a token that expires is asked for in the page's own words if the server has none", () => {
  const { notice } = reactionTo(news("", { reason: "token_expiring" }), false);
  assert.equal(notice?.text, "Your sign-in expires soon. Enter a new token to stay signed in.");
});

test("nobody is asked for a token that the page has renewed by itself", () => {
  assert.equal(reactionTo(news("Your sign-in expires in 1 minute.", { reason: "token_expiring" }), true).notice, null);
});

test("the end of a session stays on the page, other news does not", () => {
  assert.equal(reactionTo(news("It has ended.", { reason: "session_expired" }), false).notice?.lasts, true);
  assert.equal(reactionTo(news("It has ended.", { reason: "session_ended" }), false).notice?.lasts, false);
});

test("news without words shows nothing", () => {
  assert.equal(reactionTo(news("", {}), false).notice, null);
});

test("a node that shuts down says when to move", () => {
  assert.equal(reactionTo(news("Moving.", { reason: "reconnect", reconnect_after_ms: "1500" }), false).reconnectAfter, 1500);
  assert.equal(reactionTo(news("Moving.", { reason: "reconnect" }), false).reconnectAfter, 0);
  assert.equal(reactionTo(news("Moving.", { reason: "reconnect", reconnect_after_ms: "-5" }), false).reconnectAfter, 0);
  assert.equal(reactionTo(news("Other.", { reason: "connection_limit" }), false).reconnectAfter, null);
});
