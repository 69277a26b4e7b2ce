import assert from "node:assert/strict";
import { test } from "vitest";
import { ChatClient, type ClientOptions } from "../src/client.ts";
import { REMEDIES } from "../src/errors.ts";
import { memoryStore, RESTORE_WITHIN_MS, type OutboxStore, type StoredMessage } from "../src/store.ts";
import * as frames from "./frames.ts";
import { World } from "./world.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const alices = frames.tokenOf("alice");
const bobs = frames.tokenOf("bob");

async function scene({ world = new World(), token = alices, ...options }: Partial<ClientOptions> & { world?: World; token?: string } = {}) {
  const store = options.store ?? memoryStore();
  const client = new ChatClient({ base: new URL("http://node/chatbox/"), store, platform: world.platform });
  client.signIn(token);
  world.newest.accept();
  return { world, client, store };
}

/** The same, bound to Alice's session. */
async function bound(options: Parameters<typeof scene>[0] = {}) {
  const made = await scene(options);
  made.world.newest.receive(frames.status());
  await made.world.settle();
  return made;
}

/** A store that holds messages of people whom the server has not named; `all` are these. */
function holdingStore() {
  const all = new Map<string, { token: string; message: StoredMessage }>();
  return {
    ...memoryStore(),
    all,
    hold: (token: string, message: StoredMessage) => void all.set(message.id, { token, message }),
    held: (token: string) => [...all.values()].flatMap((held) => (held.token === token ? [held.message] : [])),
    release: (id?: string) => void (id === undefined ? all.clear() : all.delete(id)),
  };
}

function texts({ transcript }: ChatClient): string[] {
  return transcript.entries.map(({ text, state }) => `${text} (${state})`);
}

/** The contents of the messages that a socket took. */
function said(world: World): string[] {
  return world.newest.sent.flatMap((frame) => (frame.type === "user_message" ? [frame.content] : []));
}

test("a message that is written before a socket is bound goes out when one is", async () => {
  const { client, world } = await scene();
  client.send("Hello");
  assert.deepEqual(world.newest.sent, []);
  world.newest.receive(frames.status());
  await world.settle();
  assert.deepEqual(world.newest.sent, [{ type: "user_message", id: "c1", content: "Hello" }]);
});

test("messages that were not acknowledged survive the client, in order and under their ids", async () => {
  const first = await bound();
  first.world.newest.end(1006);
  for (const text of ["One", "Two", "Three"]) first.client.send(text);
  await first.world.settle();

  const { client, world } = await bound({ store: first.store });
  assert.deepEqual(texts(client), ["One (pending)", "Two (pending)", "Three (pending)"]);
  assert.deepEqual(said(world), ["One", "Two", "Three"]);
  world.newest.receive(frames.ack("c1", 1, "m1"), frames.ack("c2", 2, "m2"), frames.ack("c3", 3, "m3"));
  await world.settle();
  assert.deepEqual(await first.store.open("alice"), []);
});

test("an older message goes out before one that is written while the store is read", async () => {
  const first = await bound();
  first.world.newest.end(1006);
  first.client.send("Old");
  await first.world.settle();

  const { client, world } = await scene({ store: first.store, world: first.world });
  world.newest.receive(frames.status());
  client.send("New");
  await world.settle();
  assert.deepEqual(said(world), ["Old", "New"]);
});

test("messages of one person are erased when another one signs in, and never sent", async () => {
  const first = await bound();
  first.world.newest.end(1006);
  first.client.send("Secret");
  await first.world.settle();

  const { client, world } = await scene({ store: first.store, token: bobs });
  world.newest.receive(frames.status({ user_id: "bob" }));
  await world.settle();
  assert.deepEqual(texts(client), []);
  assert.deepEqual(world.newest.sent, []);
  assert.deepEqual(await first.store.open("alice"), []);
});

test("messages of somebody whom the server has not named are for nobody after signing out", async () => {
  const { client, world } = await scene();
  client.send("Secret");
  client.signOut();
  client.signIn(bobs);
  world.newest.accept();
  world.newest.receive(frames.status({ user_id: "bob" }));
  await world.settle();
  assert.deepEqual(world.newest.sent, []);
});

