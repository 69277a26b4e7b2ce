import assert from "node:assert/strict";
import { beforeEach, test } from "vitest";
import { HistoryReader } from "../src/history.ts";
import { Transcript } from "../src/transcript.ts";
import { historyMessage, OTHER_SESSION, reload, SESSION, status } from "./frames.ts";
import type { HistoryMessage } from "../src/frames.ts";

const PAGE = 2;

/** The messages at the server, the oldest first; null while they cannot be read. */
let stored: HistoryMessage[] | null = [];
let requests: string[] = [];
/** What happens between a request and its response. */
let meanwhile = async () => {};

beforeEach(() => {
  [stored, requests, meanwhile] = [[], [], async () => {}];
});

async function fetch(address: URL, { headers, signal }: RequestInit) {
  requests.push(`${(headers as Record<string, string>)["Authorization"]} ${address.pathname}${address.search}`);
  const before = Number(address.searchParams.get("before_seq") ?? Infinity);
  const page = stored?.filter(({ seq }) => seq < before).slice(-PAGE);
  await meanwhile();
  signal?.throwIfAborted();
  return page ? Response.json({ messages: page }) : new Response("", { status: 503 });
}

function scene() {
  const transcript = new Transcript();
  transcript.apply(reload(5));
  return { transcript, reader: new HistoryReader(new URL("http://node/chatbox/"), () => "token", fetch) };
}

function texts(transcript: Transcript) {
  return transcript.entries.map((entry) => entry.text);
}

test("history is read page by page, from the newest back to the oldest", async () => {
  const { transcript, reader } = scene();
  stored = [1, 2, 3, 4, 5].map((seq) => historyMessage(seq, `Old ${seq}`));
  assert.equal(await reader.catchUp(transcript), true);
  assert.deepEqual(texts(transcript), ["Old 1", "Old 2", "Old 3", "Old 4", "Old 5"]);
  assert.deepEqual(requests, [
    `Bearer token /chatbox/sessions/${SESSION}`,
    `Bearer token /chatbox/sessions/${SESSION}?before_seq=4`,
    `Bearer token /chatbox/sessions/${SESSION}?before_seq=2`,
    `Bearer token /chatbox/sessions/${SESSION}?before_seq=1`,
  ]);
});

test("history is read back to what is here already", async () => {
  const { transcript, reader } = scene();
  transcript.lastSeq = 4;
  stored = [1, 2, 3, 4, 5].map((seq) => historyMessage(seq, `Old ${seq}`));
  await reader.catchUp(transcript);
  assert.equal(requests.length, 1);
});

test("history is read once more if the server asks again while the page reads", async () => {
  const { transcript, reader } = scene();
  stored = [historyMessage(1, "One")];
  meanwhile = async () => {
    meanwhile = async () => {};
    stored = [historyMessage(1, "One"), historyMessage(7, "Seven")];
    transcript.apply(reload(7));
  };
  await reader.catchUp(transcript);
  assert.deepEqual(texts(transcript), ["One", "Seven"]);
  assert.equal(transcript.lastSeq, 7);
});

test("history of a session that the socket has left is dropped", async () => {
  const { transcript, reader } = scene();
  stored = [historyMessage(1, "One")];
  meanwhile = async () => transcript.apply(status({ session_id: OTHER_SESSION }));
  assert.equal(await reader.catchUp(transcript), false);
  assert.deepEqual(texts(transcript), []);
});

test("history that comes after it was cancelled is dropped without an error", async () => {
  const { transcript, reader } = scene();
  stored = [historyMessage(1, "One")];
  meanwhile = async () => reader.cancel();
  assert.equal(await reader.catchUp(transcript), false);
  assert.deepEqual(texts(transcript), []);
});

test("a server whose pages do not go back is an error, and not asked for ever", async () => {
  const { transcript } = scene();
  const same = async () => Response.json({ messages: [historyMessage(3, "Three")] });
  await assert.rejects(new HistoryReader(new URL("http://node/chatbox/"), () => "token", same).catchUp(transcript), /overlap/);
});

test("the same history is read once at a time", async () => {
  const { transcript, reader } = scene();
  stored = [historyMessage(1, "One")];
  const first = reader.catchUp(transcript);
  assert.equal(await reader.catchUp(transcript), false);
  assert.equal(await first, true);
});

test("history that cannot be read is an error, and can be read later", async () => {
  const { transcript, reader } = scene();
  stored = null;
  await assert.rejects(reader.catchUp(transcript), /503/);
  assert.equal(transcript.behind, true);
  stored = [historyMessage(1, "One")];
  assert.equal(await reader.catchUp(transcript), true);
});
