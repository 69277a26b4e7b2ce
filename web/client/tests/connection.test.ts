import assert from "node:assert/strict";
import { test, vi } from "vitest";
import { Connection } from "../src/connection.ts";
import { error, loading, status } from "./frames.ts";
import { World } from "./world.ts";

function scene() {
  const world = new World();
  const states: string[] = [];
  const refusals: string[] = [];
  const frames: string[] = [];
  const connection = new Connection(
    new URL("https://node/chatbox/"),
    () => ({ last_seq: "7" }),
    {
      onState: (state) => states.push(state),
      onFrame: ({ type }) => frames.push(type),
      onRefused: ({ reason, token, message }) => refusals.push(`${token}: ${reason}${message ? ` (${message})` : ""}`),
    },
    world.platform,
  );
  connection.start("one");
  return { world, connection, states, refusals, frames };
}

test("a socket carries the token as a subprotocol and the resume point in its address", () => {
  const { world } = scene();
  assert.equal(world.newest.address, "wss://node/chatbox/ws?last_seq=7");
  assert.deepEqual(world.newest.protocols, ["chatbox.v1", "bearer.one"]);
});

test("an upgrade that nobody answers is tried again when the question why it failed takes too long", async () => {
  const { world } = scene();
  world.fetch = (_, { signal }) => new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  world.newest.end(1006);
  world.pass(5_000);
  await world.settle();
  world.pass(1_000);
  assert.equal(world.sockets.length, 2);
});

test("a lost socket is opened again, later with every attempt until the server binds one", async () => {
  const { world, states } = scene();
  world.newest.accept();
  world.newest.end(1006);
  assert.deepEqual(states, ["connecting", "connected", "reconnecting"]);
  world.pass(1000);
  assert.equal(world.sockets.length, 2);
  world.newest.end(1006);
  await world.settle();
  world.pass(1000);
  assert.equal(world.sockets.length, 2);
  world.pass(1000);
  assert.equal(world.sockets.length, 3);

  world.newest.accept();
  world.newest.receive(status());
  world.newest.end(1006);
  world.pass(1000);
  assert.equal(world.sockets.length, 4);
});

test("the close code 4001 ends the connection and says why", () => {
  const { world, connection, states, refusals } = scene();
  world.newest.accept();
  world.newest.end(4001, "Token withdrawn");
  assert.deepEqual(refusals, ["one: withdrawn"]);
  assert.equal(connection.token, null);
  assert.equal(states.at(-1), "stopped");
  world.pass(60_000);
  assert.equal(world.sockets.length, 1);
});

test("the server's last error explains the close code 4001", () => {
  const { world, refusals } = scene();
  world.newest.accept();
  const refusal = error("INVALID_TOKEN");
  world.newest.receive({ ...refusal, error: { ...refusal.error, message: "It is not yours.", recoverable: false } });
  world.newest.end(4001, "Token not accepted");
  assert.deepEqual(refusals, ["one: refused (It is not yours.)"]);
});

test("an error of an earlier socket explains nothing", () => {
  const { world, refusals } = scene();
  world.newest.accept();
  const unreadable = error("DATABASE_ERROR");
  world.newest.receive({ ...unreadable, error: { ...unreadable.error, message: "Cannot be read.", recoverable: false } });
  world.newest.end(1011);
  world.pass(1000);
  world.newest.accept();
  world.newest.end(4001, "");
  assert.deepEqual(refusals, ["one: refused"]);
});

test("an upgrade that gets 401 ends the connection and says why", async () => {
  const { world, refusals } = scene();
  world.fetch = async () => new Response("The token has been withdrawn.", { status: 401 });
  world.newest.end(1006);
  await world.settle();
  assert.deepEqual(refusals, ["one: withdrawn"]);
});

test("an upgrade that gets another status is tried again, not before the server allows it", async () => {
  const { world, refusals } = scene();
  world.fetch = async () => new Response("", { status: 503, headers: { "Retry-After": "5" } });
  world.newest.end(1006);
  await world.settle();
  world.pass(4999);
  assert.equal(world.sockets.length, 1);
  world.pass(1);
  assert.equal(world.sockets.length, 2);
  assert.deepEqual(refusals, []);
});

test("the answer about one token says nothing about the next", async () => {
  const { world, connection, refusals } = scene();
  world.fetch = async () => new Response("", { status: 401 });
  world.newest.end(1006);
  connection.start("two");
  await world.settle();
  assert.deepEqual(refusals, []);
  assert.deepEqual(world.newest.protocols, ["chatbox.v1", "bearer.two"]);
});

test("text that cannot be a token is refused without a request", () => {
  const { connection, refusals } = scene();
  connection.start("two words");
  assert.deepEqual(refusals, ["two words: malformed"]);
});