test("a message that was refused stays refused after a reload, and is sent again only when asked", async () => {
  const first = await bound();
  first.client.send("Too fast");
  first.world.newest.receive(frames.error("TOO_MANY_REQUESTS", "c1"));
  await first.world.settle();

  const { client, world } = await bound({ store: first.store });
  assert.deepEqual(texts(client), ["Too fast (failed)"]);
  assert.deepEqual(said(world), []);
  client.retry(client.transcript.entries[0]!);
  assert.deepEqual(world.newest.sent, [{ type: "user_message", id: "c1", content: "Too fast" }]);
});

test("a message whose id the server may have forgotten is not sent by itself", async () => {
  const first = await bound();
  first.world.newest.end(1006);
  first.client.send("Yesterday");
  await first.world.settle();

  const world = new World();
  world.date += DAY_MS;
  const { client } = await bound({ store: first.store, world });
  assert.deepEqual(texts(client), ["Yesterday (failed)"]);
  assert.deepEqual(said(world), []);
});

test("a store that hangs or fails delays messages a little and loses none", async () => {
  const hanging: OutboxStore = { open: () => new Promise(() => {}), put: async () => {}, remove: async () => {} };
  const failing: OutboxStore = {
    open: () => Promise.reject(new Error()),
    put: () => Promise.reject(new Error()),
    remove: () => Promise.reject(new Error()),
  };
  for (const store of [hanging, failing]) {
    const { client, world } = await bound({ store });
    client.send("Hello");
    world.pass(RESTORE_WITHIN_MS);
    assert.deepEqual(said(world), ["Hello"]);
    world.newest.receive(frames.ack("c1", 1, "m1"));
    await world.settle();
    assert.deepEqual(texts(client), ["Hello (sent)"]);
  }
});

test("a store that is late gives the next person nothing of the one before, and keeps their messages under their name", async () => {
  const answers = new Map<string, () => void>();
  const users: string[] = [];
  const store: OutboxStore = {
    open: (user) =>
      new Promise((resolve) => answers.set(user, () => resolve([{ user, id: `of ${user}`, text: `${user}'s`, order: 0, writtenAt: 0, failed: true }]))),
    put: async ({ user }) => void users.push(user),
    remove: async () => {},
  };
  const { client, world } = await bound({ store });
  client.send("Secret");
  client.signIn(bobs);
  world.newest.accept();
  world.newest.receive(frames.status({ user_id: "bob" }));
  answers.get("alice")?.();
  await world.settle();
  client.send("Early");
  answers.get("bob")?.();
  await world.settle();
  client.send("Hello");
  assert.deepEqual(texts(client), ["bob's (failed)", "Early (pending)", "Hello (pending)"]);
  assert.deepEqual(said(world), ["Early", "Hello"]);
  assert.deepEqual(users, ["alice", "bob", "bob", "bob"]); // "Early" gets its place when the store has answered
});

test("a message survives a client that goes before the server has named its user, for the same token only", async () => {
  for (const [token, user, expected] of [
    [alices, "alice", ["Early (pending)", "Later (pending)"]],
    [`${alices}2`, "alice", ["Later (pending)"]],
    [bobs, "bob", ["Later (pending)"]],
  ] as const) {
    const store = holdingStore();
    const first = await scene({ store });
    first.client.send("Early");
    first.client.discard(first.client.send("Taken back"));

    const { client, world } = await scene({ store, token, world: first.world });
    client.send("Later");
    world.newest.receive(frames.status({ user_id: user }));
    await world.settle();
    assert.deepEqual(texts(client), expected);
    assert.deepEqual([...store.all], []);
    assert.deepEqual((await store.open(user)).map(({ text }) => `${text} (pending)`), expected);
  }
});

test("a message of somebody whom the server has not named is not held after signing out", async () => {
  const store = holdingStore();
  const { client } = await scene({ store });
  client.send("Secret");
  assert.equal(store.all.size, 1);
  client.signOut();
  assert.equal(store.all.size, 0);
});

