import assert from "node:assert/strict";
import { test } from "node:test";
import { Identity } from "../src/identity.js";
import { OTHER_SESSION, SESSION, tokenOf } from "./frames.js";

const GO_ON = { another: false, reconnect: false, rewind: false };
const alices = tokenOf("alice");
const bobs = tokenOf("bob");

/**
 * @param {Identity} identity
 * @param {string | null} user
 * @param {string} token
 * @param {{ first?: boolean, sessionId?: string, shownSession?: string | null }} [more]
 */
function admit(identity, user, token, more) {
  return identity.admit({ user, token, first: true, sessionId: SESSION, shownSession: SESSION, ...more });
}

/** @param {string} [token] */
function identityOfAlice(token = alices) {
  const identity = new Identity();
  admit(identity, "alice", token, { shownSession: null });
  return identity;
}

test("the server says whose page it is", () => {
  const identity = new Identity();
  assert.equal(identity.owner, null);
  assert.equal(identity.mayResume(alices), true);
  assert.deepEqual(admit(identity, "alice", alices, { shownSession: null }), GO_ON);
  assert.equal(identity.owner, "alice");
});

test("a token that is not proven does not resume the owner's session", () => {
  const identity = identityOfAlice();
  assert.equal(identity.mayResume(alices), true);
  assert.equal(identity.mayResume(tokenOf("alice", "bmV3")), false);
});

test("another person on a socket that resumed nothing goes on with it", () => {
  const identity = identityOfAlice();
  assert.deepEqual(admit(identity, "bob", bobs), { another: true, reconnect: false, rewind: false });
  assert.equal(identity.owner, "bob");
  assert.equal(identity.mayResume(bobs), true);
});

test("another person on a socket that resumed the owner's session needs a new one", () => {
  const identity = identityOfAlice();
  assert.deepEqual(admit(identity, "bob", alices), { another: true, reconnect: true, rewind: false });
});

test("another person in the middle of a connection needs a new one, which resumes nothing", () => {
  const identity = identityOfAlice();
  assert.deepEqual(admit(identity, "bob", alices, { first: false }), { another: true, reconnect: true, rewind: false });
  assert.equal(identity.mayResume(alices), false);
});

test("the same person with a new token goes on in the same session from the beginning of its running answer", () => {
  const identity = identityOfAlice();
  assert.deepEqual(admit(identity, "alice", tokenOf("alice", "bmV3")), { another: false, reconnect: false, rewind: true });
});

test("the same person who is bound to another session goes back to their own", () => {
  const identity = identityOfAlice();
  const renewed = tokenOf("alice", "bmV3");
  assert.deepEqual(admit(identity, "alice", renewed, { sessionId: OTHER_SESSION }), { another: false, reconnect: true, rewind: false });
  assert.equal(identity.mayResume(renewed), true);
});

test("the same person whose socket is bound again goes on", () => {
  const identity = identityOfAlice();
  assert.deepEqual(admit(identity, "alice", alices, { first: false, sessionId: OTHER_SESSION }), GO_ON);
});

test("a server that names nobody is believed only for the token that is proven", () => {
  assert.equal(admit(identityOfAlice(), null, alices).another, false);
  assert.equal(admit(identityOfAlice(), null, bobs).another, true);
});

test("claims of a token are compared with the proven token, and unreadable tokens claim nothing", () => {
  const identity = identityOfAlice();
  assert.equal(identity.claimsOwner(tokenOf("alice", "bmV3")), true);
  assert.equal(identity.claimsAnother(bobs), true);
  assert.equal(identity.claimsOwner("eyJi.eyJi.c2ln"), false);
  assert.equal(identity.claimsAnother("eyJi.eyJi.c2ln"), false);
  assert.equal(new Identity().claimsAnother(bobs), false);
});

test("the token in the address is used if the stored one is refused before the server has named anybody", () => {
  const identity = new Identity();
  identity.keepSpare(bobs);
  assert.equal(identity.takeSpareAfterRefusal(), bobs);
  assert.equal(identity.takeSpareAfterRefusal(), null);
});

test("the token in the address does not follow the owner's if it claims to be somebody else's", () => {
  const identity = identityOfAlice();
  identity.keepSpare(bobs);
  assert.equal(identity.takeSpareAfterRefusal(), null);
});

test("the owner's newer token in the address renews the session without asking", () => {
  const identity = identityOfAlice();
  const newer = tokenOf("alice", "bmV3");
  identity.keepSpare(newer);
  assert.equal(identity.takeOffer(alices), null);
  assert.equal(identity.takeRenewal(), newer);
  assert.equal(identity.takeRenewal(), null);
});

test("somebody else's token in the address is offered once and never renews the session", () => {
  const identity = identityOfAlice();
  identity.keepSpare(bobs);
  assert.equal(identity.takeRenewal(), null);
  assert.equal(identity.takeOffer(alices), bobs);
  assert.equal(identity.takeOffer(alices), null);
});

test("the token in the address is not offered if it is in use", () => {
  const identity = identityOfAlice("opaque");
  identity.keepSpare("opaque");
  assert.equal(identity.takeOffer("opaque"), null);
});

test("forgetting leaves neither owner nor token", () => {
  const identity = identityOfAlice();
  identity.keepSpare(bobs);
  identity.forget();
  assert.equal(identity.owner, null);
  assert.equal(identity.takeSpareAfterRefusal(), null);
});
