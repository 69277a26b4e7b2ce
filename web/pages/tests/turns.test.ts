import assert from "node:assert/strict";
import { test } from "vitest";
import { Turns } from "../src/turns.ts";

test("requests about one thing go one after the other, and only the last one counts", async () => {
  const turns = new Turns();
  const asked: string[] = [];
  let reply = (_: string): void => {};
  const first = new Promise<string>((resolve) => (reply = resolve));
  const ask = (name: string, stored: Promise<string>) => turns.take("s1", () => (asked.push(name), stored));

  const outcomes = [ask("First", first), ask("Second", Promise.resolve("Second"))];
  await turns.take("s2", async () => asked.push("of another session"));
  assert.deepEqual(asked, ["First", "of another session"]);
  reply("First");

  assert.deepEqual(await Promise.all(outcomes), [null, { value: "Second", failure: null }]);
  assert.deepEqual(asked, ["First", "of another session", "Second"]);
});

test("a request that fails holds up no other, and is told if it is the last one", async () => {
  const turns = new Turns();
  const failure = new Error("The store is away.");
  const fail = () => Promise.reject(failure);
  const outcomes = [turns.take("s1", fail), turns.take("s1", async () => "Second")];
  assert.deepEqual(await Promise.all(outcomes), [null, { value: "Second", failure: null }]);
  assert.deepEqual(await turns.take("s1", fail), { value: null, failure });
});
