import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { claimedUser, discardToken, storedToken, storeToken, takeTokenFromAddress } from "../src/token.js";
import { tokenOf } from "./frames.js";

/** @type {Map<string, string>} */
const stored = new Map();
/** @type {string[]} */
let addresses = [];

/** @param {string} address */
function visit(address) {
  addresses = [];
  Object.assign(globalThis, {
    location: { href: address },
    history: { replaceState: (/** @type {unknown} */ _, /** @type {string} */ __, /** @type {URL} */ url) => addresses.push(url.href) },
  });
}

beforeEach(() => {
  stored.clear();
  Object.assign(globalThis, {
    sessionStorage: {
      getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
      removeItem: (/** @type {string} */ key) => stored.delete(key),
    },
  });
});

test("a token claims a user in any script", () => {
  assert.equal(claimedUser(tokenOf("alice")), "alice");
  assert.equal(claimedUser(tokenOf("Zoë 李")), "Zoë 李");
});

test("what is no token, or names no user, claims nobody", () => {
  for (const token of ["", "a", "a.b", "a.!.c", `a.${btoa("null")}.c`, `a.${btoa('{"user_id":1}')}.c`, `a.${btoa('{"user_id":""}')}.c`]) {
    assert.equal(claimedUser(token), null, token);
  }
});

test("the token is taken out of the address, and the rest stays", () => {
  visit("http://node/chatbox/?token=abc&more=1#end");
  assert.equal(takeTokenFromAddress(), "abc");
  assert.deepEqual(addresses, ["http://node/chatbox/?more=1#end"]);
});

test("an empty token goes from the address too, and counts as none", () => {
  visit("http://node/chatbox/?token=");
  assert.equal(takeTokenFromAddress(), null);
  assert.deepEqual(addresses, ["http://node/chatbox/"]);
});

test("an address without a token is left alone", () => {
  visit("http://node/chatbox/");
  assert.equal(takeTokenFromAddress(), null);
  assert.deepEqual(addresses, []);
});

test("a token that another page of the tab has stored since is not discarded", () => {
  storeToken("one");
  discardToken("other");
  assert.equal(storedToken(), "one");
  discardToken("one");
  assert.equal(storedToken(), null);
});