test("a message survives a client that goes while the store is read, after the older ones", async () => {
  const kept = memoryStore();
  const first = await bound({ store: kept });
  first.world.newest.end(1006);
  for (const text of ["One", "Two"]) first.client.send(text);
  await first.world.settle();
  const slow = await bound({ store: { ...kept, open: () => new Promise(() => {}) }, world: first.world });
  slow.client.send("Three");

  const { client } = await bound({ store: kept });
  assert.deepEqual(texts(client), ["One (pending)", "Two (pending)", "Three (pending)"]);
});

test("a message can be taken back until the server may have it", async () => {
  const { client, world, store } = await bound();
  assert.equal(client.discard(client.send("On its way")), false);
  world.newest.end(1006);
  assert.equal(client.discard(client.send("Not yet")), true);
  await world.settle();
  assert.deepEqual(texts(client), ["On its way (pending)"]);
  assert.deepEqual((await store.open("alice")).map(({ text }) => text), ["On its way"]);
});

test("stop names the answer that runs", async () => {
  const { client, world } = await bound();
  world.newest.receive(frames.piece("a1", 0, "One"));
  client.stop();
  assert.deepEqual(world.newest.sent, [{ type: "stop", id: "c1", message_id: "a1" }]);
});

test("a command whose acknowledgement was cut off goes out again under its id", async () => {
  const { client, world } = await bound();
  client.regenerate();
  world.newest.end(1006);
  world.pass(1_000);
  world.newest.accept();
  world.newest.receive(frames.status());
  assert.deepEqual(world.newest.sent, [{ type: "regenerate", id: "c1" }]);
  world.newest.receive(frames.ack("c1", 3, "a2"));
  world.newest.end(1006);
  world.pass(1_000);
  world.newest.accept();
  world.newest.receive(frames.status());
  assert.deepEqual(world.newest.sent, []);
});

test("nothing of a conversation that is erased is shown any more, and what waits goes to the one that takes its place", async () => {
  for (const isHere of [true, false]) {
    const { client, world } = await bound();
    const erased: string[] = [];
    client.on("erased", ({ sessionId }) => erased.push(sessionId));
    world.newest.receive(frames.userMessage("m1", 1, "Secret"), frames.piece("a1", 0, "Half"));
    if (isHere) {
      client.send("Waits");
      world.newest.receive(frames.notification({ metadata: { reason: "session_erased" } }));
      assert.deepEqual(texts(client), ["Waits (pending)"]);
    } else {
      world.newest.end(1006);
      client.send("Waits");
      world.pass(1_000);
      world.newest.accept();
    }
    world.newest.receive(frames.status({ session_id: frames.OTHER_SESSION }));
    await world.settle();
    assert.deepEqual(texts(client), ["Waits (pending)"]);
    assert.deepEqual(said(world), ["Waits"]);
    assert.deepEqual(erased, [frames.SESSION]);
  }
});

test("a conversation that another one follows stays readable above it", async () => {
  const { client, world } = await bound();
  world.newest.receive(frames.userMessage("m1", 1, "Ended"), frames.status({ session_id: frames.OTHER_SESSION }));
  assert.equal(client.transcript.entries[0]?.text, "Ended");
});

test("a command for one session is not repeated in another", async () => {
  const { client, world } = await bound();
  client.regenerate();
  world.newest.receive(frames.status({ session_id: frames.OTHER_SESSION }));
  world.newest.end(1006);
  world.pass(1_000);
  world.newest.accept();
  world.newest.receive(frames.status({ session_id: frames.OTHER_SESSION }));
  assert.deepEqual(world.newest.sent, []);
});

test("commands other than messages need a bound socket", async () => {
  const { client, world } = await scene();
  assert.deepEqual([client.stop(), client.regenerate(), client.selectModel("large")], [false, false, false]);
  client.typing(true);
  assert.deepEqual(world.newest.sent, []);
});

