import assert from "node:assert/strict";
import { test } from "vitest";
import type { AdminEvent, AdminEventType } from "@chatbox/client";
import { SessionEvents, eventText } from "../src/admin/events.ts";

const event = (session: string, type: AdminEventType, rest: Partial<AdminEvent> = {}): AdminEvent => ({ type, session_id: session, ...rest });

test("the events of a conversation are kept, the latest first, until it is erased", () => {
  const events = new SessionEvents();
  assert.equal(events.take(event("s1", "help_requested")), true);
  assert.equal(events.take(event("s2", "session_opened")), true);
  assert.equal(events.take(event("s1", "session_taken_over", { admin_id: "eve" })), true);
  assert.deepEqual(events.of("s1").map(({ type }) => type), ["session_taken_over", "help_requested"]);
  assert.equal(events.take(event("s1", "session_erased")), true);
  assert.deepEqual(events.of("s1"), []);
  assert.equal(events.of("s2").length, 1);
});

test("what says nothing about a conversation is not kept", () => {
  const events = new SessionEvents();
  assert.equal(events.take(event("s1", "viewers_changed")), false);
  assert.equal(events.take({ type: "model_failing" }), false);
  assert.deepEqual(events.of("s1"), []);
});

test("only the last thousand events are kept", () => {
  const events = new SessionEvents();
  events.take(event("first", "session_opened"));
  for (let count = 0; count < 1_000; count++) events.take(event("s1", "rated", { metadata: { rating: "up" } }));
  assert.deepEqual(events.of("first"), []);
  assert.equal(events.of("s1").length, 1_000);
});

test("an event names who did what", () => {
  assert.equal(eventText(event("s1", "transfer_offered", { admin_id: "eve", metadata: { to: "mia" } })), "eve offered the conversation to mia.");
  assert.equal(eventText(event("s1", "rated", { metadata: { rating: "down" } })), "The user rated it bad.");
});
