import assert from "node:assert/strict";
import { test } from "vitest";
import { Uploads, type Upload } from "../src/uploads.ts";
import { World } from "./world.ts";

const MB = 1024 * 1024;

/** A server that takes files, and can be cut off. */
class FileServer {
  readonly requests: string[] = [];
  /** What it has of the resumable uploads. */
  readonly taken = new Map<string, string>();
  /** What it has of whole files. */
  whole: string[] = [];
  /** Takes only so many bytes of the next body, and then the network is gone. */
  cutAfter: number | null = null;
  /** Refuses the next requests. */
  refusals: Response[] = [];
  authorizations: (string | undefined)[] = [];
  #lengths = new Map<string, number>();

  constructor(world: World) {
    world.fetch = (address, init) => this.#fetch(address, init);
    world.transfer = async (address, { method, headers, body, onProgress }) => {
      this.#note(method, address, headers);
      if (this.refusals.length > 0) return this.refusals.shift()!;
      const blob = body instanceof FormData ? (body.get("file") as File) : body;
      const text = await blob.text();
      const cut = this.cutAfter;
      this.cutAfter = null;
      onProgress(cut ?? text.length);
      if (body instanceof FormData) {
        if (cut !== null) throw new TypeError("cut");
        this.whole.push(text);
        return Response.json({ file_id: "f".repeat(32), file_url: "files/f", size: text.length, mime_type: "text/plain" });
      }

      const id = address.pathname.split("/").at(-1)!;
      const known = this.taken.get(id)!;
      if (Number(headers["Upload-Offset"]) !== known.length) return new Response("{}", { status: 409 });
      this.taken.set(id, known + text.slice(0, cut ?? undefined));
      if (cut !== null) throw new TypeError("cut");
      const length = this.taken.get(id)!.length;
      const url: Record<string, string> = length === this.#lengths.get(id) ? { "Upload-File-Url": `files/${id}` } : {};
      return new Response(null, { status: 204, headers: { "Upload-Offset": String(length), ...url } });
    };
  }

  async #fetch(address: URL, { method = "GET", headers }: RequestInit): Promise<Response> {
    const named = headers as Record<string, string>;
    this.#note(method, address, named);
    if (this.refusals.length > 0) return this.refusals.shift()!;
    const id = address.pathname.split("/").at(-1)!;
    if (method === "POST") {
      const made = `upload${this.taken.size}`;
      this.taken.set(made, "");
      this.#lengths.set(made, Number(named["Upload-Length"]));
      return new Response(null, { status: 201, headers: { Location: `/chatbox/uploads/${made}` } });
    }

    if (method === "DELETE") return new Response(null, { status: this.taken.delete(id) ? 204 : 404 });
    const known = this.taken.get(id);
    return known === undefined ? new Response(null, { status: 404 }) : new Response(null, { headers: { "Upload-Offset": String(known.length) } });
  }

  #note(method: string, address: URL, headers: Record<string, string>): void {
    this.requests.push(`${method} ${address.pathname.replace("/chatbox/", "")}`);
    this.authorizations.push(headers["Authorization"]);
  }
}

function scene() {
  const world = new World();
  const server = new FileServer(world);
  const person = { token: "alices" as string | null };
  const uploads = new Uploads(new URL("http://node/chatbox/"), () => person.token, world.platform);
  const seen: string[] = [];
  const start = (text: string, name = "a.txt") => uploads.start(new Blob([text], { type: "text/plain" }), name, ({ state }) => seen.at(-1) !== state && seen.push(state));
  return { world, server, uploads, person, start, seen };
}

/** Waits, without letting time pass, until the upload is in this state: reading a file takes as long as it takes. */
async function until(world: World, upload: Upload, state: Upload["state"]): Promise<void> {
  for (let turn = 0; turn < 1_000 && upload.state !== state; turn++) await world.settle();
  assert.equal(upload.state, state);
}

/** Lets time pass until the upload has ended. */
async function end(world: World, upload: Upload): Promise<void> {
  for (let turn = 0; turn < 100 && !["done", "failed", "canceled"].includes(upload.state); turn++) {
    await world.settle();
    world.pass(5_000);
  }
}

test("a small file goes in one request, with the token and its name", async () => {
  const { world, server, start, seen } = scene();
  const upload = start("Hello");
  await end(world, upload);
  assert.deepEqual(server.requests, ["POST upload"]);
  assert.deepEqual(server.authorizations, ["Bearer alices"]);
  assert.deepEqual(server.whole, ["Hello"]);
  assert.deepEqual(seen, ["running", "done"]);
  assert.deepEqual(upload.result, { file_id: "f".repeat(32), file_url: "files/f", name: "a.txt", size: 5, mime_type: "text/plain" });
  assert.equal(upload.sent, 5);
});

test("a large file that is cut twice arrives whole, and nothing of it is sent again", async () => {
  const { world, server, start } = scene();
  const text = "0123456789".repeat((5 * MB) / 10);
  server.cutAfter = 3 * MB;
  const upload = start(text);
  await until(world, upload, "waiting");
  server.cutAfter = MB;
  await end(world, upload);
  assert.equal(upload.state, "done");
  assert.equal(server.taken.get("upload0"), text);
  assert.deepEqual(server.requests, ["POST uploads", "PATCH uploads/upload0", "HEAD uploads/upload0", "PATCH uploads/upload0", "HEAD uploads/upload0", "PATCH uploads/upload0"]);
  assert.equal(upload.result?.file_url, "files/upload0");
});

