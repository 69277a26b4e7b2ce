import assert from "node:assert/strict";
import { afterEach, beforeEach, test, vi } from "vitest";
import { Records } from "../src/records.ts";
import { Unwritten } from "../src/unwritten.ts";

interface Thought {
  user: string;
  id: string;
  text: string;
}

const alices = { user: "alice", id: "1", text: "Hello" };

/** A tab's storage: its names are its own properties. */
function tab(): Storage {
  const methods = {
    getItem: (name: string) => (Object.hasOwn(items, name) ? items[name] : null),
    setItem: (name: string, value: string) => void (items[name] = value),
    removeItem: (name: string) => void delete items[name],
  };
  const items: Record<string, string> = Object.create(methods);
  return items as unknown as Storage;
}

/** As after a reload. The database takes nothing: the page was gone before. */
const opened = (name = "thoughts") => new Records<Thought>(name, "all", "id");

beforeEach(() => {
  vi.stubGlobal("sessionStorage", tab());
  vi.stubGlobal("indexedDB", { open: () => assert.fail("The page has gone.") });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a record that the database could not take in time is there after a reload", async () => {
  void opened().put(alices);
  assert.deepEqual(await opened().read("alice", "1"), alices);
  assert.deepEqual(await opened().open("alice"), [alices]);
  assert.deepEqual(await opened("others").open("alice"), []);
});

test("a record that was removed and is still in the database does not come back", async () => {
  void opened().put(alices);
  void opened().remove("alice", "1");
  assert.equal(await opened().read("alice", "1"), undefined);
  assert.deepEqual(await opened().open("alice"), []);
});

test("nothing of one person is left in the tab when another opens the records", async () => {
  const records = opened();
  void records.put(alices);
  assert.deepEqual(await records.open("bob"), []);
  assert.equal(await records.read("alice", "1"), undefined);
  assert.deepEqual(Object.keys(sessionStorage), []);
});

test("what is held for a token is for this token alone until it is released", () => {
  const records = opened();
  records.hold("t1", { ...alices, user: "" });
  assert.deepEqual([records.held("t1").length, opened().held("t1").length, opened().held("t2").length], [1, 1, 0]);
  records.release("2");
  assert.equal(records.held("t1").length, 1);
  records.release();
  assert.deepEqual(Object.keys(sessionStorage), []);
});

test("what the database has taken leaves the tab, unless something newer waits", () => {
  const unwritten = new Unwritten<string>("place");
  unwritten.note("alice", "1", "one");
  unwritten.note("alice", "1", "two");
  unwritten.settle("alice", "1", "one");
  assert.deepEqual([...unwritten.of("alice")], [["1", "two"]]);
  unwritten.settle("alice", "1", "two");
  assert.deepEqual(Object.keys(sessionStorage), []);
});

test("a tab without a storage, or with a full one, keeps nothing and breaks nothing", () => {
  for (const storage of [() => undefined, () => assert.fail("forbidden")]) {
    const unwritten = new Unwritten<string>("place", storage);
    unwritten.note("alice", "1", "one");
    unwritten.keepOnlyOf("bob");
    assert.equal(unwritten.of("alice").size, 0);
  }
});
