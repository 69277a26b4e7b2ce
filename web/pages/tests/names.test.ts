import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { Names } from "../src/names.ts";

test("a list that was asked for before the server had the last name does not count", () => {
  const names = new Names();
  names.given("s", "First", "Hello");
  names.stored("s", "First");
  names.given("s", "Hello", "First");
  const since = names.now; // the list is asked for while the name is on its way
  names.stored("s", "Hello");
  names.told("s", "Hello", "Hello");
  assert.equal(names.read("s", "First", since), "Hello");
  assert.equal(names.of("s"), "Hello");
});

test("a list that the index gave too late does not bring back a name that was replaced here", () => {
  const names = new Names();
  names.given("s", "First", "Hello");
  names.stored("s", "First");
  assert.equal(names.read("s", "Hello", names.now), "First");
  assert.equal(names.read("s", "Of another device", names.now), "Of another device");
});

test("what the server tells of the earlier name changes nothing while the next one is on its way", () => {
  const names = new Names();
  names.given("s", "First", "Hello");
  names.stored("s", "First");
  names.given("s", "Hello", "First");
  const since = names.now;
  assert.equal(names.told("s", "First", "First"), false);
  assert.equal(names.of("s"), "Hello");
  assert.equal(names.read("s", "First", since), "Hello");
  assert.equal(names.stored("s", "Hello"), false);
  assert.equal(names.of("s"), "Hello");
});

test("what the server tells of the earlier name after the next one is stored is left to the list", () => {
  const names = new Names();
  names.given("s", "First", "Hello");
  names.stored("s", "First");
  names.given("s", "Hello", "First");
  names.stored("s", "Hello");
  assert.equal(names.told("s", "First", "Hello"), true);
  assert.equal(names.of("s"), "Hello");
  assert.equal(names.read("s", "Hello", names.now), "Hello");
});

test("a name that another device gave again after this one is shown when the list has it", () => {
  const names = new Names();
  names.given("s", "First", "Hello");
  names.stored("s", "First");
  names.given("s", "Hello", "First");
  names.stored("s", "Hello");
  assert.equal(names.told("s", "First", "Hello"), true);
  assert.equal(names.read("s", "First", names.now), "First");
});

test("a name of another device counts at once, also when it was there before", () => {
  const names = new Names();
  names.told("s", "Theirs", "Hello");
  assert.equal(names.of("s"), "Theirs");
  names.told("s", "Hello", "Theirs");
  assert.equal(names.of("s"), "Hello");
  assert.equal(names.read("s", "Theirs", names.now), "Hello");
});

test("a name of another device that comes while one is on its way waits for the list", () => {
  const names = new Names();
  names.given("s", "Mine", "Hello");
  assert.equal(names.told("s", "Theirs", "Hello"), false);
  assert.equal(names.of("s"), "Mine");
  assert.equal(names.stored("s", "Mine"), true);
  assert.equal(names.of("s"), "Mine");
  assert.equal(names.read("s", "Theirs", names.now), "Theirs");
});

test("a name that is not taken makes room for the one before, or for one that was heard meanwhile", () => {
  const names = new Names();
  names.given("s", "Mine", "Hello");
  names.refused("s", "Hello");
  assert.equal(names.of("s"), "Hello");
  names.given("s", "Mine", "Hello");
  names.told("s", "Theirs", "Hello");
  names.refused("s", "Hello");
  assert.equal(names.of("s"), "Theirs");
  assert.equal(names.read("s", "Mine", names.now), "Mine"); // the server had taken it after all
});

test("after a time without a socket, the list counts", () => {
  const names = new Names();
  names.given("s", "First", "Hello");
  names.stored("s", "First");
  names.bound();
  assert.equal(names.read("s", "Hello", names.now), "Hello");
});

test("a list that the index gave too late does not keep a later list from showing the right name", () => {
  const names = new Names();
  names.given("s", "First", "Hello");
  names.stored("s", "First");
  names.bound();
  assert.equal(names.read("s", "Hello", names.now), "Hello");
  assert.equal(names.read("s", "First", names.now), "First");
});

test("nothing is known of a session that was never renamed here, and nothing after the person has gone", () => {
  const names = new Names();
  expect(names.of("s")).toBeUndefined();
  expect(names.of(null)).toBeUndefined();
  expect(names.read("s", "Hello", names.now)).toBe("Hello");
  names.told("s", "Theirs", "Hello");
  names.clear();
  expect(names.of("s")).toBeUndefined();
});
