// Plays the scenarios that all clients share (scenarios.json) with this one: whatever happens to its connection and its node, a client ends with the
// conversation of a viewer who never left.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, test } from "vitest";
import { browserPlatform, ChatClient, memoryStore, type OutboxStore, type Platform, type Socket, type TokenRefusal } from "../src/index.ts";
import { ScriptedModel } from "./model.ts";
import { BadNetwork } from "./network.ts";
import { ChatboxNode, tokenFor } from "./node.ts";
import { deadline, until } from "./waiting.ts";

type Step = { do: string; client: string; text: string; is: string; are: string[]; answers: number; viewer: string; user?: string } & Record<string, unknown>;

interface Suite {
  answers: Record<string, { pieces?: string[]; lines?: number; characters?: number }>;
  scenarios: { name: string; steps: Step[] }[];
}

const { answers, scenarios } = JSON.parse(readFileSync(new URL("scenarios.json", import.meta.url), "utf8")) as Suite;

const LIFETIMES: Record<string, number> = { good: 3600, brief: 3, expired: -3600 };

const pieces = Object.fromEntries(
  Object.entries(answers).map(([question, { pieces: said, lines = 0, characters = 0 }]) => [
    question,
    said ?? Array.from({ length: lines }, (_, index) => `${index} ${"x".repeat(characters)}\n`),
  ]),
);
const model = new ScriptedModel(pieces);
let node: ChatboxNode;
let network: BadNetwork;
let far: URL;
let near: URL;
let people = 0;
let clients = new Map<string, Person>();
let stores = new Map<string, OutboxStore>();

/** A client, and the tokens that it is given one after the other; the last one again and again. */
class Person {
  readonly client: ChatClient;
  taken = 0;
  refused: TokenRefusal | null = null;
  readonly #kinds: string[];
  readonly #waiting = new Set<() => void>();
  #user: string;
  #last = "";

