import assert from "node:assert/strict";
import { test } from "vitest";
import { Backoff } from "../src/backoff.ts";

test("the delay doubles from a second to half a minute", () => {
  const backoff = new Backoff(() => 1);
  const delays = Array.from({ length: 7 }, () => backoff.next(0));
  assert.deepEqual(delays, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test("chance shortens a delay by half at most", () => {
  assert.equal(new Backoff(() => 0).next(0), 500);
});

test("the delay is short again after a connection that worked", () => {
  const backoff = new Backoff(() => 1);
  backoff.next(0);
  backoff.next(0);
  backoff.reset();
  assert.equal(backoff.next(0), 1000);
});

test("the delay is at least what the server asks for", () => {
  assert.equal(new Backoff(() => 1).next(0, 5000), 5000);
});

test("the moment that a node has named counts once, and comes before every other delay", () => {
  const backoff = new Backoff(() => 1);
  backoff.hint(2500);
  assert.equal(backoff.next(1000, 9000), 1500);
  assert.equal(backoff.next(1000), 2000);
});

test("a moment that is over is now", () => {
  const backoff = new Backoff(() => 1);
  backoff.hint(10);
  assert.equal(backoff.next(1000), 0);
});
