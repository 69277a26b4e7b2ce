import assert from "node:assert/strict";
import { test } from "vitest";
import { Owner } from "../src/owner.ts";
import { OTHER_SESSION, SESSION, tokenOf } from "./frames.ts";

const GO_ON = { another: false, reconnect: false, rewind: false };
const alices = tokenOf("alice");
const bobs = tokenOf("bob");

function admit(owner: Owner, user: string | null, token: string, more?: { first?: boolean, sessionId?: string, shownSession?: string | null }) {
  return owner.admit({ user, token, first: true, sessionId: SESSION, shownSession: SESSION, ...more });
}

function ownerAlice(token = alices) {
  const owner = new Owner();
  admit(owner, "alice", token, { shownSession: null });
  return owner;
}

test("the server says whose page it is", () => {
  const owner = new Owner();
  assert.equal(owner.user, null);
  assert.equal(owner.mayResume(alices), true);
  assert.deepEqual(admit(owner, "alice", alices, { shownSession: null }), GO_ON);
  assert.equal(owner.user, "alice");
});

test("a token that is not proven does not resume the owner's session", () => {
  const owner = ownerAlice();
  assert.equal(owner.mayResume(alices), true);
  assert.equal(owner.mayResume(tokenOf("alice", "bmV3")), false);
});

test("another person on a socket that resumed nothing goes on with it", () => {
  const owner = ownerAlice();
  assert.deepEqual(admit(owner, "bob", bobs), { another: true, reconnect: false, rewind: false });
  assert.equal(owner.user, "bob");
  assert.equal(owner.mayResume(bobs), true);
});

test("another person on a socket that resumed the owner's session needs a new one", () => {
  const owner = ownerAlice();
  assert.deepEqual(admit(owner, "bob", alices), { another: true, reconnect: true, rewind: false });
});

test("another person in the middle of a connection needs a new one, which resumes nothing", () => {
  const owner = ownerAlice();
  assert.deepEqual(admit(owner, "bob", alices, { first: false }), { another: true, reconnect: true, rewind: false });
  assert.equal(owner.mayResume(alices), false);
});

test("the same person with a new token goes on in the same session from the beginning of its running answer", () => {
  const owner = ownerAlice();
  assert.deepEqual(admit(owner, "alice", tokenOf("alice", "bmV3")), { another: false, reconnect: false, rewind: true });
});

test("the same person who is bound to another session goes back to their own", () => {
  const owner = ownerAlice();
  const renewed = tokenOf("alice", "bmV3");
  assert.deepEqual(admit(owner, "alice", renewed, { sessionId: OTHER_SESSION }), { another: false, reconnect: true, rewind: false });
  assert.equal(owner.mayResume(renewed), true);
});

test("the same person whose socket is bound again goes on", () => {
  const owner = ownerAlice();
  assert.deepEqual(admit(owner, "alice", alices, { first: false, sessionId: OTHER_SESSION }), GO_ON);
});

test("a server that names nobody is believed only for the token that is proven", () => {
  assert.equal(admit(ownerAlice(), null, alices).another, false);
  assert.equal(admit(ownerAlice(), null, bobs).another, true);
});

test("claims of a token are compared with the proven token, and unreadable tokens claim nothing", () => {
  const owner = ownerAlice();
  assert.equal(owner.isClaimedBy(tokenOf("alice", "bmV3")), true);
  assert.equal(owner.isDeniedBy(bobs), true);
  assert.equal(owner.isClaimedBy("eyJi.eyJi.c2ln"), false);
  assert.equal(owner.isDeniedBy("eyJi.eyJi.c2ln"), false);
  assert.equal(new Owner().isDeniedBy(bobs), false);
});

test("forgetting leaves neither owner nor token", () => {
  const owner = ownerAlice();
  owner.forget();
  assert.equal(owner.user, null);
  assert.equal(owner.isClaimedBy(alices), false);
});
