import assert from "node:assert/strict";
import { test } from "vitest";
import { Outbox } from "../src/outbox.ts";
import { Transcript } from "../src/transcript.ts";
import { ack, error, status } from "./frames.ts";
import type { ClientFrame } from "../src/frames.ts";

function scene() {
  const sent: ClientFrame[] = [];
  const transcript = new Transcript();
  transcript.apply(status());
  return { sent, transcript, outbox: new Outbox((frame) => sent.push(frame) > 0) };
}

test("a message waits until a socket is bound, and goes out then", () => {
  const { sent, transcript, outbox } = scene();
  outbox.post(transcript.send("c1", "Hello"));
  assert.deepEqual(sent, []);
  outbox.open(transcript.pending);
  assert.deepEqual(sent, [{ type: "user_message", id: "c1", content: "Hello" }]);
});

test("a message goes out at once on a bound socket", () => {
  const { sent, transcript, outbox } = scene();
  outbox.open([]);
  outbox.post(transcript.send("c1", "Hello"));
  assert.equal(sent.length, 1);
});

test("messages without acknowledgement go out again on the next socket, in order and under their ids", () => {
  const { sent, transcript, outbox } = scene();
  outbox.open([]);
  for (const id of ["c1", "c2", "c3"]) outbox.post(transcript.send(id, id));
  transcript.apply(ack("c1", 1, "m1"));
  outbox.close();
  outbox.post(transcript.send("c4", "c4"));
  sent.length = 0;

  outbox.open(transcript.pending);

  assert.deepEqual(sent.map((frame) => "id" in frame && frame.id), ["c2", "c3", "c4"]);
});

test("a refused message is not sent again by itself", () => {
  const { sent, transcript, outbox } = scene();
  transcript.send("c1", "Hello");
  transcript.apply(error("TOO_MANY_REQUESTS", "c1"));
  outbox.open(transcript.pending);
  assert.deepEqual(sent, []);
});

test("a command needs a bound socket, and goes out again until it is acknowledged", () => {
  const { sent, outbox } = scene();
  const stop = { type: "stop", id: "c1" } as const;
  assert.equal(outbox.command(stop), false);
  outbox.open([]);
  assert.equal(outbox.command(stop), true);
  outbox.close();
  outbox.open([]);
  assert.deepEqual(sent, [stop, stop]);
  outbox.settle("c1");
  outbox.close();
  outbox.open([]);
  assert.equal(sent.length, 2);
});

test("a command for a session that the socket has left does not go out again", () => {
  const { sent, outbox } = scene();
  outbox.open([]);
  outbox.command({ type: "regenerate", id: "c1" });
  outbox.dropCommands();
  outbox.open([]);
  assert.equal(sent.length, 1);
});