  constructor(base: URL, user: string, kinds: string[], store: OutboxStore, platform: Partial<Platform>) {
    [this.#user, this.#kinds] = [user, kinds];
    this.client = new ChatClient({ base, store, platform: { ...browserPlatform(), openSocket, random: () => 0, ...platform } });
    this.client.on("refused", (refusal) => {
      if (this.taken < this.#kinds.length) this.client.signIn(this.#next());
      else this.refused = refusal;
      this.#tell();
    });
    this.client.on("frame", (frame) => {
      if (frame.type === "notification" && frame.metadata?.reason === "token_expiring" && this.taken < this.#kinds.length) {
        this.client.renew(this.#next());
      }
    });
    this.client.signIn(this.#next());
  }

  signIn(user: string): void {
    this.#user = user;
    this.client.signIn(this.#next());
  }

  /** Waits until what the client was given, or was refused, fits. */
  async until(fits: (person: Person) => boolean): Promise<void> {
    const fitting = new Promise<void>((resolve) => {
      this.#waiting.add(() => fits(this) && resolve());
      if (fits(this)) resolve();
    });
    await deadline(fitting, 60_000, () => `The client took ${this.taken} tokens.`);
  }

  #tell(): void {
    for (const check of this.#waiting) check();
  }

  #next(): string {
    const kind = this.#kinds[this.taken++];
    this.#tell();
    if (kind !== undefined || this.#last === "") this.#last = kind ?? "good";
    return tokenFor(this.#user, LIFETIMES[this.#last]);
  }
}

beforeAll(async () => {
  node = await ChatboxNode.start(await model.listen());
  near = new URL(`http://127.0.0.1:${node.port}/chatbox/`);
});

beforeEach(async () => {
  people++;
  network = new BadNetwork(node.port);
  far = await network.listen();
});

afterEach(async () => {
  for (const { client } of clients.values()) client.signOut();
  [clients, stores] = [new Map(), new Map()];
  model.continue();
  await network.dispose();
});

afterAll(async () => {
  await node.dispose();
  await model.dispose();
});

/** The WebSocket of Node.js 20 tells only an error where that of a browser tells the end as well. */
function openSocket(address: URL, protocols: string[]): Socket {
  const socket = new WebSocket(address, protocols);
  socket.addEventListener("error", () => setTimeout(() => (socket as Socket).onclose?.({ code: 1006, reason: "" })));
  return socket as Socket;
}

function openDoublingSocket(address: URL, protocols: string[]): Socket {
  const socket = openSocket(address, protocols);
  const send = socket.send.bind(socket);
  socket.send = (data) => [data, data].forEach(send);
  return socket;
}

function user(step: Step): string {
  return `person-${people}${step.user ? `-${step.user}` : ""}`;
}

function personOf(name: string): Person {
  const person = clients.get(name);
  assert.ok(person, `There is no client ${name}.`);
  return person;
}

function clientOf(name: string): ChatClient {
  return personOf(name).client;
}

async function bound(client: ChatClient): Promise<void> {
  const binding = new Promise<void>((resolve) => {
    client.on("bound", () => resolve());
    if (client.isBound) resolve();
  });
  await deadline(binding, 60_000, () => "The client is not bound.");
}

const done = (count: number) => (texts: string[]) =>
  texts.filter((text) => text.endsWith("(done)")).length === count && texts.every((text) => /\((sent|done)\)$/.test(text));

const untilDone = (name: string, count: number) => until(clientOf(name), done(count));

function transcript(name: string): unknown[] {
  return clientOf(name).transcript.entries.map(({ role, text, state, seq, messageId, finishReason }) => ({ role, text, state, seq, messageId, finishReason }));
}

function texts(name: string, role?: string): string[] {
  return clientOf(name)
    .transcript.entries.filter((entry) => role === undefined || entry.role === role)
    .map(({ text }) => text);
}

async function connect(step: Step, base: URL): Promise<void> {
  const kept = String(step["store"] ?? step.client);
  const store = stores.get(kept) ?? memoryStore();
  stores.set(kept, store);
  const platform = step["doubled"] ? { openSocket: openDoublingSocket } : {};
  clients.set(step.client, new Person(base, user(step), (step["tokens"] as string[]) ?? [], store, platform));
}

const NETWORKS: Record<string, () => void> = {
  cut: () => network.cut(),
  "losing answers": () => network.loseAnswers(),
  "blocking upgrades": () => network.blockUpgrades(),
  stalled: () => network.stall(true),
  "going on": () => network.stall(false),
  down: () => network.takeDown(true),
  up: () => network.takeDown(false),
};

const NODES: Record<string, () => Promise<void>> = {
  killed: () => node.kill(),
  stopped: () => node.kill("SIGTERM"),
  started: () => node.restart(),
};

/** What a step does. A step that is not here fails. */
const STEPS: Record<string, (step: Step) => Promise<void> | void> = {
  async viewer(step) {
    await connect(step, near);
    await bound(clientOf(step.client));
  },
  connect: (step) => connect(step, far),
  bound: ({ client }) => bound(clientOf(client)),
  send: ({ client, text }) => void clientOf(client).send(text),
  shows: ({ client, text }) => until(clientOf(client), (shown) => shown.some((one) => one.startsWith(text))),
  answered: ({ client, answers: count }) => untilDone(client, count),
  async "ends like"({ client, viewer, answers: count }) {
    await Promise.all([untilDone(client, count), untilDone(viewer, count)]);
    assert.deepEqual(transcript(client), transcript(viewer));
  },
  texts: ({ client, are }) => assert.deepEqual(texts(client).toSorted(), are.toSorted()),
  said: ({ client, are }) => assert.deepEqual(texts(client, "user"), are),
  begins({ client, answer, atLeast }) {
    const text = texts(client, "ai")[0] ?? "";
    assert.ok(text.length >= Number(atLeast) && pieces[String(answer)]!.join("").startsWith(text), `${text.length} characters`); // up to the node's limit
  },
  regenerate: ({ client }) => assert.ok(clientOf(client).regenerate()),
  stop: ({ client }) => assert.ok(clientOf(client).stop()),
  "select model": ({ client, model: id }) => assert.ok(clientOf(client).selectModel(String(id))),
  async close({ client }) {
    await new Promise(setImmediate); // what was written is in the store
    clientOf(client).signOut();
  },
  "sign in": (step) => personOf(step.client).signIn(user(step)),
  async "took tokens"({ client, count }) {
    await personOf(client).until(({ taken }) => taken >= Number(count));
  },
  async refused({ client, reason }) {
    const person = personOf(client);
    await person.until(({ refused }) => refused !== null);
    assert.equal(person.refused?.reason, reason);
  },
  model({ stopAfter, continue: count }) {
    if (stopAfter !== undefined) model.stopAfter(Number(stopAfter));
    else model.continue(count === undefined ? undefined : Number(count));
  },
  network: ({ is }) => NETWORKS[is]!(),
  node: ({ is }) => NODES[is]!(),
};

for (const { name, steps } of scenarios) {
  test(name, async () => {
    for (const step of steps) {
      const play = STEPS[step.do];
      assert.ok(play, `No step is called "${step.do}".`);
      await play(step);
    }
  });
}
