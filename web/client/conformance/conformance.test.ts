// Whatever happens to its connection and its node, a client ends with the transcript of a viewer who never left.
import assert from "node:assert/strict";
import { afterAll, afterEach, beforeAll, beforeEach, test } from "vitest";
import { browserPlatform, ChatClient, memoryStore, type OutboxStore, type Platform, type Socket } from "../src/index.ts";
import { ScriptedModel } from "./model.ts";
import { BadNetwork } from "./network.ts";
import { ChatboxNode, tokenFor } from "./node.ts";
import { until } from "./waiting.ts";

const COUNT = Array.from({ length: 12 }, (_, index) => `${index + 1} `);
/** More than a node holds for a socket, in pieces that a provider sends. */
const LONG = Array.from({ length: 400 }, (_, index) => `${index} ${"x".repeat(2_000)}\n`);

const model = new ScriptedModel({ Count: COUNT, "Tell a long story": LONG, Hello: ["Hi ", "there."], Again: ["Once ", "more."] });
let node: ChatboxNode;
let network: BadNetwork;
let far: URL;
let near: URL;
let users = 0;
let clients: ChatClient[] = [];

beforeAll(async () => {
  node = await ChatboxNode.start(await model.listen());
  near = new URL(`http://127.0.0.1:${node.port}/chatbox/`);
});

beforeEach(async () => {
  users++;
  network = new BadNetwork(node.port);
  far = await network.listen();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.signOut();
  model.continue();
  await network.dispose();
});

afterAll(async () => {
  await node.dispose();
  await model.dispose();
});

/** A client of this test's user, which waits little before it connects again. */
function connect(base: URL, platform: Partial<Platform> = {}, store: OutboxStore = memoryStore()): ChatClient {
  const client = new ChatClient({ base, store, platform: { ...browserPlatform(), openSocket, random: () => 0, ...platform } });
  clients.push(client);
  client.signIn(tokenFor(`user-${users}`));
  return client;
}

/** The WebSocket of Node.js 20 tells only an error where that of a browser tells the end as well. */
function openSocket(address: URL, protocols: string[]): Socket {
  const socket = new WebSocket(address, protocols);
  socket.addEventListener("error", () => setTimeout(() => (socket as Socket).onclose?.({ code: 1006, reason: "" })));
  return socket as Socket;
}

/** A viewer who never leaves: it is there before the first message. */
async function viewer(): Promise<ChatClient> {
  const client = connect(near);
  await bound(client);
  return client;
}

async function bound(client: ChatClient): Promise<void> {
  if (!client.isBound) await new Promise<void>((resolve) => void client.on("bound", () => resolve()));
}

const done = (count: number) => (texts: string[]) =>
  texts.filter((text) => text.endsWith("(done)")).length === count && texts.every((text) => /\((sent|done)\)$/.test(text));

function transcript(client: ChatClient): unknown[] {
  return client.transcript.entries.map(({ role, text, state, seq, messageId, finishReason }) => ({ role, text, state, seq, messageId, finishReason }));
}

function said(client: ChatClient): string[] {
  return client.transcript.entries.filter(({ role }) => role === "user").map(({ text }) => text);
}

async function endsLike(client: ChatClient, stays: ChatClient, answers: number): Promise<void> {
  await Promise.all([until(client, done(answers)), until(stays, done(answers))]);
  assert.deepEqual(transcript(client), transcript(stays));
}

test("a connection that is cut again and again in the middle of an answer loses and doubles nothing", async () => {
  const stays = await viewer();
  const client = connect(far);
  model.stopAfter(2);
  client.send("Count");
  for (let seen = 2; seen <= 10; seen += 2) {
    await until(client, (texts) => texts.some((text) => text.startsWith(COUNT.slice(0, seen).join(""))));
    network.cut();
    model.continue(2);
  }
  model.continue();
  await endsLike(client, stays, 1);
  assert.equal(client.transcript.entries[1]?.text, COUNT.join(""));
});

test("a network that lets no WebSocket through carries a conversation through cuts and lost acknowledgements", async () => {
  const stays = await viewer();
  network.blockUpgrades();
  const client = connect(far);
  await bound(client);
  model.stopAfter(2);
  client.send("Count");
  for (let seen = 2; seen <= 10; seen += 4) {
    await until(client, (texts) => texts.some((text) => text.startsWith(COUNT.slice(0, seen).join(""))));
    network.cut();
    model.continue(4);
  }
  model.continue();
  await endsLike(client, stays, 1);
  network.loseAnswers();
  client.send("Hello");
  await until(stays, (texts) => texts.includes("Hello (sent)") || texts.some((text) => text.startsWith("Hello")));
  network.cut();
  client.send("Again");
  await endsLike(client, stays, 3);
});

test("messages whose acknowledgements were lost take effect once", async () => {
  const stays = await viewer();
  const client = connect(far);
  await bound(client);
  network.loseAnswers();
  client.send("Hello");
  await until(stays, (texts) => texts.length > 0);
  network.cut();
  client.send("Again");
  await endsLike(client, stays, 2);
  assert.deepEqual(said(client), ["Hello", "Again"]);
});

test("frames that are sent twice take effect once", async () => {
  const stays = await viewer();
  const client = connect(far, {
    openSocket(address, protocols) {
      const socket = openSocket(address, protocols);
      const send = socket.send.bind(socket);
      socket.send = (data) => [data, data].forEach(send);
      return socket;
    },
  });
  await bound(client);
  client.send("Hello");
  client.send("Again");
  client.regenerate();
  await until(client, done(2));
  client.selectModel("one");
  client.regenerate();
  await endsLike(client, stays, 3);
  assert.deepEqual(said(client), ["Hello", "Again"]);
});

test("messages that were written without a network survive a reload, and are sent once and in order", async () => {
  const stays = await viewer();
  const store = memoryStore();
  const first = connect(far, {}, store);
  await bound(first);
  await network.dispose();
  const kept = ["Hello", "Again", "Hello"];
  for (const text of kept) first.send(text);
  await new Promise(setImmediate);
  first.signOut(); // the page is closed

  network = new BadNetwork(node.port);
  const client = connect(await network.listen(), {}, store);
  await endsLike(client, stays, 3);
  assert.deepEqual(said(client), kept);
});

test("a client that does not read for a while has the whole answer in the end", async () => {
  const stays = await viewer();
  const client = connect(far);
  await bound(client);
  model.stopAfter(1);
  client.send("Tell a long story");
  await until(client, (texts) => texts.length === 2);
  network.stall(true);
  model.continue();
  await until(stays, done(1));
  network.stall(false);
  await endsLike(client, stays, 1);
  const text = client.transcript.entries[1]?.text ?? "";
  assert.ok(text.length > LONG.join("").length / 4 && LONG.join("").startsWith(text), `${text.length} characters`); // up to the node's limit
});

test("a node that is killed in the middle of an answer comes back, and every client has one whole answer", async () => {
  const stays = await viewer();
  const client = connect(far);
  await bound(client);
  model.stopAfter(3);
  client.send("Count");
  await until(client, (texts) => texts.some((text) => text.startsWith(COUNT.slice(0, 3).join(""))));
  await node.kill();
  client.send("Hello");
  model.continue();
  await node.restart();
  await endsLike(client, stays, 2);
  const texts = client.transcript.entries.map(({ text }) => text);
  assert.deepEqual(texts.toSorted(), ["Count", COUNT.join(""), "Hello", "Hi there."].toSorted());
});
