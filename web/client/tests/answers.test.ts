import assert from "node:assert/strict";
import { test } from "vitest";
import { applyPiece } from "../src/answers.ts";
import { end, piece } from "./frames.ts";
import type { Entry } from "../src/entries.ts";

function answer(text: string): Entry {
  return { key: 1, role: "ai", text, state: "streaming", seq: Infinity };
}

test("a piece that starts within the text adds only what is new", () => {
  const entry = answer("One two ");
  applyPiece(entry, piece("a1", 4, "two three"));
  assert.equal(entry.text, "One two three");
});

test("a piece that is here already changes nothing", () => {
  const entry = answer("One two three");
  applyPiece(entry, piece("a1", 4, "two"));
  assert.equal(entry.text, "One two three");
});

test("a piece behind a hole is not shown", () => {
  const entry = answer("One ");
  assert.equal(applyPiece(entry, piece("a1", 8, "three")), false);
  assert.equal(entry.text, "One ");
  assert.equal(entry.gap, true);
});

test("an end behind a hole does not end the answer", () => {
  const entry = answer("One ");
  assert.equal(applyPiece(entry, end("a1", 3, 13)), false);
  assert.equal(entry.state, "streaming");
});

test("a reset withdraws the text from its offset on", () => {
  const entry = answer("Hello wrong end");
  applyPiece(entry, piece("a1", 6, "right", { reset: "true" }));
  assert.equal(entry.text, "Hello right");
});

test("a reset of an answer that had ended lets it run again", () => {
  const entry = answer("Hello");
  applyPiece(entry, end("a1", 2, 5));
  applyPiece(entry, piece("a1", 0, "", { reset: "true" }));
  assert.equal(entry.state, "streaming");
});

test("the end says how the answer ended", () => {
  const entry = answer("Once");
  assert.equal(applyPiece(entry, end("a1", 2, 4, { finish_reason: "stopped", superseded: "true" })), true);
  assert.equal(entry.state, "done");
  assert.equal(entry.finishReason, "stopped");
  assert.equal(entry.superseded, true);
});

test("thinking replaces what is there from its offset on, and is no text of the answer", () => {
  const entry = answer("");
  applyPiece(entry, piece("a1", 0, "", { thinking: "one,", thinking_offset: "0" }));
  applyPiece(entry, piece("a1", 0, "", { thinking: " two", thinking_offset: "4" }));
  assert.equal(entry.thinks, true);
  applyPiece(entry, piece("a1", 0, "", { thinking: " again", thinking_offset: "4" }));
  applyPiece(entry, piece("a1", 0, "Three"));
  assert.equal(entry.thinking, "one, again");
  assert.equal(entry.text, "Three");
  assert.equal(entry.thinks, false);
});
