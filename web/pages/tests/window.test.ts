import { describe, expect, test } from "vitest";
import { EntryWindow } from "../src/window.ts";

const entries = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => ({ key: from + index }));
const span = (drawn: readonly { key: number }[]) => [drawn[0]?.key, drawn.at(-1)?.key];

describe("somebody at the end", () => {
  test("has the newest fifty, and new ones take the place of old ones", () => {
    const window = new EntryWindow();
    expect(window.of([], true)).toEqual([]);
    expect(span(window.of(entries(1, 10_000), true))).toEqual([9_951, 10_000]);
    expect(span(window.of(entries(1, 10_003), true))).toEqual([9_954, 10_003]);
    expect(window.atEnd).toBe(true);
  });

  test("who has looked further up keeps that until there are too many", () => {
    const window = new EntryWindow();
    const many = entries(1, 1_000);
    window.of(many, true);
    window.up(many);
    expect(span(window.of(many, true))).toEqual([901, 1_000]);
    expect(span(window.of(entries(1, 1_100), true))).toEqual([901, 1_100]);
    expect(span(window.of(entries(1, 1_101), true))).toEqual([1_052, 1_101]);
  });
});

test("somebody at the end gets the newest, also after many have come at once", () => {
  const window = new EntryWindow();
  window.of(entries(1, 60), true);
  window.up(entries(1, 60));
  expect(span(window.of(entries(1, 450), false))).toEqual([1, 200]);
  expect(span(window.of(entries(1, 450), true))).toEqual([401, 450]);
  expect(window.atEnd).toBe(true);
});

describe("somebody who reads further up", () => {
  test("keeps every entry in sight, however many come at the end", () => {
    const window = new EntryWindow();
    window.of(entries(1, 1_000), false);
    for (let newest = 1_000; newest <= 2_000; newest += 7) expect(window.of(entries(1, newest), false)[0]).toEqual({ key: 951 });
    expect(span(window.of(entries(1, 2_000), false))).toEqual([951, 1_150]);
    expect(window.atEnd).toBe(false);
  });

  test("goes to the oldest and back to the newest, and never has more than two hundred", () => {
    const window = new EntryWindow();
    const many = entries(1, 1_030);
    window.of(many, false);
    let steps = 0;
    while (window.up(many)) {
      steps++;
      expect(window.of(many, false).length).toBeLessThanOrEqual(200);
    }
    expect(steps).toBe(20);
    expect(window.of(many, false)[0]).toEqual({ key: 1 });
    while (window.down(many)) expect(window.of(many, false).length).toBeLessThanOrEqual(200);
    expect(window.of(many, false).at(-1)).toEqual({ key: 1_030 });
    expect(window.atEnd).toBe(true);
  });

  test("stays where they are when older entries are added", () => {
    const window = new EntryWindow();
    expect(span(window.of(entries(500, 600), false))).toEqual([551, 600]);
    expect(span(window.of(entries(450, 600), false))).toEqual([551, 600]);
    window.up(entries(450, 600));
    expect(span(window.of(entries(450, 600), false))).toEqual([501, 600]);
  });
});

test("another conversation is shown from its end", () => {
  const window = new EntryWindow();
  const many = entries(1, 1_000);
  window.of(many, false);
  window.up(many);
  window.toEnd();
  expect(span(window.of(entries(2_000, 2_300), true))).toEqual([2_251, 2_300]);
});
