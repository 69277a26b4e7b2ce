import assert from "node:assert/strict";
import { beforeEach, test } from "vitest";
import { discardToken, storedToken, storeToken, takeTokenFromAddress } from "../src/token.ts";

const stored: Map<string, string> = new Map();
let addresses: string[] = [];

function visit(address: string) {
  addresses = [];
  Object.assign(globalThis, {
    location: { href: address },
    history: { replaceState: (_: unknown, __: string, url: URL) => addresses.push(url.href) },
  });
}

beforeEach(() => {
  stored.clear();
  Object.assign(globalThis, {
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    },
  });
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
