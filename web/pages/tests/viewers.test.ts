import assert from "node:assert/strict";
import { test } from "vitest";
import type { AdminEvent } from "@chatbox/client";
import { Viewers } from "../src/admin/viewers.ts";

const seen = (session: string, devices: number, admins: string): AdminEvent => ({
  type: "viewers_changed",
  session_id: session,
  metadata: { devices: String(devices), watching: String(admins.split(",").filter(Boolean).length), admins },
});

test("who looks is known until nobody looks, and a repetition changes nothing", () => {
  const viewers = new Viewers();
  assert.equal(viewers.take(seen("s1", 2, "eve,a%2Cb"), 0), true);
  assert.equal(viewers.take(seen("s1", 2, "eve,a%2Cb"), 20_000), false);
  assert.deepEqual(viewers.of("s1"), { devices: 2, watching: 2, admins: ["eve", "a,b"], at: 20_000 });
  assert.equal(viewers.take(seen("s1", 0, ""), 21_000), true);
  assert.equal(viewers.of("s1"), undefined);
  assert.equal(viewers.take(seen("s1", 0, ""), 22_000), false);
});

test("what is not repeated is forgotten, and an erased conversation at once", () => {
  const viewers = new Viewers();
  viewers.take(seen("s1", 1, "eve"), 0);
  viewers.take(seen("s2", 1, ""), 30_000);
  assert.equal(viewers.forget(50_000), false);
  assert.equal(viewers.forget(50_001), true);
  assert.equal(viewers.of("s1"), undefined);
  assert.equal(viewers.take({ type: "session_erased", session_id: "s2" }, 50_002), true);
  assert.equal(viewers.of("s2"), undefined);
});

test("other events, strange numbers and too many conversations do no harm", () => {
  const viewers = new Viewers();
  assert.equal(viewers.take({ type: "rated", session_id: "s1" }, 0), false);
  assert.equal(viewers.take({ type: "viewers_changed", session_id: "s1", metadata: { devices: "many" } }, 0), false);
  for (let n = 0; n < 2_100; n++) viewers.take(seen(`s${n}`, 1, ""), n);
  assert.equal(viewers.of("s99"), undefined);
  assert.equal(viewers.of("s100")?.devices, 1);
});

test("the administrators who look at any conversation are named once each", () => {
  const viewers = new Viewers();
  viewers.take(seen("s1", 1, "mia,eve"), 0);
  viewers.take(seen("s2", 0, "eve"), 0);
  assert.deepEqual(viewers.administrators(), ["eve", "mia"]);
});