test("a small file that was cut goes on by tus", async () => {
  const { world, server, start } = scene();
  server.cutAfter = 3;
  const upload = start("Hello");
  await end(world, upload);
  assert.deepEqual(server.requests, ["POST upload", "POST uploads", "PATCH uploads/upload0"]);
  assert.equal(server.taken.get("upload0"), "Hello");
});

test("an upload that the server has forgotten begins anew", async () => {
  const { world, server, start } = scene();
  server.cutAfter = MB;
  const upload = start("x".repeat(5 * MB));
  await until(world, upload, "waiting");
  server.taken.delete("upload0");
  await end(world, upload);
  assert.equal(upload.state, "done");
  assert.equal(server.taken.get("upload0")?.length, 5 * MB);
});

test("a refused file fails with the server's reason, and is sent again when somebody asks for it", async () => {
  const { world, server, start } = scene();
  server.refusals = [Response.json({ code: "UNSUPPORTED_MEDIA_TYPE", message: "No programs.", reason: "type" }, { status: 415 })];
  const upload = start("MZ");
  await end(world, upload);
  assert.equal(upload.state, "failed");
  assert.deepEqual([upload.problem?.status, upload.problem?.reason, upload.problem?.message], [415, "type", "No programs."]);
  assert.equal(server.requests.length, 1);
  upload.retry();
  await end(world, upload);
  assert.equal(upload.state, "done");
  assert.equal(upload.problem, null);
});

test("a busy server is asked again when it has said, and not for ever", async () => {
  const { world, server, start } = scene();
  const busy = () => Response.json({ code: "SERVICE_UNAVAILABLE", message: "Full." }, { status: 503, headers: { "Retry-After": "40" } });
  server.refusals = [busy()];
  const upload = start("Hello");
  await until(world, upload, "waiting");
  world.pass(39_000);
  await world.settle();
  assert.equal(server.requests.length, 1);
  world.pass(1_000);
  await until(world, upload, "done");

  server.refusals = Array.from({ length: 20 }, busy);
  const other = start("Hello");
  await end(world, other);
  assert.equal(other.state, "failed");
  assert.equal(other.problem?.message, "Full.");
});

test("a file whose last bytes another request still stores is asked for again", async () => {
  const { world, server, start } = scene();
  server.refusals = [Response.json({ code: "LOCKED", message: "Another request still stores this file." }, { status: 423, headers: { "Retry-After": "5" } })];
  const upload = start("Hello");
  await end(world, upload);
  assert.equal(upload.state, "done");
});

test("three files go at once and the others wait for their turn", async () => {
  const { world, server, start } = scene();
  const all = ["1", "2", "3", "4", "5"].map((text) => start(text));
  assert.deepEqual(all.map(({ state }) => state), ["running", "running", "running", "queued", "queued"]);
  for (const upload of all) await end(world, upload);
  assert.deepEqual(server.whole, ["1", "2", "3", "4", "5"]);
});

test("a canceled upload ends at the server, and what waits takes its place", async () => {
  const { world, server, start } = scene();
  server.cutAfter = MB;
  const upload = start("x".repeat(5 * MB));
  await until(world, upload, "waiting");
  upload.cancel();
  await world.settle();
  assert.equal(upload.state, "canceled");
  assert.equal(server.requests.at(-1), "DELETE uploads/upload0");
  world.pass(60_000);
  await world.settle();
  assert.equal(server.requests.at(-1), "DELETE uploads/upload0");
});

test("nothing is sent without a token, and the file goes at once when there is one", async () => {
  const { world, server, person, start, uploads } = scene();
  person.token = null;
  const upload = start("Hello");
  await until(world, upload, "waiting");
  world.pass(300_000);
  await until(world, upload, "waiting");
  assert.deepEqual(server.requests, []);
  person.token = "alices again";
  uploads.wake();
  await until(world, upload, "done");
  assert.deepEqual(server.authorizations, ["Bearer alices again"]);
});

test("files of one person are never sent for the next one", async () => {
  const { world, server, person, start, uploads } = scene();
  person.token = null;
  const waiting = start("Secret");
  await until(world, waiting, "waiting");
  uploads.forget();
  person.token = "bobs";
  uploads.wake();
  world.pass(300_000);
  await world.settle();
  assert.equal(waiting.state, "canceled");
  assert.deepEqual(server.requests, []);
});

test("a request in which nothing moves is given up, and the file goes on", async () => {
  const { world, server, start } = scene();
  const transfer = world.transfer;
  world.transfer = (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const upload = start("Hello");
  await world.settle();
  world.transfer = transfer;
  world.pass(119_000);
  await until(world, upload, "running");
  world.pass(1_000);
  await end(world, upload);
  assert.equal(upload.state, "done");
  assert.deepEqual(server.whole, ["Hello"]);
});

test("a file that was deleted since it was chosen fails, although the network works", async () => {
  const { world, uploads } = scene();
  const gone = new Blob(["Hello"]);
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) }) as unknown as Blob;
  world.transfer = () => Promise.reject(new TypeError("cannot read"));
  const upload = uploads.start(gone, "gone.txt", () => {});
  await end(world, upload);
  assert.equal(upload.problem?.reason, "unreadable");
});
