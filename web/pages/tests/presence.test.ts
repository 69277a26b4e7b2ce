import { expect, test } from "vitest";
import { OtherSide } from "../src/presence.ts";
import { assistantText } from "../src/texts.ts";
import type { Presence } from "@chatbox/client";

const frame = (content: "here" | "away", admin_id?: string): Presence => ({
  type: "presence",
  session_id: "s",
  sender: admin_id ? "admin" : "user",
  timestamp: "2026-01-02T03:04:05Z",
  content,
  ...(admin_id && { metadata: { admin_id } }),
});

test("what is told of one administrator is known of no other", () => {
  const other = new OtherSide();
  expect(other.of("eve")).toBeNull();
  other.take(frame("here", "eve"));
  expect([other.of("eve"), other.of("kim"), other.of()]).toEqual([true, null, null]);
  other.take(frame("away", "kim"));
  expect([other.of("eve"), other.of("kim")]).toEqual([null, false]);
});

test("without a socket nothing is known, until the server tells it again", () => {
  const other = new OtherSide();
  other.take(frame("away"));
  other.when("connected");
  expect(other.of()).toBe(false);
  other.when("reconnecting");
  expect(other.of()).toBeNull();
  other.take(frame("here"));
  expect(other.of()).toBe(true);
});

test("who helps is named, with what is known", () => {
  expect([null, true, false].map((isHere) => assistantText("Eve", isHere))).toEqual(["Eve", "Eve · online", "Eve · away"]);
});
