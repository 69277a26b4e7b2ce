import { expect, test } from "vitest";
import { ServerEventReader } from "../src/serverevents.ts";

const stream = ":\n\nid: 1.2\n\nretry: 1000\n\nid: 1.3\nevent: rated\ndata: {\"a\":1}\n\ndata: one\ndata:two\n\nevent: close\ndata:\n\n";
const events = [
  { id: "1.2", event: "message", data: "" },
  { id: "1.3", event: "rated", data: '{"a":1}' },
  { event: "message", data: "one\ntwo" },
  { event: "close", data: "" },
];

test("events are the same wherever the stream is cut into parts", () => {
  for (let cut = 0; cut <= stream.length; cut++) {
    const reader = new ServerEventReader();
    expect([...reader.read(stream.slice(0, cut)), ...reader.read(stream.slice(cut))]).toEqual(events);
  }
});

test("an event that is not complete is none", () => expect(new ServerEventReader().read("id: 1\ndata: x\n")).toEqual([]));
