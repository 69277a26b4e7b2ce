import assert from "node:assert/strict";
import { test } from "vitest";
import { newsOf } from "../src/news.ts";
import { notification } from "../../client/tests/frames.ts";
import type { Notification } from "@chatbox/client";

function news(content: string, metadata: NonNullable<Notification["metadata"]>) {
  return notification({ content, metadata });
}

test("a token that expires is asked for until there is a new one", () => {
  const notice = newsOf(news("Your sign-in expires in 1 minute.", { reason: "token_expiring" }), false);
  assert.deepEqual(notice, { text: "Your sign-in expires in 1 minute.", lasts: true, asksForToken: true });
});

test("a token that expires is asked for in the page's own words if the server has none", () => {
  const notice = newsOf(news("", { reason: "token_expiring" }), false);
  assert.equal(notice?.text, "Your sign-in expires soon. Enter a new token to stay signed in.");
});

test("nobody is asked for a token that the page has renewed by itself", () => {
  assert.equal(newsOf(news("Your sign-in expires in 1 minute.", { reason: "token_expiring" }), true), null);
});

test("the end of a session stays on the page, other news does not", () => {
  assert.equal(newsOf(news("It has ended.", { reason: "session_expired" }), false)?.lasts, true);
  assert.equal(newsOf(news("It has ended.", { reason: "session_ended" }), false)?.lasts, false);
});

test("news without words shows nothing", () => {
  assert.equal(newsOf(news("", {}), false), null);
});
