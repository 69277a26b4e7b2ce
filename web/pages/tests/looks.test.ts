import assert from "node:assert/strict";
import { test } from "vitest";
import { looksOf } from "../src/looks.ts";
import { Transcript } from "@chatbox/client";
import { end, loading, piece, status } from "../../client/tests/frames.ts";
import type { ServerFrame } from "@chatbox/client";

function transcriptOf(...frames: ServerFrame[]) {
  const transcript = new Transcript();
  for (const frame of [status(), ...frames]) transcript.apply(frame);
  return transcript;
}

const SEEN = { hidden: false, bound: true };

test("an empty conversation invites to write once the socket is bound", () => {
  assert.equal(looksOf(transcriptOf(), SEEN).invites, true);
  assert.equal(looksOf(transcriptOf(), { hidden: false, bound: false }).invites, false);
});

test("an answer can be stopped from the moment that it is awaited", () => {
  assert.equal(looksOf(transcriptOf(loading("a1")), SEEN).canStop, true);
  assert.equal(looksOf(transcriptOf(piece("a1", 0, "One")), SEEN).canStop, true);
  assert.equal(looksOf(transcriptOf(piece("a1", 0, "One"), end("a1", 1, 3)), SEEN).canStop, false);
});

test("waiting is shown as thinking only if the model says that it thinks", () => {
  assert.equal(looksOf(transcriptOf(loading("a1")), SEEN).progress, "waiting");
  assert.equal(looksOf(transcriptOf(loading("a1", "thinking")), SEEN).progress, "thinking");
  assert.equal(looksOf(transcriptOf(loading("a1", "thinking"), piece("a1", 0, "One")), SEEN).progress, null);
});

test("commands need a bound socket", () => {
  const looks = looksOf(transcriptOf(piece("a1", 0, "One"), end("a1", 1, 3)), { hidden: false, bound: false });
  assert.equal(looks.regenerable, null);
  assert.equal(looks.entries.length, 1);
});

test("a hidden conversation shows nothing", () => {
  const looks = looksOf(transcriptOf(piece("a1", 0, "One"), loading("a2")), { hidden: true, bound: true });
  assert.deepEqual(looks, { entries: [], regenerable: null, progress: null, canStop: false, invites: false });
});
