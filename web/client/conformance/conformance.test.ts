// Plays the scenarios that all clients share (scenarios.json) with this one: whatever happens to its connection and its node, a client ends with the
// conversation of a viewer who never left.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, test } from "vitest";
import { browserPlatform, ChatClient, memoryStore, type OutboxStore, type Platform, type Socket, type TokenRefusal, type Upload } from "../src/index.ts";
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
  /** The files that were given to upload, by name, and how far each was said to be, in bytes. */
  readonly uploads = new Map<string, { upload: Upload; told: number[] }>();
  readonly #kinds: string[];
  readonly #waiting = new Set<() => void>();
  #user: string;
  #last = "";

  constructor(base: URL, user: string, kinds: string[], store: OutboxStore, window: number | undefined, platform: Partial<Platform>) {
    [this.#user, this.#kinds] = [user, kinds];
    const around = { ...browserPlatform(), openSocket, random: () => 0, ...platform };
    this.client = new ChatClient({ base, store, ...(window && { window }), platform: around });
    this.client.on("refused", (refusal) => {
      if (this.taken < this.#kinds.length) this.client.signIn(this.#next());
      else this.refused = refusal;
      this.#tell();
    });
    this.client.on("change", () => this.#tell());
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

  upload(name: string, content: BlobPart): void {
    const told: number[] = [];
    const upload = this.client.uploads.start(new Blob([content], { type: name.endsWith(".wav") ? "audio/wav" : "text/plain" }), name, ({ sent }) => {
      told.push(sent);
      this.#tell();
    });
    this.uploads.set(name, { upload, told });
  }

  /** The upload of this name, once it has ended. */
  async ended(name: string): Promise<{ upload: Upload; told: number[] }> {
    const found = this.uploads.get(name);
    assert.ok(found, `Nothing was uploaded as ${name}.`);
    await this.until(() => found.upload.state === "done" || found.upload.state === "failed");
    return found;
  }

  /** Waits until what the client was given, was refused or has uploaded fits. */
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
  model.speech({});
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
  return clientOf(name).transcript.entries.map(({ role, text, state, seq, messageId, finishReason, files, voice = false }) => {
    return { role, text, state, seq, messageId, finishReason, voice, files: files?.map(({ file_id: id }) => id) };
  });
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
  const window = step["window"] as number | undefined;
  clients.set(step.client, new Person(base, user(step), (step["tokens"] as string[]) ?? [], store, window, platform));
}

/** What a file of an upload holds: numbered lines of ten bytes, silence, or what the step says. */
function contentOf({ bytes, samples, content }: Step): BlobPart {
  if (typeof content === "string") return content;
  if (samples !== undefined) return silence(Number(samples));
  return Array.from({ length: Number(bytes) / 10 }, (_, line) => `${String(line).padStart(9, "0")}\n`).join("");
}

/** PCM of 16 bits, 8 kHz, mono. */
function silence(samples: number): ArrayBuffer {
  const file = new DataView(new ArrayBuffer(44 + 2 * samples));
  const write = (at: number, text: string) => [...text].forEach((sign, n) => file.setUint8(at + n, sign.charCodeAt(0)));
  write(0, "RIFF");
  file.setUint32(4, 36 + 2 * samples, true);
  write(8, "WAVEfmt ");
  for (const [at, value] of [[16, 16], [20, 0x00010001], [24, 8_000], [28, 16_000], [32, 0x00100002]] as const) file.setUint32(at, value, true);
  write(36, "data");
  file.setUint32(40, 2 * samples, true);
  return file.buffer;
}

async function checkFiles({ client, are }: Step): Promise<void> {
  const files = clientOf(client).transcript.entries.flatMap((entry) => entry.files ?? []);
  assert.deepEqual(files.map(({ name }) => name), are);
  for (const { name, file_url: address, size } of files) {
    const sent = [...clients.values()].flatMap(({ uploads }) => uploads.get(name)?.upload.file ?? [])[0];
    assert.equal(size, sent?.size);
    const response = await fetch(new URL(address ?? "", near));
    assert.ok(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(await sent!.arrayBuffer())), `${name} has another content.`);
  }
}

const NETWORKS: Record<string, (step: Step) => void> = {
  cut: () => network.cut(),
  "losing answers": () => network.loseAnswers(),
  "blocking upgrades": () => network.blockUpgrades(),
  stalled: () => network.stall(true),
  "going on": () => network.stall(false),
  "cutting uploads": ({ after, times }) => network.cutUploads(Number(after), Number(times)),
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
  send({ client, text, files = [], voice, speak }) {
    const carried = (files as string[]).map((name) => personOf(client).uploads.get(name)!.upload.result!);
    clientOf(client).send(text, { files: carried, voice: voice === true, speak: speak === true });
  },
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
  async lacks({ client, text }) {
    await until(clientOf(client), () => clientOf(client).transcript.olderBefore !== null); // newer messages can come before the history
    assert.ok(!texts(client).includes(text));
  },
  async older({ client, pages }) {
    for (let left = Number(pages ?? Infinity); left > 0 && clientOf(client).transcript.olderBefore !== null; left--) await clientOf(client).loadOlder();
  },
  upload: (step) => personOf(step.client).upload(String(step["file"]), contentOf(step)),
  async uploaded({ client, file }) {
    const { upload, told } = await personOf(client).ended(String(file));
    assert.equal(upload.state, "done", upload.problem?.message);
    assert.ok(told.every((sent) => sent >= 0 && sent <= upload.size) && told.at(-1) === upload.size, told.join());
  },
  async "upload refused"({ client, file, reason }) {
    const { upload } = await personOf(client).ended(String(file));
    assert.deepEqual([upload.state, upload.problem?.reason], ["failed", reason]);
  },
  "upload went on"({ cuts }) {
    const [first, ...later] = network.uploadOffsets;
    assert.ok(first === 0 && later.length >= Number(cuts) && later.every((offset, n) => offset > (later[n - 1] ?? 0)), network.uploadOffsets.join());
    assert.equal(network.cutsLeft, 0);
  },
  files: checkFiles,
  speech: ({ is }) => model.speech({ held: is === "held", refuses: is === "refused" }),
  async spoken({ client, are }) {
    const states = () => clientOf(client).transcript.entries.flatMap(({ speech }) => (speech ? [[speech.state, speech.failure].filter(Boolean).join(" ")] : []));
    const fits = () => isDeepStrictEqual(states(), are);
    await personOf(client).until(fits);
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
  network: (step) => NETWORKS[step.is]!(step),
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