test("a request for help, a rating and what was seen go out as the protocol says", async () => {
  const { client, world } = await bound();
  client.requestHelp();
  client.rate("down", { messageId: "a1", comment: "Wrong" });
  client.rate("up");
  client.seen(7);
  assert.deepEqual(world.newest.sent, [
    { type: "help_request", id: "c1" },
    { type: "feedback", id: "c2", content: "down", message_id: "a1", metadata: { comment: "Wrong" } },
    { type: "feedback", id: "c3", content: "up" },
    { type: "seen", metadata: { seq: 7 } },
  ]);
});

test("typing goes out on a bound socket", async () => {
  const { client, world } = await bound();
  client.typing(true);
  client.typing(false);
  assert.deepEqual(world.newest.sent.map((frame) => "content" in frame && frame.content), ["start", "stop"]);
});

test("a hole in an answer is asked for again on a new socket", async () => {
  const { client, world } = await bound();
  world.newest.receive(frames.piece("a1", 0, "One "), frames.piece("a1", 8, "three"));
  world.pass(1_000);
  assert.equal(world.newest.query("partial"), "a1:4");
  world.newest.accept();
  world.newest.receive(frames.status(), frames.piece("a1", 4, "two three"));
  assert.deepEqual(texts(client), ["One two three (streaming)"]);
});

test("a node that shuts down is left when it says", async () => {
  const { world } = await bound();
  world.newest.receive(frames.notification({ metadata: { reason: "reconnect", reconnect_after_ms: "400" } }));
  world.newest.end(1001);
  world.pass(399);
  assert.equal(world.sockets.length, 1);
  world.pass(1);
  assert.equal(world.sockets.length, 2);
});

test("a refusal that blames the session asks where the socket is bound", async () => {
  const { client, world } = await bound();
  client.send("Hello");
  world.newest.receive({ ...frames.error("NOT_FOUND", "c1"), metadata: { field: "session_id" } });
  assert.equal(world.sockets.length, 2);
  assert.deepEqual(texts(client), ["Hello (failed)"]);
});

test("another person whom the server names gets nothing of the person before, on a new socket", async () => {
  const { client, world } = await bound();
  const people: unknown[] = [];
  client.on("admitted", (person) => people.push(person));
  world.newest.receive(frames.userMessage("m1", 1, "Secret"));
  world.newest.receive(frames.status({ user_id: "bob" }));
  assert.deepEqual(people, [{ user: "bob", another: true }]);
  assert.deepEqual(texts(client), []);
  assert.equal(world.sockets.length, 2);
  assert.deepEqual([world.newest.query("session_id"), world.newest.query("last_seq")], [null, "0"]);
});

test("a token that claims another person drops the conversation before the server answers", async () => {
  const { client, world } = await bound();
  world.newest.receive(frames.userMessage("m1", 1, "Secret"));
  assert.equal(client.renew(bobs), false);
  client.signIn(bobs);
  assert.deepEqual(texts(client), []);
  assert.equal(world.newest.query("session_id"), null);
});

test("a newer token of the same person goes out on the open socket", async () => {
  const { client, world } = await bound();
  const newer = frames.tokenOf("alice", "bmV3");
  assert.equal(client.renew(newer), true);
  assert.deepEqual(world.newest.sent, [{ type: "token_refresh", content: newer }]);
});

test("the client counts as bound once the messages of the store are before those that are written now", async () => {
  let release = () => {};
  const store: OutboxStore = { ...memoryStore(), open: () => new Promise((resolve) => (release = () => resolve([]))) };
  const { client, world } = await scene({ store });
  const told: [first: boolean, bound: boolean, takes: boolean][] = [];
  client.on("bound", ({ first }) => told.push([first, client.isBound, client.regenerate()]));
  world.newest.receive(frames.status(), frames.status());
  await world.settle();
  assert.deepEqual([told, client.isBound, client.regenerate()], [[], false, false]);

  release();
  await world.settle();
  world.newest.receive(frames.status());
  assert.deepEqual([told, client.isBound], [[[true, true, true], [false, true, true]], true]);
});

