import assert from "node:assert/strict";
import { test } from "vitest";
import { claimedUser } from "../src/token.ts";
import { tokenOf } from "./frames.ts";

test("a token claims a user in any script", () => {
  assert.equal(claimedUser(tokenOf("alice")), "alice");
  assert.equal(claimedUser(tokenOf("Zoë 李")), "Zoë 李");
});

test("what is no token, or names no user, claims nobody", () => {
  for (const token of ["", "a", "a.b", "a.!.c", `a.${btoa("null")}.c`, `a.${btoa('{"user_id":1}')}.c`, `a.${btoa('{"user_id":""}')}.c`]) {
    assert.equal(claimedUser(token), null, token);
  }
});
