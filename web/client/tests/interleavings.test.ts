import assert from "node:assert/strict";
import { test } from "vitest";
import { ChatClient } from "../src/client.ts";
import { memoryStore } from "../src/store.ts";
import { SimulatedServer } from "./server.ts";
import { World } from "./world.ts";

const RUNS = 2_000;
const STEPS = 60;

/** A repeatable series of numbers from 0 to 1 (mulberry32). */
function series(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Plays cuts, duplicates, late acks, resets, slow reads and reloads of the page, and returns what client and server have in the end. */
async function play(seed: number): Promise<{ shown: string[]; stored: string[]; sent: string[] }> {
  const random = series(seed);
  const world = new World();
  world.random = random;
  const server = new SimulatedServer(world, 6);
  const store = memoryStore();
  const open = () => {
    const client = new ChatClient({ base: new URL("http://node/chatbox/"), store, platform: world.platform });
    client.signIn("a.b.c");
    return client;
  };
  const pick = (count: number) => Math.floor(random() * count);

  let client = open();
  const sent: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    await world.settle(); // a store that is too slow loses the order
    switch (pick(10)) {
      case 0:
      case 1: {
        if (client.user === null) break; // the messages of somebody unknown do not outlive the page
        const text = `Said ${sent.length}`;
        sent.push(text);
        client.send(text);
        break;
      }
      case 2:
        server.cut();
        break;
      case 3:
        world.pass(pick(3_000));
        break;
      case 4:
        server.say(" more".repeat(1 + pick(3)));
        break;
      case 5:
        server.say("other", pick(8));
        break;
      case 6:
        server.finish();
        break;
      case 7:
        server.take(random() < 0.3);
        break;
      case 8:
        if (random() < 0.15) {
          client.signOut(); // the page is closed, and opened again
          client = open();
        }
        server.accept();
        break;
      case 9:
        server.deliver(1 + pick(4));
        break;
    }
  }

  for (let round = 0; round < 6; round++) {
    world.pass(60_000);
    await world.settle();
    server.accept();
    server.deliver();
    await world.settle();
    server.take();
    server.finish();
    server.deliver();
    await world.settle();
  }
  const { entries } = client.transcript;
  assert.deepEqual(entries.filter(({ state }) => state !== "sent" && state !== "done"), []);
  return { shown: entries.map(({ text }) => text), stored: server.texts, sent };
}

test(`${RUNS} random interleavings of cuts, duplicates, late acks, resets, slow reads and reloads lose, double and reorder nothing`, async () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const { shown, stored, sent } = await play(seed);
    assert.deepEqual(shown, stored, `seed ${seed}: the transcript is not the server's`);
    assert.deepEqual(stored.filter((text) => text.startsWith("Said")), sent, `seed ${seed}: messages were lost, doubled or reordered`);
  }
});