test("a socket that is lost while the store is read does not count as bound", async () => {
  let release = () => {};
  const store: OutboxStore = { ...memoryStore(), open: () => new Promise((resolve) => (release = () => resolve([]))) };
  const { client, world } = await scene({ store });
  const told: boolean[] = [];
  client.on("bound", ({ first }) => told.push(first));
  world.newest.receive(frames.status());
  world.newest.end(1006);
  release();
  await world.settle();
  assert.deepEqual([told, client.isBound], [[], false]);

  world.pass(1_000);
  world.newest.accept();
  world.newest.receive(frames.status());
  assert.deepEqual([told, client.isBound], [[true], true]);
});

test("the events of a binding come in order", async () => {
  const { client, world } = await bound();
  world.newest.end(1006);
  world.pass(1_000);
  world.newest.accept();
  const events: string[] = [];
  client.on("admitted", () => events.push("admitted"));
  client.on("frame", ({ type }) => events.push(type));
  client.on("bound", ({ first }) => events.push(`bound ${first}`));
  const stop = client.on("change", () => events.push("change"));
  world.newest.receive(frames.status());
  world.newest.receive(frames.status());
  stop();
  assert.deepEqual(events, ["admitted", "connection_status", "bound true", "change", "admitted", "connection_status", "bound false", "change"]);
});

test("history that cannot be read is told, and read when asked for again", async () => {
  const { client, world } = await scene();
  const failures: string[] = [];
  client.on("historyFailed", ({ message }) => failures.push(message));
  world.fetch = async () => new Response("", { status: 503 });
  world.newest.receive(frames.reload(1));
  await world.settle();
  assert.deepEqual(failures, ["status 503"]);
  world.fetch = async (address) => Response.json({ messages: address.searchParams.has("before_seq") ? [] : [frames.historyMessage(1, "Old")] });
  await client.loadHistory();
  assert.deepEqual(texts(client), ["Old (sent)"]);
});

test("each error code has a remedy", () => {
  assert.equal(REMEDIES.DATABASE_ERROR, "send_again");
  assert.equal(REMEDIES.STORAGE_ERROR, "send_again");
  assert.equal(Object.keys(REMEDIES).length, 13);
});

test("another conversation is opened where it begins, and nothing at the server changes unless it is asked to go on", async () => {
  const { client, world } = await bound();
  world.newest.receive(frames.userMessage("q1", 1, "Here"));
  await world.settle();
  assert.equal(client.open("other"), true);
  assert.deepEqual(texts(client), []);
  const query = Object.fromEntries(new URL(world.newest.address).searchParams);
  assert.deepEqual(query, { last_seq: "0", session_id: "other" });
  client.open("other", { reopen: true });
  assert.equal(new URL(world.newest.address).searchParams.get("reopen"), "1");
});

test("a message that waits keeps its conversation open", async () => {
  const { client, world } = await bound();
  world.newest.end(1006);
  client.send("Not yet");
  assert.equal(client.open("other"), false);
  assert.equal(client.discard(client.transcript.entries[0]!), true);
  assert.equal(client.open("other"), true);
});

test("commands go out in a conversation that was opened while the store was read", async () => {
  const { client, world } = await scene();
  world.newest.receive(frames.status());
  assert.equal(client.open("other"), true);
  await world.settle();
  world.newest.accept();
  world.newest.receive(frames.status({ session_id: "other" }));
  await world.settle();
  client.send("Hello");
  assert.deepEqual(said(world), ["Hello"]);
});

const FILE = { file_id: "a".repeat(32), file_url: "files/a?expires=1", name: "plan.pdf", mime_type: "application/pdf", size: 10 };
const OTHER = { ...FILE, file_id: "b".repeat(32), name: "map.png", mime_type: "image/png" };

