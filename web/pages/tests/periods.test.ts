import assert from "node:assert/strict";
import { test } from "vitest";
import { periodsOf } from "../src/periods.ts";
import { timeText } from "../src/texts.ts";
import { en } from "../src/words/en.ts";
import { de } from "../src/words/de.ts";
import { fill } from "../src/words/words.ts";
import { count, milliseconds, span } from "../src/admin/figures.ts";
import type { SessionSummary } from "@chatbox/client";

const now = new Date(2026, 10, 27, 15, 0);
const session = (name: string, at: Date) => ({ name, last_activity: at.toISOString() }) as SessionSummary;

test("conversations are told apart by the day of their latest activity", () => {
  const periods = periodsOf(
    [
      session("a", new Date(2026, 10, 27, 0, 1)),
      session("b", new Date(2026, 10, 26, 23, 59)),
      session("c", new Date(2026, 10, 22, 12)),
      session("d", new Date(2025, 1, 1)),
    ],
    now,
  );
  assert.deepEqual(
    periods.map(({ title, items }) => [title, ...items.map(({ name }) => name)]),
    [["Today", "a"], ["Yesterday", "b"], ["Last 7 days", "c"], ["Earlier", "d"]],
  );
});

test("a time of today has no date, another one has", () => {
  assert.doesNotMatch(timeText(new Date(2026, 10, 27, 9, 5).toISOString(), now), /Nov/);
  assert.match(timeText(new Date(2026, 10, 3, 9, 5).toISOString(), now), /Nov 3/);
  assert.equal(timeText(undefined, now), "");
});

test("every word is there in German, with the same values to fill in", () => {
  const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [key, text] of Object.entries(en)) assert.deepEqual(holes(de[key as keyof typeof en]), holes(text), key);
});

test("a value that is missing stays visible", () => {
  assert.equal(fill("{a} of {b}", { a: 1 }), "1 of {b}");
});

test("figures are short", () => {
  assert.deepEqual([0, 59, 60, 3_600, 3_900, 90_000].map(span), ["0 s", "59 s", "1 min", "1 h", "1 h 5 min", "1 d 1 h"]);
  assert.deepEqual([12, 1_500].map(milliseconds), ["12 ms", "1.5 s"]);
  assert.deepEqual([1_281, 2_300_000].map(count), ["1,281", "2.3M"]);
});
