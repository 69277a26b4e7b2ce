import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Connection } from "../src/connection.js";
import { error, loading, status } from "./frames.js";

/** A socket whose server is the test. */
class FakeSocket {
  static OPEN = 1;
  /** @type {FakeSocket[]} */
  static all = [];

  readyState = 0;
  /** @type {any[]} */
  sent = [];
  onopen = () => {};
  /** @type {(event: { data: string }) => void} */
  onmessage = () => {};
  /** @type {(event: { code: number, reason: string }) => void} */
  onclose = () => {};

  /**
   * @param {URL} address
   * @param {string[]} protocols
   */
  constructor(address, protocols) {
    if (/[^\x21-\x7e]/.test(protocols.join(""))) throw new SyntaxError();
    this.address = address.href;
    this.protocols = protocols;
    FakeSocket.all.push(this);
  }

  /** @param {string} data */
  send(data) {
    this.sent.push(JSON.parse(data));
  }

  close() {
    this.readyState = 3;
  }

  accept() {
    this.readyState = FakeSocket.OPEN;
    this.onopen();
  }

  /** @param {object} frame */
  receive(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  /**
   * @param {number} code
   * @param {string} [reason]
   */
  end(code, reason = "") {
    this.readyState = 3;
    this.onclose({ code, reason });
  }
}

/** The response to the request that asks why an upgrade failed; null while the server cannot be reached. @type {Response | null} */
let upgradeAnswer = null;
/** @type {Map<string, () => void>} */
const windowEvents = new Map();
const browser = { onLine: true };

mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
Object.assign(globalThis, {
  WebSocket: FakeSocket,
  addEventListener: (/** @type {string} */ name, /** @type {() => void} */ run) => windowEvents.set(name, run),
  document: { addEventListener() {}, visibilityState: "visible" },
  fetch: async () => upgradeAnswer ?? Promise.reject(new TypeError("unreachable")),
});
Object.defineProperty(globalThis, "navigator", { value: browser, configurable: true });
Math.random = () => 1;

beforeEach(() => {
  FakeSocket.all = [];
  upgradeAnswer = null;
  browser.onLine = true;
});

function scene() {
  /** @type {string[]} */
  const states = [];
  /** @type {string[]} */
  const refusals = [];
  /** @type {string[]} */
  const frames = [];
  const connection = new Connection(new URL("https://node/chatbox/"), () => ({ last_seq: "7" }), {
    onState: (state) => states.push(state),
    onFrame: ({ type }) => frames.push(type),
    onRefused: (reason, token) => refusals.push(`${token}: ${reason}`),
  });
  connection.start("one");
  return { connection, states, refusals, frames };
}

/** The socket that was opened last. */
function newest() {
  const socket = FakeSocket.all.at(-1);
  assert.ok(socket);
  return socket;
}

/** Lets the request that asks why an upgrade failed come to its end. */
async function settle() {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

test("a socket carries the token as a subprotocol and the resume point in its address", () => {
  scene();
  assert.equal(newest().address, "wss://node/chatbox/ws?last_seq=7");
  assert.deepEqual(newest().protocols, ["chatbox.v1", "bearer.one"]);
});

test("a lost socket is opened again, later with every attempt until the server binds one", async () => {
  const { states } = scene();
  newest().accept();
  newest().end(1006);
  assert.deepEqual(states, ["connecting", "connected", "reconnecting"]);
  mock.timers.tick(1000);
  assert.equal(FakeSocket.all.length, 2);
  newest().end(1006);
  await settle();
  mock.timers.tick(1000);
  assert.equal(FakeSocket.all.length, 2);
  mock.timers.tick(1000);
  assert.equal(FakeSocket.all.length, 3);

  newest().accept();
  newest().receive(status());
  newest().end(1006);
  mock.timers.tick(1000);
  assert.equal(FakeSocket.all.length, 4);
});

test("the close code 4001 ends the connection and says why", () => {
  const { connection, states, refusals } = scene();
  newest().accept();
  newest().end(4001, "Token withdrawn");
  assert.deepEqual(refusals, ["one: Your token was withdrawn and no longer works. Enter a new token to continue."]);
  assert.equal(connection.token, null);
  assert.equal(states.at(-1), "stopped");
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 1);
});

test("the server's last error explains the close code 4001", () => {
  const { refusals } = scene();
  newest().accept();
  const refusal = error("INVALID_TOKEN");
  newest().receive({ ...refusal, error: { ...refusal.error, message: "It is not yours.", recoverable: false } });
  newest().end(4001, "Token not accepted");
  assert.deepEqual(refusals, ["one: It is not yours."]);
});

test("an error of an earlier socket explains nothing", () => {
  const { refusals } = scene();
  newest().accept();
  const unreadable = error("DATABASE_ERROR");
  newest().receive({ ...unreadable, error: { ...unreadable.error, message: "Cannot be read.", recoverable: false } });
  newest().end(1011);
  mock.timers.tick(1000);
  newest().accept();
  newest().end(4001, "");
  assert.deepEqual(refusals, ["one: The server did not accept this token. Check that it is yours and still valid, or enter a new one."]);
});

test("an upgrade that gets 401 ends the connection and says why", async () => {
  const { refusals } = scene();
  upgradeAnswer = new Response("The token has been withdrawn.", { status: 401 });
  newest().end(1006);
  await settle();
  assert.deepEqual(refusals, ["one: Your token was withdrawn and no longer works. Enter a new token to continue."]);
});

test("an upgrade that gets another status is tried again, not before the server allows it", async () => {
  const { refusals } = scene();
  upgradeAnswer = new Response("", { status: 503, headers: { "Retry-After": "5" } });
  newest().end(1006);
  await settle();
  mock.timers.tick(4999);
  assert.equal(FakeSocket.all.length, 1);
  mock.timers.tick(1);
  assert.equal(FakeSocket.all.length, 2);
  assert.deepEqual(refusals, []);
});

test("the answer about one token says nothing about the next", async () => {
  const { connection, refusals } = scene();
  upgradeAnswer = new Response("", { status: 401 });
  newest().end(1006);
  connection.start("two");
  await settle();
  assert.deepEqual(refusals, []);
  assert.deepEqual(newest().protocols, ["chatbox.v1", "bearer.two"]);
});

test("text that cannot be a token is refused without a request", () => {
  const { connection, refusals } = scene();
  connection.start("two words");
  assert.deepEqual(refusals, ["two words: This is not an access token. Check that you copied all of it, and nothing else."]);
});

test("a network that dies silently is noticed by a missing pong", () => {
  scene();
  newest().accept();
  mock.timers.tick(25_000);
  assert.deepEqual(newest().sent, [{ type: "ping" }]);
  mock.timers.tick(10_000);
  assert.equal(FakeSocket.all.length, 2);
});

test("every frame counts as a sign of life, and a pong is no frame for the page", () => {
  const { frames } = scene();
  newest().accept();
  mock.timers.tick(20_000);
  newest().receive(loading("a1"));
  mock.timers.tick(20_000);
  assert.deepEqual(newest().sent, []);
  mock.timers.tick(5_000);
  newest().receive({ type: "pong" });
  mock.timers.tick(20_000);
  assert.equal(FakeSocket.all.length, 1);
  assert.deepEqual(frames, ["loading"]);
});

test("without a network the page waits for it", () => {
  const { states } = scene();
  newest().accept();
  browser.onLine = false;
  windowEvents.get("offline")?.();
  assert.equal(states.at(-1), "offline");
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 1);
  browser.onLine = true;
  windowEvents.get("online")?.();
  assert.equal(FakeSocket.all.length, 2);
});

test("a node that shuts down is left at the moment that it has named", () => {
  const { connection } = scene();
  newest().accept();
  connection.reconnectAfter(400);
  mock.timers.tick(399);
  assert.equal(FakeSocket.all.length, 1);
  mock.timers.tick(1);
  assert.equal(FakeSocket.all.length, 2);
});

test("a newer token goes out on the open socket, and is the one to reconnect with", () => {
  const { connection } = scene();
  assert.equal(connection.refresh("two"), false);
  newest().accept();
  assert.equal(connection.refresh("two"), true);
  assert.deepEqual(newest().sent, [{ type: "token_refresh", content: "two" }]);
  newest().end(1006);
  mock.timers.tick(1000);
  assert.deepEqual(newest().protocols, ["chatbox.v1", "bearer.two"]);
});

test("what a dropped socket still brings is ignored", () => {
  const { connection, frames } = scene();
  const dropped = newest();
  dropped.accept();
  connection.reopen();
  dropped.receive(loading("a1"));
  dropped.end(4001, "Token expired");
  assert.deepEqual(frames, []);
  assert.equal(connection.token, "one");
});