test("a network that dies silently is noticed by a missing pong", () => {
  const { world } = scene();
  world.newest.accept();
  world.pass(25_000);
  assert.deepEqual(world.newest.sent, [{ type: "ping" }]);
  world.pass(10_000);
  assert.equal(world.sockets.length, 2);
});

test("every frame counts as a sign of life, and a pong is no frame for the page", () => {
  const { world, frames } = scene();
  world.newest.accept();
  world.pass(20_000);
  world.newest.receive(loading("a1"));
  world.pass(20_000);
  assert.deepEqual(world.newest.sent, []);
  world.pass(5_000);
  world.newest.receive({ type: "pong" });
  world.pass(20_000);
  assert.equal(world.sockets.length, 1);
  assert.deepEqual(frames, ["loading"]);
});

test("without a network the page waits for it", () => {
  const { world, states } = scene();
  world.newest.accept();
  world.online = false;
  world.wake("offline");
  assert.equal(states.at(-1), "offline");
  world.pass(60_000);
  assert.equal(world.sockets.length, 1);
  world.online = true;
  world.wake("online");
  assert.equal(world.sockets.length, 2);
});

test("a node that shuts down is left at the moment that it has named", () => {
  const { world, connection } = scene();
  world.newest.accept();
  connection.reconnectAfter(400);
  world.pass(399);
  assert.equal(world.sockets.length, 1);
  world.pass(1);
  assert.equal(world.sockets.length, 2);
});

test("a newer token goes out on the open socket, and is the one to reconnect with", () => {
  const { world, connection } = scene();
  assert.equal(connection.refresh("two"), false);
  world.newest.accept();
  assert.equal(connection.refresh("two"), true);
  assert.deepEqual(world.newest.sent, [{ type: "token_refresh", content: "two" }]);
  world.newest.end(1006);
  world.pass(1000);
  assert.deepEqual(world.newest.protocols, ["chatbox.v1", "bearer.two"]);
});

test("what a dropped socket still brings is ignored", () => {
  const { world, connection, frames } = scene();
  const dropped = world.newest;
  dropped.accept();
  connection.reopen();
  dropped.receive(loading("a1"));
  dropped.end(4001, "Token expired");
  assert.deepEqual(frames, []);
  assert.equal(connection.token, "one");
});

test("a network that blocks upgrades, but no requests, gets frames as events and by requests", async () => {
  const { world, connection, states, frames } = scene();
  const requests: string[] = [];
  let stream!: ReadableStreamDefaultController<Uint8Array>;
  const events = new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) });
  world.fetch = async (address, init) => {
    requests.push(`${init.method ?? "GET"} ${address.pathname}${address.search} ${String(init.body ?? "")}`.trim());
    if (address.pathname.endsWith("/ws")) return new Response("{}", { status: 400 });
    if (address.pathname.endsWith("/stream")) return new Response(events);
    const sent = JSON.parse(String(init.body)) as { type: string; id?: string }[];
    const replies = sent.map(({ type, id }) => (type === "ping" ? { type: "pong" } : { type: "ack", id, seq: 9, session_id: "s1" }));
    return Response.json({ replies });
  };
  world.newest.end(1006);
  await world.settle();
  world.pass(1_000);
  assert.equal(world.sockets.length, 2);
  world.newest.end(1006);
  await world.settle();
  await vi.dynamicImportSettled();
  await world.settle();
  assert.equal(world.sockets.length, 2);
  assert.equal(states.at(-1), "connected");

  const event = `id: x\ndata: ${JSON.stringify({ ...status(), session_id: "s1", seq: 8 })}\n\n`;
  for (const part of [":\n\n", event.slice(0, 9), event.slice(9)]) stream.enqueue(new TextEncoder().encode(part));
  await world.settle();
  connection.send({ type: "ping" });
  connection.send({ type: "user_message", content: "Hi", id: "c1" });
  await world.settle();
  assert.deepEqual(frames, ["connection_status", "ack"]);
  assert.deepEqual(requests.slice(2), [
    "GET /chatbox/stream?last_seq=7",
    'POST /chatbox/commands?session_id=s1&last_seq=8 [{"type":"ping"}]',
    'POST /chatbox/commands?session_id=s1&last_seq=8 [{"type":"user_message","content":"Hi","id":"c1"}]',
  ]);

  stream.enqueue(new TextEncoder().encode('event: close\ndata: {"code":4001,"reason":"The token has expired."}\n\n'));
  await world.settle();
  assert.equal(states.at(-1), "stopped");
});

test("a server that cannot be reached is not taken for a network that blocks upgrades", async () => {
  const { world } = scene();
  for (let attempt = 1; attempt < 5; attempt++) {
    world.newest.end(1006);
    await world.settle();
    world.pass(60_000);
    assert.equal(world.sockets.length, attempt + 1);
  }
});
