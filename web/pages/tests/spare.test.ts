import assert from "node:assert/strict";
import { test } from "vitest";
import { SpareToken } from "../src/spare.ts";
import { tokenOf } from "../../client/tests/frames.ts";

const alices = tokenOf("alice");
const bobs = tokenOf("bob");

/** The spare token of a page whose client has a token, of which the server has said that it is Alice's. */
function spareOf(kept: string, { user = "alice", token = alices }: { user?: string | null; token?: string } = {}): SpareToken {
  const spare = new SpareToken({ user, token, isClaimedBy: (other) => user !== null && token.split(".")[1] === other.split(".")[1] });
  spare.keep(kept);
  return spare;
}

test("the token in the address is used if the stored one is refused before the server has named anybody", () => {
  const spare = spareOf(bobs, { user: null });
  assert.equal(spare.takeAfterRefusal(), bobs);
  assert.equal(spare.takeAfterRefusal(), null);
});

test("the token in the address does not follow the owner's if it claims to be somebody else's", () => {
  assert.equal(spareOf(bobs).takeAfterRefusal(), null);
});

test("the owner's newer token in the address renews the session without asking", () => {
  const newer = tokenOf("alice", "bmV3");
  const spare = spareOf(newer);
  assert.equal(spare.takeOffer(), null);
  assert.equal(spare.takeRenewal(), newer);
  assert.equal(spare.takeRenewal(), null);
});

test("somebody else's token in the address is offered once and never renews the session", () => {
  const spare = spareOf(bobs);
  assert.equal(spare.takeRenewal(), null);
  assert.equal(spare.takeOffer(), bobs);
  assert.equal(spare.takeOffer(), null);
});

test("the token in the address is not offered if it is in use", () => {
  assert.equal(spareOf("opaque", { token: "opaque" }).takeOffer(), null);
});

test("forgetting leaves no token", () => {
  const spare = spareOf(bobs, { user: null });
  spare.forget();
  assert.equal(spare.takeAfterRefusal(), null);
});