test("a message with files names the first as older clients do and the others in its metadata, and survives the client with them", async () => {
  const first = await bound();
  first.world.newest.end(1006);
  first.client.send("Look", { files: [FILE, OTHER] });
  first.client.send("", { files: [OTHER], voice: true });
  await first.world.settle();

  const { client, world } = await bound({ store: first.store });
  assert.deepEqual(client.transcript.entries.map(({ text, files, voice }) => [text, files?.length, voice]), [["Look", 2, undefined], ["", 1, true]]);
  assert.deepEqual(world.newest.sent, [
    { type: "file_upload", content: "Look", file_id: FILE.file_id, file_url: FILE.file_url, metadata: { file_ids: OTHER.file_id }, id: "c1" },
    { type: "voice_message", content: "", file_id: OTHER.file_id, file_url: OTHER.file_url, id: "c2" },
  ]);
});

test("a message with files that comes back before its acknowledgement is the same message, and is kept no longer", async () => {
  const { client, world, store } = await bound();
  const entry = client.send("Look", { files: [FILE] });
  const shown = { ...frames.userMessage("m1", 1, "Look"), type: "file_upload" as const, file_id: FILE.file_id, files: [{ ...FILE, file_url: "files/a?expires=2" }] };
  world.newest.receive(shown);
  await world.settle();
  assert.deepEqual(client.transcript.entries, [entry]);
  assert.deepEqual([entry.state, entry.messageId, entry.files?.[0]?.file_url], ["sent", "m1", "files/a?expires=2"]);
  assert.deepEqual(await store.open("alice"), []);
  world.newest.receive(frames.ack("c1", 1, "m1"));
  assert.equal(client.transcript.entries.length, 1);
});

test("fresh addresses are those of the same message, read again", async () => {
  const { client, world } = await bound();
  world.newest.receive({ ...frames.userMessage("m7", 7, "Look"), type: "file_upload", file_id: FILE.file_id, files: [FILE] });
  const asked: string[] = [];
  world.fetch = async (address) => {
    asked.push(address.pathname + address.search);
    return Response.json({ messages: [{ ...frames.historyMessage(1, "Look", "m7"), seq: 7, type: "file_upload", files: [{ ...FILE, file_url: "files/a?expires=2" }] }] });
  };
  const [entry] = client.transcript.entries;
  assert.equal((await client.freshFiles(entry!))?.[0]?.file_url, "files/a?expires=2");
  assert.deepEqual(asked, [`/chatbox/sessions/${client.transcript.sessionId}?before_seq=8&limit=1`]);
});

test("files of the person before are canceled when the server names another one", async () => {
  const { client, world } = await bound();
  world.newest.end(1006);
  const upload = client.uploads.start(new Blob(["secret"]), "secret.txt", () => {});
  for (let turn = 0; turn < 1_000 && upload.state !== "waiting"; turn++) await world.settle();
  assert.equal(upload.state, "waiting");
  client.signIn(bobs);
  assert.equal(upload.state, "canceled");
});

test("a message that asks for its answer aloud says so in every form, also after the client has gone", async () => {
  const first = await bound();
  first.world.newest.end(1006);
  first.client.send("Say it", { speak: true });
  first.client.send("Look", { files: [FILE, OTHER], speak: true });
  first.client.send("", { files: [OTHER], voice: true, speak: true });
  await first.world.settle();

  const { world } = await bound({ store: first.store });
  const metadata = world.newest.sent.map((frame) => ("metadata" in frame ? frame.metadata : null));
  assert.deepEqual(metadata, [{ speak: "true" }, { file_ids: OTHER.file_id, speak: "true" }, { speak: "true" }]);
});

test("the sound of an answer is read again where its item is", async () => {
  const { client, world } = await bound();
  const metadata = { of: "a1", state: "done" as const };
  const speech = { type: "speech" as const, sender: "ai" as const, timestamp: "", seq: 5, message_id: "s5", content: "", files: [FILE], metadata };
  world.newest.receive(frames.piece("a1", 0, "One"), frames.end("a1", 2, 3), { ...speech, session_id: frames.SESSION });
  let asked = "";
  world.fetch = async (address) => {
    asked = address.search;
    return Response.json({ messages: [{ ...speech, files: [OTHER] }] });
  };
  assert.deepEqual(await client.freshFiles(client.transcript.entries[0]!), [OTHER]);
  assert.equal(asked, "?before_seq=6&limit=1");
});
